//! Tickets in the database. They are written by the functions that sell and settle.

use db::{Fault, TenantTx};
use diesel::sql_types::{
    BigInt as SqlBig, Nullable as SqlNull, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{OrderId, OrderLineId, PerformanceId, PoolId, SeatClassId, SeatId, TenantId, TicketId, TicketTypeId},
};

use super::Ticket;

type Row = (
    (TicketId, OrderId, OrderLineId, PerformanceId, Option<SeatId>, Option<PoolId>, SeatClassId, TicketTypeId),
    (i64, String, String, Instant, Instant, Instant, Option<Instant>),
);

db::statement! {
    /// The tickets of one order.
    OfOrder { tenant: TenantId => Uuid, order: OrderId => Uuid } -> (
        (SqlUuid, SqlUuid, SqlUuid, SqlUuid, SqlNull<SqlUuid>, SqlNull<SqlUuid>, SqlUuid, SqlUuid),
        (SqlBig, SqlText, SqlText, SqlTime, SqlTime, SqlTime, SqlNull<SqlTime>),
    ) = "SELECT t.id, t.order_id, t.order_line_id, t.performance_id, t.seat_id, t.pool_id, t.seat_class_id, t.ticket_type_id, \
         t.serial, t.label, t.type_code, t.enter_from, t.enter_until, t.issued_at, t.voided_at \
         FROM ticket.tickets AS t \
         JOIN ticket.order_lines AS l ON l.tenant_id = $1 AND l.id = t.order_line_id \
         WHERE t.tenant_id = $1 AND t.order_id = $2 ORDER BY l.line, t.id"
}

pub(super) async fn of_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Ticket>, Fault> {
    let rows: Vec<Row> = OfOrder { tenant: tx.tenant(), order }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(ticket).collect())
}

fn ticket(row: Row) -> Ticket {
    let (
        (id, order, order_line, performance, seat, pool, seat_class, ticket_type),
        (serial, place, type_code, enter_from, enter_until, issued_at, voided_at),
    ) = row;
    Ticket {
        id,
        order,
        order_line,
        performance,
        seat,
        pool,
        seat_class,
        ticket_type,
        serial,
        place,
        type_code,
        enter_from,
        enter_until,
        issued_at,
        voided_at,
    }
}
