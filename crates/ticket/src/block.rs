//! House seats: seats of a performance that are kept off sale for a reason, until they are unblocked.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{PerformanceId, SeatId},
};

use crate::problems;

/// A seat that is kept off sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub seat: SeatId,
    /// 座席番号.
    pub place: String,
    /// In the words of the house.
    pub reason: String,
}

/// Why seats are not blocked or unblocked.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    #[error("there is no such performance")]
    Absent,
    #[error("{} seats are not seats of this performance", .0.len())]
    Unknown(Vec<SeatId>),
    #[error("{} seats are held and {} are sold", .held.len(), .sold.len())]
    Taken { held: Vec<SeatId>, sold: Vec<SeatId> },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for BlockError {
    fn refusal(&self) -> Refusal {
        let named = |seats: &[SeatId]| seats.iter().map(ToString::to_string).collect::<Vec<_>>();
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Unknown(seats) => problems::PLACE_UNKNOWN.refuse().fact("seats", named(seats)),
            Self::Taken { held, sold } => {
                problems::SEATS_IN_USE.refuse().fact("held", named(held)).fact("sold", named(sold))
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// What a seat is at a moment, as far as blocking goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Free,
    Held,
    Sold,
}

/// The seats under their locks, all of them of this performance and none of them anybody's.
async fn lock_free(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    now: Instant,
) -> Result<(), BlockError> {
    let found = sql::lock(tx, performance, seats, now).await?;
    let unknown: Vec<SeatId> =
        seats.iter().filter(|seat| found.iter().all(|(known, _)| known != *seat)).copied().collect();
    if found.is_empty() && crate::performance::sql::find(tx, performance).await?.is_none() {
        return Err(BlockError::Absent);
    }
    if !unknown.is_empty() {
        return Err(BlockError::Unknown(unknown));
    }
    let of = |state: Use| found.iter().filter(|(_, is)| *is == state).map(|(seat, _)| *seat).collect::<Vec<_>>();
    let (held, sold) = (of(Use::Held), of(Use::Sold));
    if held.is_empty() && sold.is_empty() { Ok(()) } else { Err(BlockError::Taken { held, sold }) }
}

/// Keeps seats off sale, all of them or none. A seat that is blocked already gets the new reason.
///
/// # Errors
/// [`BlockError`]: which are held and which are sold.
pub async fn block(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    reason: &str,
    now: Instant,
) -> Result<(), BlockError> {
    lock_free(tx, performance, seats, now).await?;
    sql::set(tx, performance, seats, Some(reason)).await?;
    events::blocked(tx, performance, seats, now).await?;
    Ok(())
}

/// Gives seats back to the sale. What is not blocked stays as it is.
///
/// # Errors
/// [`BlockError::Unknown`], or a [`Fault`].
pub async fn unblock(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    now: Instant,
) -> Result<(), BlockError> {
    lock_free(tx, performance, seats, now).await?;
    sql::set(tx, performance, seats, None).await?;
    events::unblocked(tx, performance, seats, now).await?;
    Ok(())
}

/// The seats that are kept off sale, by id.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, performance: PerformanceId, ask: PageAsk) -> Result<Page<Blocked>, Fault> {
    let rows = sql::list(tx, performance, ask).await?;
    Ok(Page::from_rows(rows, &ask, |blocked| blocked.seat.uuid()))
}
