//! Orders in the database. Locks: pools by id, seats by id, then the order; whoever settles or cancels has the order's row
//! first, and those who take from it (`ticket.reclaim_places`) pass over rows that are locked.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{
        BigInt as SqlBig, Binary as SqlBytes, Bool as SqlBool, Integer as SqlInt, Jsonb as SqlJson,
        Nullable as SqlNull, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk, Yen,
    ids::{HoldId, OrderId, PatronId, PerformanceId, PoolId, SeatId, TenantId},
};
use serde_json::{Value, json};
use uuid::Uuid as Raw;

use super::{Channel, Order, OrderState, rules::Policy};
use crate::{
    hold::sql::json,
    line,
    ticket::{Ticket, rules::stored},
};

type Row = (
    (OrderId, String, PerformanceId, Option<HoldId>, Option<PatronId>, String, Option<Vec<u8>>, String),
    (Yen, Instant, Value, i32, Instant, Option<Instant>, Option<Instant>, i32, Value),
);
type SqlRow = (
    (SqlUuid, SqlText, SqlUuid, SqlNull<SqlUuid>, SqlNull<SqlUuid>, SqlText, SqlNull<SqlBytes>, SqlText),
    (SqlBig, SqlTime, SqlJson, SqlInt, SqlTime, SqlNull<SqlTime>, SqlNull<SqlTime>, SqlInt, SqlJson),
);

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.number, o.performance_id, o.hold_id, o.patron_id, o.channel, o.secret_hash, o.state, o.total, o.due_at, \
             o.policy, o.version, o.placed_at, o.paid_at, o.cancelled_at, o.voided, \
             (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.line), '[]') FROM ticket.order_lines AS l \
              WHERE l.tenant_id = $1 AND l.order_id = o.id) ",
            $rest
        )
    };
}

db::statement! {
    /// An order with its lines.
    FindOrder { tenant: TenantId => Uuid, id: OrderId => Uuid } -> SqlRow =
        columns!("FROM ticket.orders AS o WHERE o.tenant_id = $1 AND o.id = $2")
}

db::statement! {
    /// The same, and nobody else changes it meanwhile.
    LockOrder { tenant: TenantId => Uuid, id: OrderId => Uuid } -> SqlRow =
        columns!("FROM ticket.orders AS o WHERE o.tenant_id = $1 AND o.id = $2 FOR UPDATE OF o")
}

db::statement! {
    /// Orders in the order of their ids.
    ListOrders {
        tenant: TenantId => Uuid, performance: Option<PerformanceId> => Nullable<Uuid>, patron: Option<PatronId> => Nullable<Uuid>,
        after: Option<Raw> => Nullable<Uuid>, rows: i64 => BigInt,
    } -> SqlRow =
        columns!("FROM ticket.orders AS o WHERE o.tenant_id = $1 AND (o.performance_id = $2 OR $2 IS NULL) \
                  AND (o.patron_id = $3 OR $3 IS NULL) AND (o.id > $4 OR $4 IS NULL) ORDER BY o.id LIMIT $5")
}

db::statement! {
    /// The hold becomes an order, if it still holds.
    OrderHold {
        tenant: TenantId => Uuid, hold: HoldId => Uuid, performance: PerformanceId => Uuid, seats: Vec<SeatId> => Array<Uuid>,
        at: Instant => Timestamptz, ordered: Value => Jsonb, lines: Value => Jsonb, tickets: Value => Jsonb,
    } -> (SqlBool,) = "SELECT ticket.order_hold($1, $2, $3, $4, $5, $6, $7, $8)"
}

db::statement! {
    /// A sale in one step. Answers with the pool that is too full, if one is.
    Sell {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, claim: HoldId => Uuid, at: Instant => Timestamptz,
        ordered: Value => Jsonb, lines: Value => Jsonb, tickets: Value => Jsonb,
    } -> (SqlNull<SqlUuid>,) = "SELECT ticket.sell($1, $2, $3, $4, $5, $6, $7)"
}

db::statement! {
    /// Paid, and its tickets.
    Settle {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, id: OrderId => Uuid, seats: Vec<SeatId> => Array<Uuid>,
        pools: Vec<PoolId> => Array<Uuid>, counts: Vec<i32> => Array<Integer>, at: Instant => Timestamptz, tickets: Value => Jsonb,
    } -> (SqlBool,) = "SELECT ticket.settle($1, $2, $3, $4, $5, $6, $7, $8)"
}

db::statement! {
    /// Cancelled, and everything back.
    CancelUnpaid {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, id: OrderId => Uuid, seats: Vec<SeatId> => Array<Uuid>,
        pools: Vec<PoolId> => Array<Uuid>, counts: Vec<i32> => Array<Integer>, at: Instant => Timestamptz,
    } -> (SqlBool,) = "SELECT true FROM ticket.cancel_unpaid($1, $2, $3, $4, $5, $6, $7)"
}

/// An order with what only the office may see.
pub(super) struct Kept {
    pub order: Order,
    pub secret: Option<Vec<u8>>,
    /// Whether its places went back to their pools already.
    pub reclaimed: bool,
}

