//! 払戻: money that goes back.

mod events;
mod rules;
pub(crate) mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Id, Instant, Refusal, Refuse, Yen,
    ids::{BillId, BillLineId, PaymentId, RefundId},
};

use crate::{Bill, BillState, Payment, bill, document, ledger, payment, problems, words::words};

words! {
    /// How it goes back.
    pub enum Route {
        Cash = "cash",
        CardTerminal = "card_terminal",
        /// Through the provider it came from.
        Provider = "provider",
        /// 銀行振込.
        BankTransfer = "bank_transfer",
    }

    /// Why it goes back.
    pub enum Reason {
        /// 利用者の都合.
        Patron = "patron",
        /// 公演中止.
        PerformanceCancelled = "performance_cancelled",
        /// The house decided so.
        Staff = "staff",
        /// It came when nothing was asked for any more.
        LatePayment = "late_payment",
        /// 納付期限経過: it was a part, and the rest did not come in time.
        Lapsed = "lapsed",
    }
}

/// Money that went back, out of one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub bill: BillId,
    pub payment: PaymentId,
    /// Yen, at least 1.
    pub amount: Yen,
    pub route: Route,
    pub reason: Reason,
    pub created_at: Instant,
}

impl Refund {
    pub(crate) fn new(payment: &Payment, amount: Yen, route: Route, reason: Reason, now: Instant) -> Self {
        Self { id: Id::new(now), bill: payment.bill, payment: payment.id, amount, route, reason, created_at: now }
    }
}

/// What is to go back.
#[derive(Debug, Clone)]
pub struct RefundDraft {
    pub bill: BillId,
    /// Out of which payment; without it the one payment that covers it.
    pub payment: Option<PaymentId>,
    /// Which lines; without any, all that is left of the bill.
    pub lines: Vec<RefundLine>,
    pub route: Route,
    pub reason: Reason,
}

/// How much of one line goes back.
#[derive(Debug, Clone, Copy)]
pub struct RefundLine {
    pub line: BillLineId,
    /// Yen, at least 1.
    pub amount: Yen,
    /// How many things come back with it; 0 when only money goes.
    pub quantity: i64,
}

