//! Which tickets come of an order.

use db::Fault;
use kernel::{Instant, ids::TicketId};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::Ticket;
use crate::order::{Order, rules::random};

/// One ticket for each seat and each place of the order.
///
/// # Errors
/// A [`Fault`] when the machine has no randomness to give, or a line lacks what a ticket says.
pub(crate) fn of_order(order: &Order, now: Instant) -> Result<Vec<Ticket>, Fault> {
    let mut tickets = Vec::new();
    for line in order.lines.iter().filter(|line| line.tickets() > 0) {
        let lacking = Fault::Unexpected("a line that is sold names its class, type and place");
        let (Some(order_line), Some(seat_class), Some(ticket_type), Some(type_code), Some(place)) =
            (line.id, line.seat_class, line.ticket_type, &line.type_code, &line.place)
        else {
            return Err(lacking);
        };
        for _ in 0..line.quantity {
            tickets.push(Ticket {
                id: TicketId::new(now),
                order: order.id,
                order_line,
                performance: order.performance,
                seat: line.seat,
                pool: line.pool,
                seat_class,
                ticket_type,
                serial: i64::try_from(random()? >> 1).unwrap_or(i64::MAX),
                place: place.clone(),
                type_code: type_code.clone(),
                enter_from: order.policy.enter_from,
                enter_until: order.policy.enter_until,
                issued_at: now,
                voided_at: None,
            });
        }
    }
    Ok(tickets)
}

/// A ticket as `ticket.write_tickets` reads it.
pub(crate) fn stored(ticket: &Ticket) -> Value {
    let utc = |at: Instant| at.format(&Rfc3339).unwrap_or_default();
    json!({
        "id": ticket.id.uuid(),
        "order_id": ticket.order.uuid(),
        "order_line_id": ticket.order_line.uuid(),
        "performance_id": ticket.performance.uuid(),
        "seat_id": ticket.seat.map(kernel::Id::uuid),
        "pool_id": ticket.pool.map(kernel::Id::uuid),
        "seat_class_id": ticket.seat_class.uuid(),
        "ticket_type_id": ticket.ticket_type.uuid(),
        "serial": ticket.serial,
        "label": ticket.place,
        "type_code": ticket.type_code,
        "enter_from": utc(ticket.enter_from),
        "enter_until": utc(ticket.enter_until),
        "issued_at": utc(ticket.issued_at),
    })
}
