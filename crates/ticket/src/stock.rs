//! What of a performance is free at a moment, and how its seats come to be for sale.

mod events;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{PerformanceId, SeatClassId},
};

use crate::{pool::Pool, problems};

/// Which seats of the plan belong to a seat class in one performance. Of several rules that fit a seat the last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRule {
    /// Absent: every section.
    pub section: Option<String>,
    /// `row_index` of the first row; absent: from the first.
    pub row_from: Option<i32>,
    /// `row_index` of the last row, included; absent: to the last.
    pub row_to: Option<i32>,
    pub class: SeatClassId,
}

/// Seats of a class at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassStock {
    pub seat_class: SeatClassId,
    pub total: i64,
    pub free: i64,
    pub held: i64,
    pub sold: i64,
    pub blocked: i64,
    /// Of the free ones: places for wheelchairs, and those for who comes with them.
    pub free_wheelchair: i64,
    pub free_companion: i64,
}

/// What of a performance is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    pub classes: Vec<ClassStock>,
    pub pools: Vec<Pool>,
}

/// The state of every seat in the order of the seating plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatMap {
    pub seats: usize,
    /// Two bits a seat, the first seat in the lowest bits of the first byte: 0 free, 1 held, 2 sold, 3 not for sale.
    pub bits: Vec<u8>,
    /// Equal exactly when the bits are (SHA-256, shortened).
    pub version: String,
}

/// Why seats are not laid out or seen.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
    #[error("there is no such performance")]
    Absent,
    #[error("seats are in no seat class")]
    NoClass { seats: i64 },
    #[error("there is no such seat class in this production")]
    UnknownClass,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for StockError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoClass { seats } => problems::SEATS_WITHOUT_CLASS.refuse().fact("seats", *seats),
            Self::UnknownClass => problems::NO_SUCH.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes the seats of the performance's plan ready to be sold, each in its class, and returns how many there are.
///
/// Again with other rules, it moves the seats that are free at this moment to their new class.
///
/// # Errors
/// [`StockError::NoClass`] when a seat fits no rule, [`StockError::UnknownClass`].
pub async fn lay_out(
    tx: &mut TenantTx,
    performance: PerformanceId,
    rules: &[ClassRule],
    now: Instant,
) -> Result<i64, StockError> {
    let (seats, unclassed) = match sql::lay_out(tx, performance, rules, now).await {
        Err(fault) if fault.violates("performance_seats_seat_class") => return Err(StockError::UnknownClass),
        outcome => outcome?,
    };
    if unclassed > 0 {
        return Err(StockError::NoClass { seats: unclassed });
    }
    events::laid_out(tx, performance, seats, now).await?;
    Ok(seats)
}

/// How much is free in each class and pool.
///
/// # Errors
/// [`StockError::Absent`], or a [`Fault`].
pub async fn availability(
    tx: &mut TenantTx,
    performance: PerformanceId,
    now: Instant,
) -> Result<Availability, StockError> {
    sql::availability(tx, performance, now).await?.ok_or(StockError::Absent)
}

/// Which seat is free.
///
/// # Errors
/// [`StockError::Absent`], or a [`Fault`].
pub async fn seat_map(tx: &mut TenantTx, performance: PerformanceId, now: Instant) -> Result<SeatMap, StockError> {
    let states = sql::seat_states(tx, performance, now).await?.ok_or(StockError::Absent)?;
    Ok(rules::seat_map(&states))
}

impl Availability {
    /// What may still be taken from a pool: the least that it and every pool around it have left.
    pub fn free_of(&self, id: kernel::ids::PoolId) -> i64 {
        let mut free = i64::MAX;
        let mut next = Some(id);
        for _ in 0..=self.pools.len() {
            let Some(pool) = next.and_then(|id| self.pools.iter().find(|pool| pool.id == id)) else { break };
            free = free.min(pool.capacity - pool.taken);
            next = pool.parent;
        }
        if free == i64::MAX { 0 } else { free }
    }
}
