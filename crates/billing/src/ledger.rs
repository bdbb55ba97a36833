//! 売上元帳: every movement of money once, for ever. Reports read the ledger and nothing else.
//!
//! Four accounts: `receivable` (what patrons owe), `revenue` (what was sold), `money` (what came in), `suspense` (late money
//! that nobody has decided about). A row moves an amount from one to another, so nothing can appear or vanish.

pub(crate) mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{BillId, BillLineId, PaymentId, RefundId},
};
use tariff::TaxRate;
use time::Date;

use crate::{Bill, Method, words::words};

words! {
    /// What moved.
    pub enum EntryKind {
        /// A thing was charged.
        Sale = "sale",
        /// 手数料 was charged.
        Fee = "fee",
        /// A charge was taken back before it was paid.
        Cancellation = "cancellation",
        /// Money came in for a bill.
        Payment = "payment",
        /// Money for an open bill went back; the bill asks for it again.
        PaymentReturned = "payment_returned",
        /// Money went back together with the charge.
        Refund = "refund",
        /// Money came in that no bill asked for any more.
        LatePayment = "late_payment",
        /// Late money counts for its bill after all.
        LateAccepted = "late_accepted",
        /// Late money went back.
        LateReturned = "late_returned",
    }
}

impl EntryKind {
    /// The account that gets the amount.
    pub const fn debit(self) -> &'static str {
        match self {
            Self::Sale | Self::Fee | Self::PaymentReturned => "receivable",
            Self::Cancellation | Self::Refund => "revenue",
            Self::Payment | Self::LatePayment => "money",
            Self::LateAccepted | Self::LateReturned => "suspense",
        }
    }

    /// The account that gives it.
    pub const fn credit(self) -> &'static str {
        match self {
            Self::Sale | Self::Fee => "revenue",
            Self::Cancellation | Self::Payment | Self::LateAccepted => "receivable",
            Self::PaymentReturned | Self::Refund | Self::LateReturned => "money",
            Self::LatePayment => "suspense",
        }
    }

    /// What a movement of this kind does to an account, in its natural direction: `revenue` and `suspense` grow by giving,
    /// `receivable` and `money` by getting.
    pub fn effect_on(self, account: &str, amount: Yen) -> Yen {
        let grows_by_giving = matches!(account, "revenue" | "suspense");
        match (self.debit() == account, self.credit() == account) {
            (true, _) if grows_by_giving => -amount,
            (true, _) => amount,
            (_, true) if grows_by_giving => amount,
            (_, true) => -amount,
            _ => Yen::ZERO,
        }
    }
}

/// One movement of a bill's money.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub kind: EntryKind,
    /// Things sold; negative for what was taken back; 0 for money alone.
    pub quantity: i64,
    pub amount: Yen,
    pub tax: Option<TaxRate>,
    pub method: Option<Method>,
    pub line: Option<BillLineId>,
    pub payment: Option<PaymentId>,
    pub refund: Option<RefundId>,
}

/// Books movements of a bill. The business date is the civil day in Japan.
pub(crate) async fn post(tx: &mut TenantTx, bill: &Bill, entries: &[Entry], now: Instant) -> Result<(), Fault> {
    if entries.is_empty() {
        return Ok(());
    }
    sql::post(tx, bill, entries, now).await
}

/// The accounts of one bill or of one tenant, in yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Charged, minus cancelled and refunded.
    pub revenue: Yen,
    /// Charged and not yet paid.
    pub receivable: Yen,
    /// Come in, minus gone back.
    pub money: Yen,
    /// Late money nobody has decided about.
    pub suspense: Yen,
}

impl Totals {
    /// What every ledger proves: money is what was sold and paid, and what lies in suspense.
    pub fn balanced(&self) -> bool {
        self.money == self.revenue - self.receivable + self.suspense
    }
}

/// The accounts of a bill; all zero for a bill that is not there.
///
/// # Errors
/// A [`Fault`].
pub async fn totals(tx: &mut TenantTx, bill: BillId) -> Result<Totals, Fault> {
    sql::totals(tx, bill).await
}

/// The accounts of the tenant over all time.
///
/// # Errors
/// A [`Fault`].
pub async fn totals_of_all(tx: &mut TenantTx) -> Result<Totals, Fault> {
    sql::totals_of_all(tx).await
}

/// The payments of a bill whose money never paid for it: it went back while the bill was open, or was late and not accepted.
pub(crate) async fn returned(tx: &mut TenantTx, bill: BillId) -> Result<Vec<PaymentId>, Fault> {
    sql::returned(tx, bill).await
}

/// What one sort of movement came to on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine {
    pub kind: EntryKind,
    pub channel: String,
    pub tax: Option<TaxRate>,
    pub method: Option<Method>,
    /// How many rows.
    pub entries: i64,
    /// Things sold, minus taken back.
    pub quantity: i64,
    /// Yen; its direction is the kind's.
    pub amount: Yen,
}

/// 日計: the movements of one business date, by kind, channel, tax rate and method.
///
/// # Errors
/// A [`Fault`].
pub async fn day(tx: &mut TenantTx, date: Date) -> Result<Vec<DayLine>, Fault> {
    sql::day(tx, date).await
}

/// The bills with movements on this business date that disagree with the ledger or with their payments: none, unless
/// something is broken. At most 100.
///
/// # Errors
/// A [`Fault`].
pub async fn disagreeing_on(tx: &mut TenantTx, date: Date) -> Result<Vec<BillId>, Fault> {
    sql::disagreeing_on(tx, date).await
}

/// As [`disagreeing_on`], over all time and without a limit: for tests and after a crash, not for a busy day.
///
/// # Errors
/// A [`Fault`].
pub async fn disagreeing(tx: &mut TenantTx) -> Result<Vec<BillId>, Fault> {
    sql::disagreeing(tx).await
}
