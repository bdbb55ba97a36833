//! Claims and holds in the database. Locks: pools by id, seats by id, then the hold; the functions in
//! `migrations/standing/70_ticket.sql` keep that order.

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
    Instant,
    ids::{HoldId, PerformanceId, PoolId, SaleWindowId, SeatClassId, SeatId, TenantId},
};
use serde_json::Value;

use super::{Alternative, Hold, HoldState, Quote, rules};
use crate::line;

type SeatRow = (SeatId, SeatClassId, String, String, String, i32, i32, i32);
type SqlSeat = (SqlUuid, SqlUuid, SqlText, SqlText, SqlText, SqlInt, SqlInt, SqlInt);

db::statement! {
    /// These seats, as far as they are free.
    ClaimSeats {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, seats: Vec<SeatId> => Array<Uuid>, hold: HoldId => Uuid,
        until: Instant => Timestamptz, at: Instant => Timestamptz,
    } -> SqlSeat = "SELECT * FROM ticket.claim_seats($1, $2, $3, $4, $5, $6)"
}

db::statement! {
    /// The best seats of a class.
    ClaimBest {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, class: SeatClassId => Uuid, wanted: i32 => Integer,
        may_split: bool => Bool, hold: HoldId => Uuid, until: Instant => Timestamptz, at: Instant => Timestamptz,
    } -> SqlSeat = "SELECT * FROM ticket.claim_best($1, $2, $3, $4, $5, $6, $7, $8)"
}

db::statement! {
    /// A wheelchair place with companions.
    ClaimWheelchair {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, class: SeatClassId => Uuid, companions: i32 => Integer,
        hold: HoldId => Uuid, until: Instant => Timestamptz, at: Instant => Timestamptz,
    } -> SqlSeat = "SELECT * FROM ticket.claim_wheelchair($1, $2, $3, $4, $5, $6, $7)"
}

db::statement! {
    /// How many of the named seats exist, and the free seats of the same classes nearest to the first of them.
    NearSeats {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, taken: Vec<SeatId> => Array<Uuid>,
        asked: Vec<SeatId> => Array<Uuid>, at: Instant => Timestamptz,
    } -> (SqlBig, SqlNull<SqlUuid>, SqlText, SqlText, SqlText) =
        "WITH lost AS ( \
           SELECT s.seat_class_id, s.section, s.row_index, s.position_index, count(*) OVER () AS known, s.ordinal \
           FROM ticket.performance_seats AS s \
           WHERE s.tenant_id = $1 AND s.performance_id = $2 AND s.seat_id = ANY ($3) \
         ), first AS (SELECT * FROM lost ORDER BY ordinal LIMIT 1), \
         near AS ( \
           SELECT s.seat_id, s.section, s.row_label, s.seat_label \
           FROM ticket.performance_seats AS s JOIN first AS f ON f.seat_class_id = s.seat_class_id \
           WHERE s.tenant_id = $1 AND s.performance_id = $2 AND NOT s.wheelchair AND NOT s.companion \
             AND s.seat_id <> ALL ($4) AND ticket.is_free(s.ticket_id, s.blocked, s.hold_until, $5) \
           ORDER BY s.section <> f.section, abs(s.row_index - f.row_index) * 3 + abs(s.position_index - f.position_index), \
             s.ordinal LIMIT 5) \
         SELECT coalesce((SELECT known FROM first), 0), n.seat_id, coalesce(n.section, ''), coalesce(n.row_label, ''), \
           coalesce(n.seat_label, '') FROM (SELECT) AS one LEFT JOIN near AS n ON true"
}

db::statement! {
    /// How many seats of a class are free for such a request; nothing when the class has no seats here.
    FreeSeats {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, class: SeatClassId => Uuid, wheelchair: bool => Bool,
        at: Instant => Timestamptz,
    } -> (SqlBig, SqlBig) =
        "SELECT count(*), count(*) FILTER (WHERE s.wheelchair = $4 AND ($4 OR NOT s.companion) \
           AND ticket.is_free(s.ticket_id, s.blocked, s.hold_until, $5)) \
         FROM ticket.performance_seats AS s WHERE s.tenant_id = $1 AND s.performance_id = $2 AND s.seat_class_id = $3"
}

db::statement! {
    /// How many places are left under a cap.
    FreePlaces { tenant: TenantId => Uuid, pool: PoolId => Uuid } -> (SqlBig,) =
        "SELECT p.capacity - p.taken FROM ticket.pools AS p WHERE p.tenant_id = $1 AND p.id = $2"
}

