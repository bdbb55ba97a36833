//! Tickets in the database. They are written by the functions that sell and settle.

use db::{Fault, TenantTx};
use diesel::OptionalExtension as _;
use diesel::sql_types::{
    BigInt as SqlBig, Bool as SqlBool, Integer as SqlInt, Nullable as SqlNull, Text as SqlText, Timestamptz as SqlTime,
    Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{OrderId, OrderLineId, PerformanceId, PoolId, SeatClassId, SeatId, TenantId, TicketId, TicketTypeId},
};

use super::{Cause, Ticket, Void, rules::Live};

type Row = (
    (TicketId, OrderId, OrderLineId, PerformanceId, Option<SeatId>, Option<PoolId>, SeatClassId, TicketTypeId),
    (i64, String, String, Instant, Instant, Instant, Option<Instant>, Option<String>, Option<String>),
);

db::statement! {
    /// The tickets of one order.
    OfOrder { tenant: TenantId => Uuid, order: OrderId => Uuid } -> (
        (SqlUuid, SqlUuid, SqlUuid, SqlUuid, SqlNull<SqlUuid>, SqlNull<SqlUuid>, SqlUuid, SqlUuid),
        (SqlBig, SqlText, SqlText, SqlTime, SqlTime, SqlTime, SqlNull<SqlTime>, SqlNull<SqlText>, SqlNull<SqlText>),
    ) = "SELECT t.id, t.order_id, t.order_line_id, t.performance_id, t.seat_id, t.pool_id, t.seat_class_id, t.ticket_type_id, \
         t.serial, t.label, t.type_code, t.enter_from, t.enter_until, t.issued_at, t.voided_at, t.void_cause, t.void_note \
         FROM ticket.tickets AS t \
         JOIN ticket.order_lines AS l ON l.tenant_id = $1 AND l.id = t.order_line_id \
         WHERE t.tenant_id = $1 AND t.order_id = $2 ORDER BY l.line, t.id"
}

pub(super) async fn of_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Ticket>, Fault> {
    let rows: Vec<Row> = OfOrder { tenant: tx.tenant(), order }.load(tx.conn()).await?;
    rows.into_iter().map(ticket).collect()
}

fn ticket(row: Row) -> Result<Ticket, Fault> {
    let (
        (id, order, order_line, performance, seat, pool, seat_class, ticket_type),
        (serial, place, type_code, enter_from, enter_until, issued_at, voided_at, void_cause, void_note),
    ) = row;
    Ok(Ticket {
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
        void_cause: void_cause.as_deref().map(Cause::stored).transpose()?,
        void_note,
    })
}

db::statement! {
    /// The order of a ticket.
    OrderOf { tenant: TenantId => Uuid, ticket: TicketId => Uuid } -> (SqlUuid,) =
        "SELECT t.order_id FROM ticket.tickets AS t WHERE t.tenant_id = $1 AND t.id = $2"
}

db::statement! {
    /// The order under its lock, with its performance.
    LockOrder { tenant: TenantId => Uuid, order: OrderId => Uuid } -> (SqlUuid,) =
        "SELECT o.performance_id FROM ticket.orders AS o WHERE o.tenant_id = $1 AND o.id = $2 FOR UPDATE"
}

db::statement! {
    /// The valid tickets of an order under their locks: a gate that reads one of them waits.
    LockTickets { tenant: TenantId => Uuid, order: OrderId => Uuid } -> (SqlUuid,) =
        "SELECT t.id FROM ticket.tickets AS t \
         WHERE t.tenant_id = $1 AND t.order_id = $2 AND t.voided_at IS NULL ORDER BY t.id FOR UPDATE"
}

db::statement! {
    /// The same with their lines and whether somebody entered, in the order of lines. Asked once they are locked.
    LiveTickets { tenant: TenantId => Uuid, order: OrderId => Uuid } -> (SqlUuid, SqlInt, SqlBool) =
        "SELECT t.id, l.line, EXISTS (SELECT FROM ticket.admissions AS a WHERE a.tenant_id = $1 AND a.ticket_id = t.id) \
         FROM ticket.tickets AS t JOIN ticket.order_lines AS l ON l.tenant_id = $1 AND l.id = t.order_line_id \
         WHERE t.tenant_id = $1 AND t.order_id = $2 AND t.voided_at IS NULL ORDER BY l.line, t.id"
}

db::statement! {
    /// Void, and everything back.
    VoidTickets {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, order: OrderId => Uuid, tickets: Vec<TicketId> => Array<Uuid>,
        cause: String => Text, note: Option<String> => Nullable<Text>, off_sale: Option<String> => Nullable<Text>,
        at: Instant => Timestamptz,
    } -> (SqlBool,) = "SELECT true FROM ticket.void_tickets($1, $2, $3, $4, $5, $6, $7, $8)"
}

pub(super) async fn order_of(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<OrderId>, Fault> {
    let row: Option<(OrderId,)> = OrderOf { tenant: tx.tenant(), ticket }.get_result(tx.conn()).await.optional()?;
    Ok(row.map(|(order,)| order))
}

pub(super) async fn lock_order(tx: &mut TenantTx, order: OrderId) -> Result<Option<PerformanceId>, Fault> {
    let row: Option<(PerformanceId,)> =
        LockOrder { tenant: tx.tenant(), order }.get_result(tx.conn()).await.optional()?;
    Ok(row.map(|(performance,)| performance))
}

pub(super) async fn lock_live(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Live>, Fault> {
    let tenant = tx.tenant();
    let _: Vec<(TicketId,)> = LockTickets { tenant, order }.load(tx.conn()).await?;
    let rows: Vec<(TicketId, i32, bool)> = LiveTickets { tenant, order }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(ticket, line, admitted)| Live { ticket, line, admitted }).collect())
}

pub(super) async fn void(
    tx: &mut TenantTx,
    performance: PerformanceId,
    order: OrderId,
    tickets: &[TicketId],
    ask: &Void,
    at: Instant,
) -> Result<(), Fault> {
    let statement = VoidTickets {
        tenant: tx.tenant(),
        performance,
        order,
        tickets: tickets.to_vec(),
        cause: ask.cause.as_str().to_owned(),
        note: ask.note.clone(),
        off_sale: ask.off_sale.then(|| ask.note.clone().unwrap_or_else(|| ask.cause.as_str().to_owned())),
        at,
    };
    statement.get_result::<(bool,)>(tx.conn()).await?;
    Ok(())
}
