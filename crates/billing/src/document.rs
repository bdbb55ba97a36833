//! 領収書・適格請求書・適格返還請求書: what a tenant hands out about money, numbered without gaps and never edited.
//!
//! A document is a snapshot: who issues, what was supplied and when, the tax per rate rounded once. Who receives it is personal
//! data and not in it: it knows the patron's id at most, and whoever renders it writes the name. A document that is wrong is
//! made void and issued again, as a revision that says which one it replaces.
//!
//! Locks: the bill, then the document, then the series.

mod content;
mod events;
mod issue;
pub mod rules;
mod sql;

pub use content::{Content, ContentLine, ContentTax, IssuerContent};
pub use issue::{IssueError, credit, issue, reissue};

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{BillId, DocumentId, PaymentId, RefundId},
};
use uuid::Uuid;

use crate::{bill, problems, words::words};

words! {
    /// What sort of document it is. Each has numbers of its own, from 1 in every fiscal year.
    pub enum DocumentKind {
        /// 領収書: money was received.
        Receipt = "receipt",
        /// 適格請求書.
        QualifiedInvoice = "qualified_invoice",
        /// 適格返還請求書: part of what was supplied was taken back and its price given back.
        CreditNote = "credit_note",
    }

    /// Whether it counts.
    pub enum DocumentState {
        Issued = "issued",
        Void = "void",
    }

    /// Why it does not count any more.
    pub enum VoidReason {
        /// 宛名の誤り.
        WrongRecipient = "wrong_recipient",
        /// 記載内容の誤り.
        WrongContent = "wrong_content",
        /// The money went back.
        PaymentReturned = "payment_returned",
        Other = "other",
    }
}

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A receipt for a bill that is paid.
    PaidBill(BillId),
    /// A receipt for one payment.
    Payment(PaymentId),
    /// A qualified invoice for a bill.
    Bill(BillId),
    /// A credit note for a refund.
    Refund(RefundId),
}

impl About {
    /// The sort of document that says so.
    pub const fn kind(self) -> DocumentKind {
        match self {
            Self::PaidBill(_) | Self::Payment(_) => DocumentKind::Receipt,
            Self::Bill(_) => DocumentKind::QualifiedInvoice,
            Self::Refund(_) => DocumentKind::CreditNote,
        }
    }

    pub(crate) const fn id(self) -> Uuid {
        match self {
            Self::PaidBill(bill) | Self::Bill(bill) => bill.uuid(),
            Self::Payment(payment) => payment.uuid(),
            Self::Refund(refund) => refund.uuid(),
        }
    }

    pub(crate) const fn payment(self) -> Option<PaymentId> {
        if let Self::Payment(payment) = self { Some(payment) } else { None }
    }

    pub(crate) const fn refund(self) -> Option<RefundId> {
        if let Self::Refund(refund) = self { Some(refund) } else { None }
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    /// 年度, from April.
    pub fiscal_year: i32,
    /// From 1, without gaps.
    pub number: i32,
    pub bill: BillId,
    pub payment: Option<PaymentId>,
    pub refund: Option<RefundId>,
    /// 1, and one more for each time it was issued again.
    pub revision: i32,
    pub replaces: Option<DocumentId>,
    pub state: DocumentState,
    pub content: Content,
    /// SHA-256 of the content's canonical text (RFC 8785), hexadecimal.
    pub hash: String,
    /// How often it was handed out again: 再発行.
    pub copies: i32,
    pub issued_at: Instant,
    pub voided_at: Option<Instant>,
    pub void_reason: Option<VoidReason>,
    /// Counts changes.
    pub version: i32,
}

impl Document {
    /// What it is about.
    pub const fn about(&self) -> About {
        match (self.kind, self.payment, self.refund) {
            (_, _, Some(refund)) => About::Refund(refund),
            (_, Some(payment), None) => About::Payment(payment),
            (DocumentKind::QualifiedInvoice, None, None) => About::Bill(self.bill),
            (_, None, None) => About::PaidBill(self.bill),
        }
    }
}

/// Which documents are asked for: those of which everything given is true.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentFilter {
    pub bill: Option<BillId>,
    pub kind: Option<DocumentKind>,
    pub fiscal_year: Option<i32>,
}

/// The document, if there is one.
///
/// # Errors
/// A [`Fault`].
pub async fn find(tx: &mut TenantTx, id: DocumentId) -> Result<Option<Document>, Fault> {
    sql::find(tx, id).await
}

/// The documents that are asked for, newest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, filter: &DocumentFilter, ask: &PageAsk) -> Result<Page<Document>, Fault> {
    Ok(Page::from_rows(sql::list(tx, filter, ask).await?, ask, |one| one.id.uuid()))
}

/// Why nothing happened to a document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("no such document")]
    Absent,
    #[error("it is void")]
    Void,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for DocumentError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Void => problems::DOCUMENT_VOID.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// The document under its lock and that of its bill.
async fn locked(tx: &mut TenantTx, id: DocumentId) -> Result<Option<Document>, Fault> {
    let Some(found) = sql::find(tx, id).await? else { return Ok(None) };
    bill::sql::lock(tx, found.bill).await?;
    sql::lock(tx, id).await
}

/// A document counts no more. Its number stays taken.
///
/// # Errors
/// [`DocumentError`].
pub async fn void(
    tx: &mut TenantTx,
    id: DocumentId,
    reason: VoidReason,
    now: Instant,
) -> Result<Document, DocumentError> {
    let mut document = locked(tx, id).await?.ok_or(DocumentError::Absent)?;
    if document.state == DocumentState::Void {
        return Err(DocumentError::Void);
    }
    document.state = DocumentState::Void;
    document.voided_at = Some(now);
    document.void_reason = Some(reason);
    sql::keep(tx, &mut document).await?;
    audit::journal(tx, now, &events::DocumentVoided { document: id, reason }).await?;
    Ok(document)
}

/// The documents of a bill that was cancelled count no more: it asks for nothing, and what came in for it went back. The caller holds
/// the bill's lock.
pub(crate) async fn void_all_of(tx: &mut TenantTx, bill: BillId, now: Instant) -> Result<(), Fault> {
    let void = sql::void_all_of(tx, bill, now).await?;
    let told: Vec<_> = void.into_iter().map(|(document, reason)| events::DocumentVoided { document, reason }).collect();
    audit::journal_many(tx, now, &told).await
}

/// Hands a document out again, and counts it: the copy must bear 再発行.
///
/// # Errors
/// [`DocumentError`].
pub async fn copy(tx: &mut TenantTx, id: DocumentId, now: Instant) -> Result<Document, DocumentError> {
    let mut document = sql::lock(tx, id).await?.ok_or(DocumentError::Absent)?;
    if document.state == DocumentState::Void {
        return Err(DocumentError::Void);
    }
    document.copies = document.copies.saturating_add(1);
    sql::keep(tx, &mut document).await?;
    audit::journal(tx, now, &events::DocumentCopied { document: id, copy: document.copies }).await?;
    Ok(document)
}