db::statement! {
    /// The hold and its lines; places last. Answers with the pool that is too full, if one is.
    WriteHold {
        tenant: TenantId => Uuid, hold: HoldId => Uuid, performance: PerformanceId => Uuid,
        window: Option<SaleWindowId> => Nullable<Uuid>, secret: Vec<u8> => Binary, at: Instant => Timestamptz,
        until: Instant => Timestamptz, at_most: Instant => Timestamptz, quote: Value => Jsonb, lines: Value => Jsonb,
    } -> (SqlNull<SqlUuid>,) = "SELECT ticket.write_hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
}

db::statement! {
    /// A hold with its lines.
    FindHold { tenant: TenantId => Uuid, hold: HoldId => Uuid } -> (
        (SqlUuid, SqlNull<SqlUuid>, SqlNull<SqlBytes>, SqlText, SqlTime, SqlTime, SqlTime), (SqlJson, SqlJson, SqlTime, SqlTime),
    ) = "SELECT h.performance_id, h.sale_window_id, h.secret_hash, h.state, h.placed_at, h.expires_at, h.max_expires_at, h.quote, \
         (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.line), '[]') FROM ticket.hold_lines AS l \
          WHERE l.tenant_id = $1 AND l.hold_id = $2), p.doors_at, p.ends_at \
         FROM ticket.holds AS h JOIN ticket.performances AS p ON p.tenant_id = $1 AND p.id = h.performance_id WHERE h.tenant_id = $1 AND h.id = $2"
}

db::statement! {
    /// Another deadline.
    ExtendHold {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, hold: HoldId => Uuid, seats: Vec<SeatId> => Array<Uuid>,
        until: Instant => Timestamptz, at: Instant => Timestamptz,
    } -> (SqlBool,) = "SELECT ticket.extend_hold($1, $2, $3, $4, $5, $6)"
}

db::statement! {
    /// Everything back.
    ReleaseHold {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, hold: HoldId => Uuid, seats: Vec<SeatId> => Array<Uuid>,
        pools: Vec<PoolId> => Array<Uuid>, counts: Vec<i32> => Array<Integer>,
    } -> (SqlBool,) = "SELECT ticket.release_hold($1, $2, $3, $4, $5, $6)"
}

fn seat(row: SeatRow) -> rules::Seat {
    let (seat, seat_class, section, row, number, position, part, singles) = row;
    rules::Seat { seat, seat_class, section, row, number, position, part, singles }
}

pub(super) async fn claim_seats(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: Vec<SeatId>,
    hold: HoldId,
    until: Instant,
    at: Instant,
) -> Result<Vec<rules::Seat>, Fault> {
    let statement = ClaimSeats { tenant: tx.tenant(), performance, seats, hold, until, at };
    let rows: Vec<SeatRow> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(seat).collect())
}

#[expect(clippy::too_many_arguments, reason = "the parameters of one statement")]
pub(super) async fn claim_best(
    tx: &mut TenantTx,
    performance: PerformanceId,
    class: SeatClassId,
    wanted: i32,
    may_split: bool,
    hold: HoldId,
    until: Instant,
    at: Instant,
) -> Result<Vec<rules::Seat>, Fault> {
    let statement = ClaimBest { tenant: tx.tenant(), performance, class, wanted, may_split, hold, until, at };
    let rows: Vec<SeatRow> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(seat).collect())
}

pub(super) async fn claim_wheelchair(
    tx: &mut TenantTx,
    performance: PerformanceId,
    class: SeatClassId,
    companions: i32,
    hold: HoldId,
    until: Instant,
    at: Instant,
) -> Result<Vec<rules::Seat>, Fault> {
    let statement = ClaimWheelchair { tenant: tx.tenant(), performance, class, companions, hold, until, at };
    let rows: Vec<SeatRow> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(seat).collect())
}

/// How many of the `taken` seats exist here, and free seats near by.
pub(super) async fn near(
    tx: &mut TenantTx,
    performance: PerformanceId,
    taken: Vec<SeatId>,
    asked: Vec<SeatId>,
    at: Instant,
) -> Result<(i64, Vec<Alternative>), Fault> {
    type Row = (i64, Option<SeatId>, String, String, String);
    let statement = NearSeats { tenant: tx.tenant(), performance, taken, asked, at };
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let known = rows.as_slice().first().map_or(0, |row| row.0);
    let seats = rows.into_iter().filter_map(|(_, seat, section, row, number)| {
        Some(Alternative { seat: seat?, label: rules::label(&section, &row, &number) })
    });
    Ok((known, seats.collect()))
}

