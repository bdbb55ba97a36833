//! Between the words of the sale and the words on the wire.

use contract::{ApiError, billing as money, ticket as wire};
use kernel::{Actor, Instant, ids::BillId};
use tenancy::Permit;
use ticket::{
    admission::Admission,
    hold::{self, Hold, HoldState, PlaceHoldError, SeatPick, Selection, TypeCount},
    line::Line,
    order::{Channel, Order, OrderState},
    pool::Pool,
    secret::Proof,
    stock::{Availability, SeatMap},
    terms::Audience,
    ticket::{Cause, Ticket, code::Printer},
};

use crate::May;

/// Why this caller may have a hold or an order: the house itself may, everybody else shows the secret.
pub fn proof<'a, P: Permit>(caller: &May<P>, secret: Option<&'a str>) -> Proof<'a> {
    match caller.actor() {
        Actor::Guest(_) | Actor::Patron(_) => Proof::Secret(secret.unwrap_or_default()),
        _ => Proof::Trusted,
    }
}

/// Which windows this caller buys through.
pub fn audience<P: Permit>(caller: &May<P>) -> Audience {
    match caller.actor() {
        Actor::Guest(_) | Actor::Patron(_) => Audience::Public,
        Actor::Key(_) => Audience::Server,
        _ => Audience::Staff,
    }
}

/// Where this caller orders.
pub fn channel<P: Permit>(caller: &May<P>) -> Channel {
    match caller.actor() {
        Actor::Guest(_) | Actor::Patron(_) => Channel::Web,
        Actor::Key(_) => Channel::Server,
        _ => Channel::BoxOffice,
    }
}

/// The one thing that is wanted.
pub fn selection(
    seats: Option<&[wire::hold::SeatPick]>,
    best: Option<&wire::hold::BestSeats>,
    places: Option<&wire::hold::PlacesPick>,
) -> Result<Selection, ApiError> {
    match (seats, best, places) {
        (Some(seats), None, None) => Ok(Selection::Picked(
            seats.iter().map(|pick| SeatPick { seat: pick.seat.0, ticket_type: pick.ticket_type.0 }).collect(),
        )),
        (None, Some(best), None) => Ok(Selection::Best {
            seat_class: best.seat_class.0,
            tickets: types(&best.tickets),
            may_split: best.may_split.unwrap_or(false),
            wheelchair: best.wheelchair.unwrap_or(false),
        }),
        (None, None, Some(places)) => Ok(Selection::Places { pool: places.pool.0, tickets: types(&places.tickets) }),
        _ => Err(PlaceHoldError::Unclear.into()),
    }
}

fn types(tickets: &[wire::hold::TypeCount]) -> Vec<TypeCount> {
    tickets.iter().map(|item| TypeCount { ticket_type: item.ticket_type.0, count: item.count }).collect()
}

pub fn hold(hold: Hold, client_secret: Option<String>) -> wire::hold::Hold {
    wire::hold::Hold {
        id: hold.id.into(),
        performance: hold.performance.into(),
        sale_window: hold.sale_window.map(Into::into),
        state: match hold.state {
            HoldState::Active => wire::hold::HoldState::Active,
            HoldState::Converted => wire::hold::HoldState::Converted,
            HoldState::Released => wire::hold::HoldState::Released,
            HoldState::Expired => wire::hold::HoldState::Expired,
        },
        placed_at: hold.placed_at.into(),
        expires_at: hold.expires_at.into(),
        max_expires_at: hold.max_expires_at.into(),
        total: hold.total.into(),
        lines: hold.lines.into_iter().map(line).collect(),
        choice: hold.choice.map(choice),
        client_secret,
    }
}

/// Changes with everything that is told of a hold.
pub fn hold_version(hold: &Hold) -> String {
    format!("{}-{}", hold.state.as_str(), hold.expires_at.unix_timestamp())
}

pub fn choice(choice: hold::rules::Choice) -> wire::hold::SeatChoice {
    let hold::rules::Choice { parts, singles_left, sentence } = choice;
    wire::hold::SeatChoice { parts, singles_left, sentence }
}

fn line(line: Line) -> wire::hold::SaleLine {
    wire::hold::SaleLine {
        id: line.id.map(Into::into),
        kind: match line.kind {
            tariff::LineKind::Sale => money::LineKind::Sale,
            tariff::LineKind::Fee => money::LineKind::Fee,
        },
        quantity: line.quantity,
        unit_amount: line.unit_amount.into(),
        amount: line.amount().into(),
        tax_rate: match line.tax {
            tariff::TaxRate::Standard => money::TaxRate::Standard,
            tariff::TaxRate::Reduced => money::TaxRate::Reduced,
            tariff::TaxRate::Exempt => money::TaxRate::Exempt,
            tariff::TaxRate::OutOfScope => money::TaxRate::OutOfScope,
        },
        seat: line.seat.map(Into::into),
        pool: line.pool.map(Into::into),
        seat_class: line.seat_class.map(Into::into),
        ticket_type: line.ticket_type.map(Into::into),
        label: line.label,
        place: line.place,
        rule: line.rule,
    }
}

