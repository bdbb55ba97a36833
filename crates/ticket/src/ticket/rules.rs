//! Which tickets come of an order.

use std::collections::{BTreeMap, BTreeSet};

use db::Fault;
use kernel::{Instant, Yen, ids::TicketId};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::{Ticket, VoidError, Which};
use crate::{
    line::{self, Line},
    order::{Order, rules::random},
};

/// A ticket that is not void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    pub ticket: TicketId,
    /// The place of its line in the order.
    pub line: i32,
    /// Whether somebody entered with it.
    pub admitted: bool,
}

/// The tickets that become void.
///
/// # Errors
/// [`VoidError`] when somebody entered with one of them, or not all of them are valid.
pub fn chosen(live: &[Live], which: &Which) -> Result<Vec<TicketId>, VoidError> {
    let wanted: Vec<Live> = match which {
        Which::All => live.to_vec(),
        Which::These(ids) => {
            let ids: BTreeSet<TicketId> = ids.iter().copied().collect();
            let found: Vec<Live> = live.iter().filter(|one| ids.contains(&one.ticket)).copied().collect();
            if found.len() < ids.len() {
                let valid: BTreeSet<TicketId> = found.iter().map(|one| one.ticket).collect();
                return Err(VoidError::NotValid(ids.difference(&valid).copied().collect()));
            }
            found
        }
        Which::Lines(lines) => of_lines(live, lines)?,
    };
    let admitted: Vec<TicketId> = wanted.iter().filter(|one| one.admitted).map(|one| one.ticket).collect();
    if !admitted.is_empty() {
        return Err(VoidError::Admitted(admitted));
    }
    Ok(wanted.into_iter().map(|one| one.ticket).collect())
}

fn of_lines(live: &[Live], lines: &[(i32, i64)]) -> Result<Vec<Live>, VoidError> {
    let mut counts: BTreeMap<i32, i64> = BTreeMap::new();
    for (line, count) in lines {
        let sum = counts.entry(*line).or_default();
        *sum = sum.saturating_add(*count);
    }
    let mut wanted = Vec::new();
    for (line, count) in counts {
        let free: Vec<Live> = live.iter().rev().filter(|one| one.line == line && !one.admitted).copied().collect();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if free.len() < count {
            return Err(VoidError::TooFew { line, valid: free.len() });
        }
        wanted.extend(free.into_iter().take(count));
    }
    Ok(wanted)
}

/// What goes back for tickets of an order: for each line its place, how many tickets, and yen; with `fees`, what was charged
/// for each ticket as a fee too. Fees for the order as a whole stay.
pub fn worth(lines: &[Line], tickets: &[&Ticket], fees: bool) -> Vec<(i32, i64, Yen)> {
    let of = |line: &Line| i64::try_from(tickets.iter().filter(|ticket| Some(ticket.order_line) == line.id).count());
    let mut parts = Vec::new();
    for line in lines.iter().filter(|line| line.tickets() > 0) {
        let count = of(line).unwrap_or(0);
        if let (true, Some(amount)) = (count > 0, line.unit_amount.times(count)) {
            parts.push((line.line, count, amount));
        }
    }
    let count = i64::try_from(tickets.len()).unwrap_or(i64::MAX);
    for line in lines.iter().filter(|line| fees && line.rule == line::FEE_PER_TICKET) {
        if let Some(amount) = line.unit_amount.times(count) {
            parts.push((line.line, count, amount));
        }
    }
    parts
}

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
                void_cause: None,
                void_note: None,
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
