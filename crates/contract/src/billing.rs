//! Bills, payments, transfers, refunds and documents on the wire.

pub mod bill;
pub mod document;
pub mod ledger;
pub mod payment;
pub mod refund;
pub mod transfer;

pub use bill::{Bill, BillLine, BillState, LineKind, StoreNumber, TaxRate, TaxTotal};
pub use document::{
    Document, DocumentContent, DocumentIssuer, DocumentKind, DocumentLine, DocumentReissueRequest, DocumentRequest,
    DocumentState, DocumentVoidReason, DocumentVoidRequest, Issuer, IssuerRequest, TaxRounding,
};
pub use ledger::{LedgerDay, LedgerKind, LedgerLine};
pub use payment::{
    CounterMethod, CounterPaymentRequest, NextAction, NextActionKind, NoticeKind, NoticeReceipt, NoticeSecret,
    NoticeVerdict, Payment, PaymentCompleteRequest, PaymentMethod, PaymentNotice, PaymentRequest, PaymentState,
    ProviderMethod,
};
pub use refund::{Refund, RefundLineRequest, RefundReason, RefundRequest, RefundRoute};
pub use transfer::{
    Overpayment, Transfer, TransferBatch, TransferLine, TransferMatchRequest, TransferReason, TransferRequest,
    TransferState,
};