fn kept(row: Row, now: Instant) -> Result<Kept, Fault> {
    let (
        (id, number, performance, hold, patron, channel, secret, state),
        (total, due_at, policy, version, placed_at, paid_at, cancelled_at, voided, lines),
    ) = row;
    let unreadable = |_| Fault::Unexpected("orders read back");
    let policy: Policy = serde_json::from_value(policy).map_err(unreadable)?;
    let lines: Vec<line::Line> = serde_json::from_value(lines).map_err(unreadable)?;
    let known = Channel::ALL.into_iter().find(|known| known.as_str() == channel);
    let channel = known.ok_or(Fault::Unexpected("a known channel"))?;
    let reclaimed = state == "expired" || state == "cancelled";
    let state = match state.as_str() {
        "awaiting_payment" if due_at > now => OrderState::AwaitingPayment,
        "paid" => OrderState::Paid,
        "cancelled" => OrderState::Cancelled,
        _ => OrderState::Expired,
    };
    let order = Order {
        id,
        number,
        performance,
        hold,
        patron,
        channel,
        state,
        lines,
        voided,
        total,
        due_at,
        placed_at,
        paid_at,
        cancelled_at,
        version,
        policy,
    };
    Ok(Kept { order, secret, reclaimed })
}

pub(super) async fn find(tx: &mut TenantTx, id: OrderId, lock: bool, now: Instant) -> Result<Option<Kept>, Fault> {
    let tenant = tx.tenant();
    let row: Option<Row> = if lock {
        LockOrder { tenant, id }.get_result(tx.conn()).await.optional()?
    } else {
        FindOrder { tenant, id }.get_result(tx.conn()).await.optional()?
    };
    row.map(|row| kept(row, now)).transpose()
}

pub(super) async fn list(
    tx: &mut TenantTx,
    performance: Option<PerformanceId>,
    patron: Option<PatronId>,
    ask: PageAsk,
    now: Instant,
) -> Result<Vec<Order>, Fault> {
    let statement = ListOrders { tenant: tx.tenant(), performance, patron, after: ask.after, rows: ask.rows() };
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    rows.into_iter().map(|row| kept(row, now).map(|kept| kept.order)).collect()
}

fn utc(at: Instant) -> String {
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

fn document(order: &Order, secret: Option<&[u8]>) -> Result<Value, Fault> {
    Ok(json!({
        "id": order.id.uuid(),
        "number": order.number,
        "performance_id": order.performance.uuid(),
        "hold_id": order.hold.map(HoldId::uuid),
        "patron_id": order.patron.map(PatronId::uuid),
        "channel": order.channel.as_str(),
        "secret_hash": secret.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        "state": order.state.as_str(),
        "quantity": line::tickets(&order.lines),
        "total": order.total,
        "due_at": utc(order.due_at),
        "policy": json(&order.policy)?,
        "placed_at": utc(order.placed_at),
        "paid_at": order.paid_at.map(utc),
    }))
}

fn tickets_json(tickets: &[Ticket]) -> Value {
    tickets.iter().map(stored).collect()
}

/// The number of an order is drawn at random; that two are the same is as likely as it sounds, and a new attempt draws anew.
fn drawn_again(fault: diesel::result::Error) -> Fault {
    match Fault::from(fault) {
        Fault::Violation { name, source }
            if name.starts_with("orders_number") || name.starts_with("tickets_serial") =>
        {
            Fault::Busy(source)
        }
        fault => fault,
    }
}

pub(super) async fn order_hold(
    tx: &mut TenantTx,
    order: &Order,
    hold: HoldId,
    secret: Option<Vec<u8>>,
) -> Result<bool, Fault> {
    let statement = OrderHold {
        tenant: tx.tenant(),
        hold,
        performance: order.performance,
        seats: line::seats(&order.lines),
        at: order.placed_at,
        ordered: document(order, secret.as_deref())?,
        lines: json(&order.lines)?,
        tickets: Value::Array(Vec::new()),
    };
    let (done,): (bool,) = statement.get_result(tx.conn()).await.map_err(drawn_again)?;
    Ok(done)
}

pub(super) async fn sell(
    tx: &mut TenantTx,
    order: &Order,
    tickets: &[Ticket],
    claim: HoldId,
    at: Instant,
) -> Result<Option<PoolId>, Fault> {
    let statement = Sell {
        tenant: tx.tenant(),
        performance: order.performance,
        claim,
        at,
        ordered: document(order, None)?,
        lines: json(&order.lines)?,
        tickets: tickets_json(tickets),
    };
    let (full,): (Option<PoolId>,) = statement.get_result(tx.conn()).await.map_err(drawn_again)?;
    Ok(full)
}

pub(super) async fn settle(
    tx: &mut TenantTx,
    order: &Order,
    reclaimed: bool,
    tickets: &[Ticket],
    at: Instant,
) -> Result<bool, Fault> {
    let (pools, counts) = if reclaimed { line::places(&order.lines) } else { (Vec::new(), Vec::new()) };
    let statement = Settle {
        tenant: tx.tenant(),
        performance: order.performance,
        id: order.id,
        seats: line::seats(&order.lines),
        pools,
        counts,
        at,
        tickets: tickets_json(tickets),
    };
    let (done,): (bool,) = statement.get_result(tx.conn()).await.map_err(drawn_again)?;
    Ok(done)
}

pub(super) async fn cancel_unpaid(tx: &mut TenantTx, order: &Order, reclaimed: bool, at: Instant) -> Result<(), Fault> {
    let (pools, counts) = if reclaimed { (Vec::new(), Vec::new()) } else { line::places(&order.lines) };
    let statement = CancelUnpaid {
        tenant: tx.tenant(),
        performance: order.performance,
        id: order.id,
        seats: line::seats(&order.lines),
        pools,
        counts,
        at,
    };
    statement.get_result::<(bool,)>(tx.conn()).await?;
    Ok(())
}
