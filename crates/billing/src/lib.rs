//! 請求と入金: bills, payments, transfers, refunds, documents and the money ledger, shared by the services.
//!
//! A service opens a bill for a subject of its own and learns from a [`Settlement`] what became of it; billing never
//! knows what the subject is. Money moves only under the lock of the bill's row, always with a row in the ledger.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

mod words;

pub mod bill;
pub mod call_off;
pub mod counter;
pub mod document;
pub mod issuer;
pub mod ledger;
pub mod payment;
pub mod problems;
pub mod reference;
pub mod refund;
pub mod revenue;
mod schema;
pub mod settlement;
pub mod subject;
pub mod transfer;

pub use bill::{Bill, BillDraft, BillLine, BillState, LineDraft};
pub use payment::{Method, Payment, PaymentState};
pub use settlement::{Late, Outcome, Settlement};
pub use subject::Subject;
