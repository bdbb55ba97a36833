//! What the journal says of tickets.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{OrderId, PerformanceId, TicketId},
};
use serde::Serialize;

use super::Void;

/// Tickets of an order do not count any more.
#[derive(Serialize)]
struct TicketsVoided<'a> {
    order: OrderId,
    performance: PerformanceId,
    tickets: &'a [TicketId],
    cause: &'static str,
    off_sale: bool,
}

impl Event for TicketsVoided<'_> {
    const NAME: &'static str = "ticket.order.tickets_voided";
    fn subject(&self) -> Subject {
        Subject::new("order", self.order)
    }
}

pub(super) async fn voided(
    tx: &mut TenantTx,
    performance: PerformanceId,
    order: OrderId,
    tickets: &[TicketId],
    ask: &Void,
    now: Instant,
) -> Result<(), Fault> {
    let event = TicketsVoided { order, performance, tickets, cause: ask.cause.as_str(), off_sale: ask.off_sale };
    audit::journal(tx, now, &event).await
}
