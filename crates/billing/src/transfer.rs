//! 銀行振込: what came into the bank account, and the bill it was for.
//!
//! A line of a statement is registered once. It pays a bill by itself when its number and its amount are exactly the bill's;
//! otherwise it lies in suspense until somebody matches it or sends it back. What was on its way by the last day of a bill is
//! late money by itself, however late the statement is read in. Who paid is never kept: the name on a statement
//! is personal data. Money in suspense is told by [`list`]; the ledger hears of it when it pays a bill.
//!
//! Locks: the bill before the transfer, as everywhere a bill's money moves.

mod events;
pub mod rules;
mod sql;

use std::collections::HashSet;

use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse, Yen,
    ids::{BillId, PaymentId, TransferId},
};
use time::Date;

use crate::{
    Bill, BillState, Method, Settlement, Subject, bill, payment, problems, reference, schema::transfers, words::words,
};

words! {
    /// Where a transfer stands.
    pub enum TransferState {
        /// In suspense: see [`Reason`].
        Unmatched = "unmatched",
        /// It paid a bill.
        Matched = "matched",
        /// It was sent back.
        Returned = "returned",
    }

    /// Why a transfer is in suspense.
    pub enum Reason {
        /// Nobody has looked yet.
        NotTried = "not_tried",
        /// The payer gave no number.
        NoReference = "no_reference",
        /// No bill has this number.
        NoSuchBill = "no_such_bill",
        /// Less than the bill asks for.
        Short = "short",
        /// More than the bill asks for.
        Over = "over",
        /// The bill was paid before.
        BillPaid = "bill_paid",
        /// The bill was cancelled.
        BillVoid = "bill_void",
        /// The bill's time is over, and the money came after its last day or is not all that it asked for.
        BillOverdue = "bill_overdue",
        /// What the bill is for can no longer be delivered.
        Undeliverable = "undeliverable",
    }
}

/// What tells one line of a statement from every other one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The bank's or the bookkeeping's own id of the line.
    External(String),
    /// The place of the line among those of its day.
    Line(i32),
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferDraft {
    pub identity: Identity,
    /// 取引日.
    pub value_date: Date,
    /// Yen, at least 1.
    pub amount: Yen,
    /// The number as on the statement, if there was one.
    pub reference: Option<String>,
}

/// Money that came into the account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = transfers)]
pub struct Transfer {
    pub id: TransferId,
    pub identity: String,
    pub value_date: Date,
    /// Yen.
    pub amount: Yen,
    /// In its normal form: see [`reference::normal`].
    pub reference: Option<String>,
    pub state: TransferState,
    /// While it is in suspense.
    pub reason: Option<Reason>,
    /// By how many yen it is more than the bill asks for; negative when it is less. For `short` and `over`.
    pub difference: Option<Yen>,
    pub bill_id: Option<BillId>,
    pub payment_id: Option<PaymentId>,
    /// What was more than the bill asked for, yen: to be sent back.
    pub remainder: Yen,
    pub created_at: Instant,
    pub matched_at: Option<Instant>,
    /// When the money, or the remainder, was sent back.
    pub returned_at: Option<Instant>,
    /// Counts changes.
    pub version: i32,
}

impl Transfer {
    /// What is to be sent back or matched, yen.
    pub fn undecided(&self) -> Yen {
        match self.state {
            TransferState::Unmatched => self.amount,
            TransferState::Matched if self.returned_at.is_none() => self.remainder,
            TransferState::Matched | TransferState::Returned => Yen::ZERO,
        }
    }
}

/// A transfer, and whether it had been registered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub transfer: Transfer,
    pub known: bool,
}

