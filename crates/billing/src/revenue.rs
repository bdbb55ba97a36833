//! What was billed, paid and given back for each thing that lines are about, by month and tax rate, from the ledger alone.

mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::Yen;
use tariff::TaxRate;
use time::Date;
use uuid::Uuid;

/// What one thing came to in one month. Over all things of a bill it is the ledger, to the yen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takings {
    /// What the line is about; nothing when it is about nothing in particular.
    pub about: Option<Uuid>,
    /// The first day of the month in which it was booked, Japan time.
    pub month: Date,
    pub tax: TaxRate,
    /// Charged, minus taken back before it was paid.
    pub billed: Yen,
    /// Came in for a bill, minus what went back while the bill stayed open. Money that nobody has decided about is not in it.
    pub paid: Yen,
    /// Went back together with the charge.
    pub refunded: Yen,
}

/// The takings of bills of these kinds that were booked between two days, the second excluded, in the order of month, thing and
/// rate. What is paid is for the lines in their order: a part of a bill that was paid is for the first ones. One statement.
///
/// # Errors
/// A [`Fault`].
pub async fn between(
    tx: &mut TenantTx,
    kinds: &[&'static str],
    (from, until): (Date, Date),
) -> Result<Vec<Takings>, Fault> {
    Ok(rules::takings(&sql::movements(tx, kinds.to_vec(), from, until).await?, from))
}
