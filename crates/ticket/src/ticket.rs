//! 券: the right to enter, one for each seat or place, with a signed text that a gate can check without asking anybody.

pub mod code;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{OrderId, OrderLineId, PerformanceId, PoolId, SeatClassId, SeatId, TicketId, TicketTypeId},
};

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
}

/// The tickets of an order, in the order of its lines.
///
/// # Errors
/// A [`Fault`].
pub async fn of_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Ticket>, Fault> {
    sql::of_order(tx, order).await
}