/// Why nothing was registered. The number is that of the line in the request, from 0.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("line {0}: a transfer is of at least one yen")]
    OfNothing(usize),
    #[error("line {0}: the day has not come yet")]
    InFuture(usize),
    #[error("line {0}: another line of the request is the same")]
    Repeated(usize),
    #[error("line {at}: it is registered as {as_is}, and otherwise")]
    Differs { at: usize, as_is: TransferId },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for RegisterError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::OfNothing(at) => problems::PAYMENT_OF_NOTHING.refuse().fact("line", *at),
            Self::InFuture(at) => problems::TRANSFER_IN_FUTURE.refuse().fact("line", *at),
            Self::Repeated(at) => problems::TRANSFER_REPEATED.refuse().fact("line", *at),
            Self::Differs { at, as_is } => {
                problems::TRANSFER_DIFFERS.refuse().fact("line", *at).fact("transfer", as_is.to_string())
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Takes down lines of a statement, all or none. A line that is known stays as it is; whether a bill has its number is seen at
/// once, everything else by [`attempt`].
///
/// # Errors
/// [`RegisterError`].
pub async fn register(
    tx: &mut TenantTx,
    drafts: &[TransferDraft],
    now: Instant,
) -> Result<Vec<Registered>, RegisterError> {
    let wanted = rules::transfers(drafts, now)?;
    let new: HashSet<TransferId> = sql::register(tx, &wanted).await?.into_iter().collect();
    let stored = sql::of_identities(tx, &wanted).await?;
    let mut found = Vec::with_capacity(wanted.len());
    for (at, one) in wanted.iter().enumerate() {
        let as_is = stored.get(&one.identity).ok_or(Fault::Unexpected("what is registered is there"))?;
        if !rules::same(one, as_is) {
            return Err(RegisterError::Differs { at, as_is: as_is.id });
        }
        found.push(Registered { transfer: as_is.clone(), known: !new.contains(&as_is.id) });
    }
    let told = found.iter().filter(|one| !one.known).map(|one| events::TransferRegistered::of(&one.transfer));
    audit::journal_many(tx, now, &told.collect::<Vec<_>>()).await?;
    Ok(found)
}

/// The transfer, if there is one.
///
/// # Errors
/// A [`Fault`].
pub async fn find(tx: &mut TenantTx, id: TransferId) -> Result<Option<Transfer>, Fault> {
    sql::find(tx, id).await
}

/// These transfers, in no order.
///
/// # Errors
/// A [`Fault`].
pub async fn these(tx: &mut TenantTx, ids: &[TransferId]) -> Result<Vec<Transfer>, Fault> {
    sql::these(tx, ids).await
}

/// The transfers in a state, or all, newest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, state: Option<TransferState>, ask: &PageAsk) -> Result<Page<Transfer>, Fault> {
    Ok(Page::from_rows(sql::list(tx, state, ask).await?, ask, |one| one.id.uuid()))
}

/// A transfer that nobody has looked at yet, and the bill that has its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untried {
    pub transfer: TransferId,
    pub bill: BillId,
    /// What the bill is for.
    pub subject: Subject,
}

/// Those of these transfers that are to be tried, bill by bill, and in the given order for each.
///
/// # Errors
/// A [`Fault`].
pub async fn untried(tx: &mut TenantTx, ids: &[TransferId]) -> Result<Vec<Untried>, Fault> {
    sql::untried(tx, ids).await
}

/// Lets a transfer in suspense pay this bill if its amount is exactly what the bill asks for, and keeps why it does not
/// otherwise. When the bill's time is over and the transfer is not later than its last day, it is late money for all that the bill
/// asked for: see [`crate::Outcome::Late`]. A transfer that was decided before stays as it is.
///
/// # Errors
/// A [`Fault`].
pub async fn attempt(
    tx: &mut TenantTx,
    id: TransferId,
    bill: BillId,
    now: Instant,
) -> Result<Option<Settlement>, Fault> {
    let absent = Fault::Unexpected("a transfer is tried for a bill that is there");
    let Some(mut bill) = bill::sql::lock(tx, bill).await? else { return Err(absent) };
    let Some(mut transfer) = sql::lock(tx, id).await? else { return Err(absent) };
    if transfer.state != TransferState::Unmatched {
        return Ok(None);
    }
    match rules::judge(&bill, transfer.amount, transfer.value_date, now) {
        Ok(()) => {
            let amount = transfer.amount;
            pay(tx, &mut bill, &mut transfer, amount, now).await.map(Some)
        }
        Err((reason, difference)) => {
            (transfer.reason, transfer.difference) = (Some(reason), difference);
            sql::keep(tx, &mut transfer).await?;
            Ok(None)
        }
    }
}

/// Keeps that what the bill is for could not be delivered any more; only for what is in suspense.
///
/// # Errors
/// A [`Fault`].
pub async fn undeliverable(tx: &mut TenantTx, id: TransferId) -> Result<(), Fault> {
    let Some(mut transfer) = sql::lock(tx, id).await? else { return Ok(()) };
    if transfer.state == TransferState::Unmatched {
        (transfer.reason, transfer.difference) = (Some(Reason::Undeliverable), None);
        sql::keep(tx, &mut transfer).await?;
    }
    Ok(())
}