pub(super) async fn free_seats(
    tx: &mut TenantTx,
    performance: PerformanceId,
    class: SeatClassId,
    wheelchair: bool,
    at: Instant,
) -> Result<Option<i64>, Fault> {
    let statement = FreeSeats { tenant: tx.tenant(), performance, class, wheelchair, at };
    let (all, free): (i64, i64) = statement.get_result(tx.conn()).await?;
    Ok((all > 0).then_some(free))
}

pub(crate) async fn free_places(tx: &mut TenantTx, pool: PoolId) -> Result<i64, Fault> {
    let (free,): (i64,) = FreePlaces { tenant: tx.tenant(), pool }.get_result(tx.conn()).await?;
    Ok(free)
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<Value, Fault> {
    serde_json::to_value(value).map_err(|_| Fault::Unexpected("documents are told in JSON"))
}

pub(super) async fn write(
    tx: &mut TenantTx,
    hold: &Hold,
    secret: Vec<u8>,
    quote: &Quote,
) -> Result<Option<PoolId>, Fault> {
    let statement = WriteHold {
        tenant: tx.tenant(),
        hold: hold.id,
        performance: hold.performance,
        window: hold.sale_window,
        secret,
        at: hold.placed_at,
        until: hold.expires_at,
        at_most: hold.max_expires_at,
        quote: json(quote)?,
        lines: json(&hold.lines)?,
    };
    let (full,): (Option<PoolId>,) = statement.get_result(tx.conn()).await?;
    Ok(full)
}

/// A hold with what only the office may see.
pub(crate) struct Kept {
    pub hold: Hold,
    pub secret: Option<Vec<u8>>,
    pub keep_minutes: i64,
    pub payment_minutes: i64,
    pub payment_methods: Vec<String>,
    /// When the doors open and when it is over.
    pub entry: (Instant, Instant),
}

pub(crate) async fn find(tx: &mut TenantTx, id: HoldId, now: Instant) -> Result<Option<Kept>, Fault> {
    type Document = (Value, Value, Instant, Instant);
    type Row = ((PerformanceId, Option<SaleWindowId>, Option<Vec<u8>>, String, Instant, Instant, Instant), Document);
    let row: Option<Row> = FindHold { tenant: tx.tenant(), hold: id }.get_result(tx.conn()).await.optional()?;
    let Some((
        (performance, sale_window, secret, state, placed_at, expires_at, max_expires_at),
        (quote, lines, enter_from, enter_until),
    )) = row
    else {
        return Ok(None);
    };
    let unreadable = |_| Fault::Unexpected("holds read back");
    let quote: Quote = serde_json::from_value(quote).map_err(unreadable)?;
    let lines: Vec<line::Line> = serde_json::from_value(lines).map_err(unreadable)?;
    let state = match state.as_str() {
        "active" if expires_at > now => HoldState::Active,
        "converted" => HoldState::Converted,
        "released" => HoldState::Released,
        _ => HoldState::Expired,
    };
    let entry = (enter_from, enter_until);
    let (keep_minutes, payment_minutes) = (quote.keep_minutes, quote.payment_minutes);
    let (total, choice, payment_methods) = (quote.total, quote.choice, quote.payment_methods);
    let hold =
        Hold { id, performance, sale_window, state, placed_at, expires_at, max_expires_at, lines, total, choice };
    Ok(Some(Kept { hold, secret, keep_minutes, payment_minutes, payment_methods, entry }))
}

pub(super) async fn extend(tx: &mut TenantTx, hold: &Hold, at: Instant) -> Result<bool, Fault> {
    let statement = ExtendHold {
        tenant: tx.tenant(),
        performance: hold.performance,
        hold: hold.id,
        seats: line::seats(&hold.lines),
        until: hold.expires_at,
        at,
    };
    let (done,): (bool,) = statement.get_result(tx.conn()).await?;
    Ok(done)
}

pub(super) async fn release(tx: &mut TenantTx, hold: &Hold) -> Result<bool, Fault> {
    let (pools, counts) = line::places(&hold.lines);
    let statement = ReleaseHold {
        tenant: tx.tenant(),
        performance: hold.performance,
        hold: hold.id,
        seats: line::seats(&hold.lines),
        pools,
        counts,
    };
    let (done,): (bool,) = statement.get_result(tx.conn()).await?;
    Ok(done)
}