pub fn order(order: Order, bill: Option<BillId>) -> wire::order::Order {
    wire::order::Order {
        id: order.id.into(),
        number: order.number,
        performance: order.performance.into(),
        hold: order.hold.map(Into::into),
        patron: order.patron.map(Into::into),
        channel: match order.channel {
            Channel::Web => wire::order::OrderChannel::Web,
            Channel::BoxOffice => wire::order::OrderChannel::BoxOffice,
            Channel::Server => wire::order::OrderChannel::Server,
        },
        state: match order.state {
            OrderState::AwaitingPayment => wire::order::OrderState::AwaitingPayment,
            OrderState::Paid => wire::order::OrderState::Paid,
            OrderState::Expired => wire::order::OrderState::Expired,
            OrderState::Cancelled => wire::order::OrderState::Cancelled,
        },
        lines: order.lines.into_iter().map(line).collect(),
        voided_tickets: order.voided,
        total: order.total.into(),
        bill: bill.map(Into::into),
        due_at: order.due_at.into(),
        placed_at: order.placed_at.into(),
        paid_at: order.paid_at.map(Into::into),
        cancelled_at: order.cancelled_at.map(Into::into),
    }
}

/// Changes with everything that is told of an order.
pub fn order_version(order: &Order) -> String {
    format!("{}-{}", order.version, order.state.as_str())
}

pub fn ticket(ticket: &Ticket, printer: &Printer) -> wire::issued::Ticket {
    wire::issued::Ticket {
        id: ticket.id.into(),
        order: ticket.order.into(),
        performance: ticket.performance.into(),
        seat: ticket.seat.map(Into::into),
        pool: ticket.pool.map(Into::into),
        seat_class: ticket.seat_class.into(),
        ticket_type: ticket.ticket_type.into(),
        place: ticket.place.clone(),
        enter_from: ticket.enter_from.into(),
        enter_until: ticket.enter_until.into(),
        issued_at: ticket.issued_at.into(),
        voided_at: ticket.voided_at.map(Into::into),
        void_cause: ticket.void_cause.map(void_cause),
        void_note: ticket.void_note.clone(),
        code: ticket.voided_at.is_none().then(|| printer.print(ticket)),
    }
}

fn void_cause(cause: Cause) -> wire::issued::VoidCause {
    match cause {
        Cause::Refunded => wire::issued::VoidCause::Refunded,
        Cause::PerformanceCancelled => wire::issued::VoidCause::PerformanceCancelled,
        Cause::House => wire::issued::VoidCause::House,
    }
}

/// Whether what comes back is not to be sold again.
pub fn off_sale(seats: Option<wire::issued::SeatsAfter>) -> bool {
    matches!(seats, Some(wire::issued::SeatsAfter::OffSale))
}

pub fn admission(admission: Admission) -> wire::admission::Admission {
    let Admission { id, ticket, performance, place, type_code, gate, admitted_at } = admission;
    wire::admission::Admission {
        id: id.into(),
        ticket: ticket.into(),
        performance: performance.into(),
        place,
        type_code,
        gate,
        admitted_at: admitted_at.into(),
    }
}

pub fn pool(pool: Pool) -> wire::stock::Pool {
    let Pool { id, performance, seat_class, parent, name, capacity, taken } = pool;
    wire::stock::Pool {
        id: id.into(),
        performance: performance.into(),
        seat_class: seat_class.map(Into::into),
        parent: parent.map(Into::into),
        name,
        capacity,
        taken,
    }
}

pub fn availability(performance: kernel::ids::PerformanceId, stock: &Availability) -> wire::stock::Availability {
    let classes = stock.classes.iter().map(|class| wire::stock::ClassAvailability {
        seat_class: class.seat_class.into(),
        total: class.total,
        free: class.free,
        held: class.held,
        sold: class.sold,
        blocked: class.blocked,
        free_wheelchair: class.free_wheelchair,
        free_companion: class.free_companion,
    });
    let pools = stock.pools.iter().map(|pool| wire::stock::PoolAvailability {
        pool: pool.id.into(),
        name: pool.name.clone(),
        seat_class: pool.seat_class.map(Into::into),
        parent: pool.parent.map(Into::into),
        capacity: pool.capacity,
        free: stock.free_of(pool.id),
    });
    wire::stock::Availability {
        performance: performance.into(),
        seat_classes: classes.collect(),
        pools: pools.collect(),
    }
}

pub fn seat_status(performance: kernel::ids::PerformanceId, map: &SeatMap) -> wire::stock::SeatStatus {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    wire::stock::SeatStatus {
        performance: performance.into(),
        seats: i32::try_from(map.seats).unwrap_or(i32::MAX),
        bits: STANDARD.encode(&map.bits),
    }
}

/// An order as the money side bills it.
pub fn bill(order: &Order, due_at: Option<Instant>) -> billing::BillDraft {
    let lines = order.lines.iter().map(|line| billing::LineDraft {
        kind: line.kind,
        label: line.label.clone(),
        quantity: line.quantity.into(),
        unit_amount: line.unit_amount,
        tax: line.tax,
        subject: None,
        why: tariff::Explanation::listed(line.rule.clone(), line.unit_amount),
    });
    billing::BillDraft {
        subject: crate::subject::order(order.id),
        payer: order.patron,
        channel: order.channel.as_str().to_owned(),
        rounding: tariff::Rounding::default(),
        lines: lines.collect(),
        due_at,
    }
}
