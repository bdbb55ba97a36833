//! 券: the right to enter, one for each seat or place, with a signed text that a gate can check without asking anybody.

pub mod code;
mod events;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{OrderId, OrderLineId, PerformanceId, PoolId, SeatClassId, SeatId, TicketId, TicketTypeId},
};

use crate::problems;

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub order: OrderId,
    pub order_line: OrderLineId,
    pub performance: PerformanceId,
    pub seat: Option<SeatId>,
    pub pool: Option<PoolId>,
    pub seat_class: SeatClassId,
    pub ticket_type: TicketTypeId,
    /// Random, unique in the tenant; what the signed text names the ticket by.
    pub serial: i64,
    /// 座席番号 or the name of the pool.
    pub place: String,
    pub type_code: String,
    pub enter_from: Instant,
    pub enter_until: Instant,
    pub issued_at: Instant,
    pub voided_at: Option<Instant>,
    /// Why it is void.
    pub void_cause: Option<Cause>,
    /// Why it is void, in the words of the house.
    pub void_note: Option<String>,
}

/// Why a ticket does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its money went back.
    Refunded,
    /// 公演中止.
    PerformanceCancelled,
    /// The house decided so; no money moved.
    House,
}

impl Cause {
    pub const ALL: [Self; 3] = [Self::Refunded, Self::PerformanceCancelled, Self::House];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::PerformanceCancelled => "performance_cancelled",
            Self::House => "house",
        }
    }

    pub(crate) fn stored(text: &str) -> Result<Self, Fault> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or(Fault::Unexpected("a known cause"))
    }
}

/// Which tickets of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All that are valid.
    All,
    These(Vec<TicketId>),
    /// So many of each line, by the line's place in the order; the youngest that nobody entered with.
    Lines(Vec<(i32, i64)>),
}

/// The request to make tickets void.
#[derive(Debug, Clone)]
pub struct Void {
    pub which: Which,
    pub cause: Cause,
    /// Why, in the words of the house. No personal data belongs here.
    pub note: Option<String>,
    /// Whether seats stay blocked and places leave their pools, instead of being for sale again.
    pub off_sale: bool,
}

/// Why no ticket becomes void.
#[derive(Debug, thiserror::Error)]
pub enum VoidError {
    #[error("there is no such order or ticket")]
    Absent,
    #[error("somebody entered with {} of the tickets", .0.len())]
    Admitted(Vec<TicketId>),
    #[error("{} of the tickets are not valid", .0.len())]
    NotValid(Vec<TicketId>),
    #[error("only {valid} tickets of this line are valid")]
    TooFew { line: i32, valid: usize },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for VoidError {
    fn refusal(&self) -> Refusal {
        let named = |tickets: &[TicketId]| tickets.iter().map(ToString::to_string).collect::<Vec<_>>();
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Admitted(tickets) => problems::TICKET_USED.refuse().fact("tickets", named(tickets)),
            Self::NotValid(tickets) => problems::TICKET_NOT_VALID.refuse().fact("tickets", named(tickets)),
            Self::TooFew { line, valid } => {
                problems::TICKETS_TOO_FEW.refuse().fact("line", *line).fact("valid", *valid)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// The tickets of an order, in the order of its lines.
///
/// # Errors
/// A [`Fault`].
pub async fn of_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Ticket>, Fault> {
    sql::of_order(tx, order).await
}

/// The order that a ticket was issued for.
///
/// # Errors
/// [`VoidError::Absent`], or a [`Fault`].
pub async fn order_of(tx: &mut TenantTx, ticket: TicketId) -> Result<OrderId, VoidError> {
    sql::order_of(tx, ticket).await?.ok_or(VoidError::Absent)
}

/// Makes tickets of an order void, all that are asked for or none, and gives their seats and places back in the same
/// transaction. Somebody who enters at the same moment was first, or stays outside. Returns which they were.
///
/// # Errors
/// [`VoidError`].
pub async fn void(tx: &mut TenantTx, order: OrderId, ask: &Void, now: Instant) -> Result<Vec<TicketId>, VoidError> {
    let performance = sql::lock_order(tx, order).await?.ok_or(VoidError::Absent)?;
    let live = sql::lock_live(tx, order).await?;
    let chosen = rules::chosen(&live, &ask.which)?;
    if chosen.is_empty() {
        return Ok(chosen);
    }
    sql::void(tx, performance, order, &chosen, ask, now).await?;
    events::voided(tx, performance, order, &chosen, ask, now).await?;
    Ok(chosen)
}
