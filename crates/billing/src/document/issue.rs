//! How a document comes to be.

use db::{Fault, TenantTx};
use kernel::{
    FiscalYear, Id, Instant, Refusal, Refuse, Yen, clock,
    ids::{BillId, DocumentId},
};
use time::Date;

use super::{
    About, Document, DocumentKind, DocumentState, events,
    rules::{self, Facts, Place, Refunded},
    sql,
};
use crate::{
    Bill, bill, issuer, ledger, payment, problems,
    refund::{self, Refund},
};

/// Why no document was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error("no such bill, payment, refund or document")]
    Absent,
    #[error("nobody has said who issues")]
    NoIssuer,
    #[error("the issuer has no registration number")]
    Unregistered,
    #[error("{outstanding} of the bill are not paid")]
    NotPaid { outstanding: Yen },
    #[error("the payment was not received, is not decided about, or paid for nothing and went back")]
    NotReceived,
    #[error("the bill was cancelled")]
    Cancelled,
    #[error("nothing that was supplied came back with this refund")]
    NothingSupplied,
    #[error("there is one that counts")]
    Exists { document: DocumentId },
    #[error("one was made void; it is issued again by reissuing it")]
    Voided { document: DocumentId },
    #[error("the same money has a receipt already")]
    Receipted { document: DocumentId },
    #[error("it counts; make it void first")]
    NotVoid,
    #[error("it was issued again already")]
    Replaced { document: DocumentId },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for IssueError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoIssuer => problems::DOCUMENT_NO_ISSUER.refuse(),
            Self::Unregistered => problems::DOCUMENT_UNREGISTERED.refuse(),
            Self::NotPaid { outstanding } => problems::DOCUMENT_NOT_PAID.refuse().fact("outstanding", outstanding.0),
            Self::NotReceived => problems::DOCUMENT_NOT_RECEIVED.refuse(),
            Self::Cancelled => problems::BILL_CANCELLED.refuse(),
            Self::NothingSupplied => problems::DOCUMENT_NOTHING_SUPPLIED.refuse(),
            Self::Exists { document } => problems::DOCUMENT_EXISTS.refuse().fact("document", document.to_string()),
            Self::Voided { document } => problems::DOCUMENT_VOIDED.refuse().fact("document", document.to_string()),
            Self::Receipted { document } => {
                problems::DOCUMENT_RECEIPTED.refuse().fact("document", document.to_string())
            }
            Self::NotVoid => problems::DOCUMENT_NOT_VOID.refuse(),
            Self::Replaced { document } => problems::DOCUMENT_REPLACED.refuse().fact("document", document.to_string()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Issues a document under the next number of its series. `supplied_on` is said for an invoice whose supply is not of the day
/// of the bill. What of the bill went back before its invoice has its credit notes at once: together they say what was kept.
///
/// # Errors
/// [`IssueError`].
pub async fn issue(
    tx: &mut TenantTx,
    about: About,
    supplied_on: Option<Date>,
    now: Instant,
) -> Result<Document, IssueError> {
    let document = one(tx, about, supplied_on, now).await?;
    credit_before(tx, &document, now).await?;
    Ok(document)
}

async fn one(tx: &mut TenantTx, about: About, supplied_on: Option<Date>, now: Instant) -> Result<Document, IssueError> {
    let bill = bill_of(tx, about).await?;
    let bill = bill::sql::lock(tx, bill).await?.ok_or(IssueError::Absent)?;
    let others = sql::of_bill(tx, bill.id).await?;
    let same = || others.iter().filter(|one| one.about() == about);
    if let Some(one) = same().find(|one| one.state == DocumentState::Issued) {
        return Err(IssueError::Exists { document: one.id });
    }
    if let Some(last) = same().find(|one| same().all(|other| other.replaces != Some(one.id))) {
        return Err(IssueError::Voided { document: last.id });
    }
    write(tx, bill, about, &others, None, supplied_on, now).await
}

/// Issues a document again that was made void: as it is to be today, under a number of its own, and saying what it replaces.
///
/// # Errors
/// [`IssueError`].
pub async fn reissue(
    tx: &mut TenantTx,
    id: DocumentId,
    supplied_on: Option<Date>,
    now: Instant,
) -> Result<Document, IssueError> {
    let before = super::locked(tx, id).await?.ok_or(IssueError::Absent)?;
    if before.state == DocumentState::Issued {
        return Err(IssueError::NotVoid);
    }
    let bill = bill::sql::lock(tx, before.bill).await?.ok_or(IssueError::Absent)?;
    let others = sql::of_bill(tx, bill.id).await?;
    if let Some(later) = others.iter().find(|one| one.replaces == Some(id)) {
        return Err(IssueError::Replaced { document: later.id });
    }
    let about = before.about();
    let document = write(tx, bill, about, &others, Some(&before), supplied_on, now).await?;
    credit_before(tx, &document, now).await?;
    Ok(document)
}

/// The credit notes for what went back while the bill had no invoice that counts. Those that somebody made void stay so.
async fn credit_before(tx: &mut TenantTx, invoice: &Document, now: Instant) -> Result<(), Fault> {
    if invoice.kind == DocumentKind::QualifiedInvoice {
        for refund in refund::of_bill(tx, invoice.bill).await? {
            credit(tx, &refund, now).await?;
        }
    }
    Ok(())
}

/// Issues the credit note for a refund whose bill has a qualified invoice that counts; nothing where there is none, where only
/// money went back, or where the issuer may issue none any more. The caller holds the bill's lock.
///
/// # Errors
/// A [`Fault`].
pub async fn credit(tx: &mut TenantTx, refund: &Refund, now: Instant) -> Result<Option<Document>, Fault> {
    let others = sql::of_bill(tx, refund.bill).await?;
    if !others.iter().any(|one| one.kind == DocumentKind::QualifiedInvoice && one.state == DocumentState::Issued) {
        return Ok(None);
    }
    match one(tx, About::Refund(refund.id), None, now).await {
        Ok(document) => Ok(Some(document)),
        Err(IssueError::Fault(fault)) => Err(fault),
        Err(_) => Ok(None),
    }
}

async fn bill_of(tx: &mut TenantTx, about: About) -> Result<BillId, IssueError> {
    match about {
        About::PaidBill(bill) | About::Bill(bill) => Ok(bill),
        About::Payment(payment) => payment::sql::bill_of(tx, payment).await?.ok_or(IssueError::Absent),
        About::Refund(refund) => Ok(refund::sql::find(tx, refund).await?.ok_or(IssueError::Absent)?.bill),
    }
}

/// The same money is acknowledged once: for the whole bill, or payment by payment.
fn receipted(about: About, others: &[Document]) -> Result<(), IssueError> {
    let receipts =
        || others.iter().filter(|one| one.kind == DocumentKind::Receipt && one.state == DocumentState::Issued);
    let found = match about {
        About::PaidBill(_) => receipts().find(|one| one.payment.is_some()),
        About::Payment(_) => receipts().find(|one| one.payment.is_none()),
        About::Bill(_) | About::Refund(_) => None,
    };
    found.map_or(Ok(()), |one| Err(IssueError::Receipted { document: one.id }))
}

async fn facts(tx: &mut TenantTx, bill: Bill, about: About, others: &[Document]) -> Result<Facts, IssueError> {
    let issuer = issuer::find(tx).await?.ok_or(IssueError::NoIssuer)?;
    let returned = ledger::returned(tx, bill.id).await?;
    let mut payments = payment::of_bill(tx, bill.id).await?;
    payments.retain(|one| !returned.contains(&one.id));
    let refunded = match about {
        About::Refund(id) => {
            let refund = refund::sql::find(tx, id).await?.ok_or(IssueError::Absent)?;
            let lines = sql::lines_of_refund(tx, id).await?;
            let invoice = others
                .iter()
                .find(|one| one.kind == DocumentKind::QualifiedInvoice && one.state == DocumentState::Issued)
                .map(|one| one.content.number.clone());
            Some(Refunded { refund, lines, invoice })
        }
        _ => None,
    };
    Ok(Facts { bill, issuer, payments, refunded })
}

/// Takes the next number and writes the document: the caller holds the bill's lock. Nothing can fail after the number but the
/// transaction as a whole, which gives the number back.
async fn write(
    tx: &mut TenantTx,
    bill: Bill,
    about: About,
    others: &[Document],
    before: Option<&Document>,
    supplied_on: Option<Date>,
    now: Instant,
) -> Result<Document, IssueError> {
    receipted(about, others)?;
    let facts = facts(tx, bill, about, others).await?;
    let statement = rules::statement(about, &facts, supplied_on)?;
    let FiscalYear(fiscal_year) = FiscalYear::of(clock::civil_day(now));
    let number = sql::next_number(tx, about.kind(), fiscal_year).await?;
    let revision = before.map_or(1, |before| before.revision.saturating_add(1));
    let place = Place { fiscal_year, number, revision, replaces: before.map(|before| before.content.number.clone()) };
    let content = rules::content(about, &facts, statement, &place, now)?;
    let (stored, hash) = content.sealed()?;
    let document = Document {
        id: Id::new(now),
        kind: about.kind(),
        fiscal_year,
        number,
        bill: facts.bill.id,
        payment: about.payment(),
        refund: about.refund(),
        revision,
        replaces: before.map(|before| before.id),
        state: DocumentState::Issued,
        content,
        hash,
        copies: 0,
        issued_at: now,
        voided_at: None,
        void_reason: None,
        version: 1,
    };
    sql::insert(tx, &document, stored).await?;
    audit::journal(tx, now, &events::DocumentIssued::of(&document)).await?;
    Ok(document)
}
