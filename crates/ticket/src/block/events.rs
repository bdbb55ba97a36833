//! What the journal says of house seats.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{PerformanceId, SeatId},
};
use serde::Serialize;

/// Seats are kept off sale.
#[derive(Serialize)]
struct SeatsBlocked<'a> {
    performance: PerformanceId,
    seats: &'a [SeatId],
}

impl Event for SeatsBlocked<'_> {
    const NAME: &'static str = "ticket.performance.seats_blocked";
    fn subject(&self) -> Subject {
        Subject::new("performance", self.performance)
    }
}

/// Seats are back in the sale.
#[derive(Serialize)]
struct SeatsUnblocked<'a> {
    performance: PerformanceId,
    seats: &'a [SeatId],
}

impl Event for SeatsUnblocked<'_> {
    const NAME: &'static str = "ticket.performance.seats_unblocked";
    fn subject(&self) -> Subject {
        Subject::new("performance", self.performance)
    }
}

pub(super) async fn blocked(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    now: Instant,
) -> Result<(), Fault> {
    audit::journal(tx, now, &SeatsBlocked { performance, seats }).await
}

pub(super) async fn unblocked(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    now: Instant,
) -> Result<(), Fault> {
    audit::journal(tx, now, &SeatsUnblocked { performance, seats }).await
}