/// Why nothing went back.
#[derive(Debug, thiserror::Error)]
pub enum RecordRefundError {
    #[error("no such bill, line or payment")]
    Absent,
    #[error("at most {left} can go back")]
    TooMuch { left: Yen },
    #[error("no single payment covers it")]
    NeedsPayment,
    #[error("the bill is not paid in full")]
    Unpaid,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for RecordRefundError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::TooMuch { left } => problems::REFUND_TOO_MUCH.refuse().fact("refundable", left.0),
            Self::NeedsPayment => problems::REFUND_NEEDS_PAYMENT.refuse(),
            Self::Unpaid => problems::REFUND_UNPAID.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Records that money went back for lines of a paid bill, never more than was paid for each. A whole payment of a bill that
/// is still open can be returned too; the bill then asks for it again.
///
/// # Errors
/// [`RecordRefundError`].
pub async fn record(tx: &mut TenantTx, draft: &RefundDraft, now: Instant) -> Result<Refund, RecordRefundError> {
    let mut bill = bill::sql::lock(tx, draft.bill).await?.ok_or(RecordRefundError::Absent)?;
    let payments = payment::of_bill(tx, bill.id).await?;
    match bill.state {
        BillState::Paid => of_lines(tx, &mut bill, &payments, draft, now).await,
        BillState::Open => whole_payment(tx, bill, &payments, draft, now).await,
        BillState::Cancelled => Err(RecordRefundError::TooMuch { left: Yen::ZERO }),
    }
}

async fn of_lines(
    tx: &mut TenantTx,
    bill: &mut Bill,
    payments: &[Payment],
    draft: &RefundDraft,
    now: Instant,
) -> Result<Refund, RecordRefundError> {
    let parts = rules::parts(bill, &draft.lines)?;
    let amount = parts.iter().map(|part| part.amount).sum::<Yen>();
    let mut payment = rules::source(payments, draft.payment, amount)?.clone();
    let refund = Refund::new(&payment, amount, draft.route, draft.reason, now);
    let mut entries = Vec::with_capacity(parts.len());
    for part in &parts {
        let line = bill.lines.iter_mut().find(|line| line.id == part.line).ok_or(RecordRefundError::Absent)?;
        entries.push(ledger::rules::refund(line, part.quantity, part.amount, &payment, refund.id));
        line.refunded = line.refunded + part.amount;
    }
    bill::sql::refund_lines(tx, &parts.iter().map(|part| (part.line, part.amount)).collect::<Vec<_>>()).await?;
    rules::take_from(&mut payment, amount);
    payment::sql::keep(tx, &mut payment, payment::PaymentState::Captured).await?;
    bill.refunded = bill.refunded + amount;
    bill::sql::keep(tx, bill).await?;
    bill.version = bill.version.saturating_add(1);
    write(tx, bill, &refund, &entries, now).await?;
    Ok(refund)
}

async fn whole_payment(
    tx: &mut TenantTx,
    mut bill: Bill,
    payments: &[Payment],
    draft: &RefundDraft,
    now: Instant,
) -> Result<Refund, RecordRefundError> {
    let id = draft.payment.filter(|_| draft.lines.is_empty()).ok_or(RecordRefundError::Unpaid)?;
    let found = payments.iter().find(|payment| payment.id == id).ok_or(RecordRefundError::Absent)?;
    let mut payment = rules::captured(found)?.clone();
    let refund = Refund::new(&payment, payment.amount, draft.route, draft.reason, now);
    rules::take_from(&mut payment, refund.amount);
    payment::sql::keep(tx, &mut payment, payment::PaymentState::Captured).await?;
    bill.paid = bill.paid - refund.amount;
    bill::sql::keep(tx, &bill).await?;
    write(tx, &bill, &refund, &[ledger::rules::payment_returned(&payment, refund.id)], now).await?;
    Ok(refund)
}

/// Gives back these lines of a paid bill, or all that is left of it, never more than was paid for each: out of its payments,
/// the oldest first, each the way it came. One refund for each payment that money is taken from, with its credit note.
///
/// # Errors
/// [`RecordRefundError`]: `Absent`, `TooMuch`, `Unpaid`.
pub async fn give_back(
    tx: &mut TenantTx,
    id: BillId,
    lines: &[RefundLine],
    reason: Reason,
    now: Instant,
) -> Result<Vec<Refund>, RecordRefundError> {
    let mut bill = bill::sql::lock(tx, id).await?.ok_or(RecordRefundError::Absent)?;
    match bill.state {
        BillState::Paid => {}
        BillState::Open => return Err(RecordRefundError::Unpaid),
        BillState::Cancelled => return Err(RecordRefundError::TooMuch { left: Yen::ZERO }),
    }
    let payments = payment::of_bill(tx, id).await?;
    let parts = rules::parts(&bill, lines)?;
    let mut refunds = Vec::new();
    for (payment, lines) in rules::across(&payments, &parts)? {
        let draft =
            RefundDraft { bill: id, payment: Some(payment.id), lines, route: payment.method.way_back(), reason };
        let refund = of_lines(tx, &mut bill, &payments, &draft, now).await?;
        document::credit(tx, &refund, now).await?;
        refunds.push(refund);
    }
    Ok(refunds)
}

/// All refunds of a bill, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn of_bill(tx: &mut TenantTx, bill: BillId) -> Result<Vec<Refund>, Fault> {
    sql::of_bills(tx, &[bill]).await
}

/// All refunds of many bills, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn of_bills(tx: &mut TenantTx, bills: &[BillId]) -> Result<Vec<Refund>, Fault> {
    sql::of_bills(tx, bills).await
}

/// Writes a refund with its movements and its journal entry.
pub(crate) async fn write(
    tx: &mut TenantTx,
    bill: &Bill,
    refund: &Refund,
    entries: &[ledger::Entry],
    now: Instant,
) -> Result<(), Fault> {
    sql::insert(tx, refund).await?;
    ledger::post(tx, bill, entries, now).await?;
    audit::journal(tx, now, &events::RefundRecorded::of(refund)).await
}