/// What somebody decided about a transfer.
#[derive(Debug, Clone, Copy)]
pub struct Match {
    pub transfer: TransferId,
    pub bill: BillId,
    /// Whether what is more than the bill asks for is kept to be sent back; otherwise a transfer that is too much is refused.
    pub keep_remainder: bool,
}

/// Why a transfer was not matched.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    #[error("no such transfer or bill")]
    Absent,
    #[error("it was matched or returned before")]
    Decided { state: TransferState, bill: Option<BillId> },
    #[error("the bill is paid")]
    Paid,
    #[error("the bill was cancelled; only {missing} would be accepted for it")]
    Cancelled { missing: Yen },
    #[error("the bill's time is over; only {missing} would be accepted for it")]
    Overdue { missing: Yen },
    #[error("only {outstanding} are outstanding")]
    TooMuch { outstanding: Yen },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for MatchError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Decided { state, bill } => {
                let refusal = problems::TRANSFER_DECIDED.refuse().fact("state", state.as_str());
                match bill {
                    Some(bill) => refusal.fact("bill", bill.to_string()),
                    None => refusal,
                }
            }
            Self::Paid => problems::BILL_PAID.refuse(),
            Self::Cancelled { missing } => problems::BILL_CANCELLED.refuse().fact("outstanding", missing.0),
            Self::Overdue { missing } => problems::BILL_OVERDUE.refuse().fact("outstanding", missing.0),
            Self::TooMuch { outstanding } => problems::PAYMENT_TOO_MUCH.refuse().fact("outstanding", outstanding.0),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Lets a transfer in suspense pay a bill, wholly or in part. Money for a bill that is cancelled or overdue is late: it must be
/// all that the bill would ask for, and the service decides whether it can still deliver.
///
/// # Errors
/// [`MatchError`].
pub async fn match_to(tx: &mut TenantTx, ask: &Match, now: Instant) -> Result<(Transfer, Settlement), MatchError> {
    let mut bill = bill::sql::lock(tx, ask.bill).await?.ok_or(MatchError::Absent)?;
    let mut transfer = sql::lock(tx, ask.transfer).await?.ok_or(MatchError::Absent)?;
    if transfer.state != TransferState::Unmatched {
        return Err(MatchError::Decided { state: transfer.state, bill: transfer.bill_id });
    }
    let amount = rules::payable(&bill, transfer.amount, ask.keep_remainder, now)?;
    let settlement = pay(tx, &mut bill, &mut transfer, amount, now).await?;
    Ok((transfer, settlement))
}

/// The transfer pays; the caller holds both locks.
async fn pay(
    tx: &mut TenantTx,
    bill: &mut Bill,
    transfer: &mut Transfer,
    amount: Yen,
    now: Instant,
) -> Result<Settlement, Fault> {
    let (payment, settlement) = payment::receive(tx, bill, Method::BankTransfer, amount, now).await?;
    transfer.state = TransferState::Matched;
    (transfer.reason, transfer.difference) = (None, None);
    (transfer.bill_id, transfer.payment_id) = (Some(bill.id), Some(payment.id));
    transfer.remainder = transfer.amount - amount;
    transfer.matched_at = Some(now);
    sql::keep(tx, transfer).await?;
    audit::journal(tx, now, &events::TransferMatched::of(transfer)).await?;
    Ok(settlement)
}

/// Why a transfer was not returned.
#[derive(Debug, thiserror::Error)]
pub enum ReturnError {
    #[error("no such transfer")]
    Absent,
    #[error("nothing of it is left to be sent back")]
    NothingLeft { state: TransferState },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ReturnError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NothingLeft { state } => problems::TRANSFER_NOTHING_LEFT.refuse().fact("state", state.as_str()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Keeps that a transfer in suspense, or what was too much of one, was sent back.
///
/// # Errors
/// [`ReturnError`].
pub async fn send_back(tx: &mut TenantTx, id: TransferId, now: Instant) -> Result<Transfer, ReturnError> {
    let mut transfer = sql::lock(tx, id).await?.ok_or(ReturnError::Absent)?;
    let amount = transfer.undecided();
    if amount == Yen::ZERO {
        return Err(ReturnError::NothingLeft { state: transfer.state });
    }
    if transfer.state == TransferState::Unmatched {
        transfer.state = TransferState::Returned;
        (transfer.reason, transfer.difference) = (None, None);
    }
    transfer.returned_at = Some(now);
    sql::keep(tx, &mut transfer).await?;
    audit::journal(tx, now, &events::TransferReturned { transfer: id, amount }).await?;
    Ok(transfer)
}
