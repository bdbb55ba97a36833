//! Receipts, qualified invoices, credit notes and their issuer on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{PaymentMethod, TaxRate, TaxTotal};
use crate::{Date, Instant, Ref, Yen};

/// 発行者: in whose name documents are issued.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Issuer {
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 200))]
    pub address: String,
    /// 登録番号. Without one there are receipts only.
    #[oai(validator(max_length = 14))]
    pub registration_number: Option<String>,
    pub updated_at: Instant,
}

/// Who issues documents from now on; what is left out is not there.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct IssuerRequest {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub address: String,
    /// 登録番号: `T` and thirteen digits, the first of which is the check digit of a corporate number.
    #[oai(validator(max_length = 14, pattern = "^T[0-9]{13}$"))]
    pub registration_number: Option<String>,
}

/// What sort of document it is. Each has numbers of its own, from 1 in every fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 領収書.
    Receipt,
    /// 適格請求書.
    QualifiedInvoice,
    /// 適格返還請求書.
    CreditNote,
}

/// Whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DocumentState {
    Issued,
    /// It counts no more; its number stays taken.
    Void,
}

/// Why it does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DocumentVoidReason {
    /// 宛名の誤り.
    WrongRecipient,
    /// 記載内容の誤り.
    WrongContent,
    /// The money went back.
    PaymentReturned,
    Other,
}

/// How the fraction of a yen was rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TaxRounding {
    /// 切捨て.
    Down,
    /// 四捨五入.
    HalfUp,
    /// 切上げ.
    Up,
}

/// Who issued it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DocumentIssuer {
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 200))]
    pub address: String,
    #[oai(validator(max_length = 14))]
    pub registration_number: Option<String>,
}

/// One line of a document.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DocumentLine {
    #[oai(validator(max_length = 200))]
    pub label: String,
    /// How many; 0 where only money moved.
    pub quantity: i64,
    /// Tax included.
    pub amount: Yen,
    pub tax_rate: TaxRate,
    /// 軽減税率対象: print a mark beside the line.
    pub reduced: bool,
}

/// What a document says, for whoever renders it. It never changes; the name of the recipient is personal data and not in it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DocumentContent {
    pub kind: DocumentKind,
    /// The kind, the fiscal year and the number within it: `R2026-000001`.
    #[oai(validator(max_length = 20))]
    pub number: String,
    /// 1, and one more for each time it was issued again.
    pub revision: i32,
    /// The number of the document that this one replaces.
    #[oai(validator(max_length = 20))]
    pub replaces: Option<String>,
    pub issued_on: Date,
    pub issuer: DocumentIssuer,
    /// Who it is for, if that is known.
    pub patron: Option<Ref<kind::Patron>>,
    pub bill: Ref<kind::Bill>,
    /// The number that bank transfers for the bill carry.
    #[oai(validator(max_length = 12))]
    pub bill_reference: String,
    pub payment: Option<Ref<kind::Payment>>,
    pub refund: Option<Ref<kind::Refund>>,
    /// Of a credit note: the number of the invoice for what was taken back, if there is one that counts.
    #[oai(validator(max_length = 20))]
    pub invoice: Option<String>,
    /// 取引年月日: the day of the supply, of the money, or of its return.
    pub supplied_on: Date,
    /// How the money came: of a receipt.
    #[oai(validator(max_items = 10))]
    pub methods: Vec<PaymentMethod>,
    /// None on a receipt for a part of a bill.
    #[oai(validator(max_items = 1000))]
    pub lines: Vec<DocumentLine>,
    /// One entry per tax rate, the tax rounded once each. None on a receipt for a part of a bill.
    #[oai(validator(max_items = 4))]
    pub taxes: Vec<TaxTotal>,
    /// Tax included.
    pub total: Yen,
    /// Σ of the tax of each rate.
    pub tax: Option<Yen>,
    pub rounding: TaxRounding,
}

/// A receipt, a qualified invoice or a credit note.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Document {
    pub id: Ref<kind::Document>,
    pub kind: DocumentKind,
    /// 年度, from April.
    pub fiscal_year: i32,
    /// From 1 in every fiscal year, without gaps.
    pub sequence: i32,
    /// As it is printed.
    #[oai(validator(max_length = 20))]
    pub number: String,
    pub state: DocumentState,
    pub bill: Ref<kind::Bill>,
    pub payment: Option<Ref<kind::Payment>>,
    pub refund: Option<Ref<kind::Refund>>,
    /// 1, and one more for each time it was issued again.
    pub revision: i32,
    pub replaces: Option<Ref<kind::Document>>,
    /// Tax included.
    pub total: Yen,
    /// How often it was handed out again. When `content` is given and this is not 0, print 再発行.
    pub copies: i32,
    /// SHA-256 of `content` in its canonical text (RFC 8785), hexadecimal.
    #[oai(validator(max_length = 64))]
    pub hash: String,
    pub issued_at: Instant,
    pub voided_at: Option<Instant>,
    pub void_reason: Option<DocumentVoidReason>,
    /// Only where a document is handed out: in the answer to issuing, reissuing and copying it.
    pub content: Option<DocumentContent>,
}

/// What to issue. A receipt is for a `bill` that is paid or for one `payment`, an invoice for a `bill`, a credit note for a
/// `refund`: exactly one of them.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct DocumentRequest {
    pub kind: DocumentKind,
    pub bill: Option<Ref<kind::Bill>>,
    pub payment: Option<Ref<kind::Payment>>,
    pub refund: Option<Ref<kind::Refund>>,
    /// Of an invoice: the day of the supply. Absent: of hires, the last day of use; otherwise that of the bill.
    pub supplied_on: Option<Date>,
}

/// Why a document is to count no more.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct DocumentVoidRequest {
    pub reason: DocumentVoidReason,
}

/// How a document is to be issued again.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct DocumentReissueRequest {
    /// Of an invoice: the day of the supply. Absent: of hires, the last day of use; otherwise that of the bill.
    pub supplied_on: Option<Date>,
}
