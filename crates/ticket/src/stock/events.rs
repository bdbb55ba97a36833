//! What the journal says of stock.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::{Instant, ids::PerformanceId};
use serde::Serialize;

#[derive(Serialize)]
struct SeatsLaidOut {
    performance: String,
    seats: i64,
}

impl Event for SeatsLaidOut {
    const NAME: &'static str = "ticket.performance.seats_laid_out";
    fn subject(&self) -> Subject {
        Subject::new("performance", &self.performance)
    }
}

pub(super) async fn laid_out(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: i64,
    now: Instant,
) -> Result<(), Fault> {
    audit::journal(tx, now, &SeatsLaidOut { performance: performance.to_string(), seats }).await
}
