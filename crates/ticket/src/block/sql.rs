//! Blocking in the database. Seats are locked by id, like everywhere.

use db::{Fault, TenantTx};
use diesel::sql_types::{BigInt as SqlBig, Integer as SqlInt, Text as SqlText, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{PerformanceId, SeatId, TenantId},
};
use uuid::Uuid as Raw;

use super::{Blocked, Use};

db::statement! {
    /// The seats under their locks: 0 nobody's, 1 held, 2 sold.
    LockSeats { tenant: TenantId => Uuid, performance: PerformanceId => Uuid, seats: Vec<SeatId> => Array<Uuid>, at: Instant => Timestamptz }
        -> (SqlUuid, SqlInt) =
        "SELECT s.seat_id, CASE WHEN s.ticket_id IS NOT NULL THEN 2 WHEN s.hold_until > $4 THEN 1 ELSE 0 END \
         FROM ticket.performance_seats AS s WHERE s.tenant_id = $1 AND s.performance_id = $2 AND s.seat_id = ANY ($3) \
         ORDER BY s.seat_id FOR UPDATE"
}

db::statement! {
    /// Blocked, or not any more. Claims that have run out go.
    SetBlocked {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, seats: Vec<SeatId> => Array<Uuid>,
        reason: Option<String> => Nullable<Text>,
    } -> (SqlBig,) =
        "WITH moved AS ( \
           UPDATE ticket.performance_seats AS s SET blocked = $4, hold_id = NULL, hold_until = NULL, order_id = NULL \
           WHERE s.tenant_id = $1 AND s.performance_id = $2 AND s.seat_id = ANY ($3) AND s.ticket_id IS NULL RETURNING 1) \
         SELECT count(*) FROM moved"
}

db::statement! {
    /// Blocked seats by id.
    ListBlocked {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, after: Option<Raw> => Nullable<Uuid>, rows: i64 => BigInt,
    } -> (SqlUuid, SqlText, SqlText, SqlText, SqlText) =
        "SELECT s.seat_id, s.section, s.row_label, s.seat_label, s.blocked FROM ticket.performance_seats AS s \
         WHERE s.tenant_id = $1 AND s.performance_id = $2 AND s.blocked IS NOT NULL AND (s.seat_id > $3 OR $3 IS NULL) \
         ORDER BY s.seat_id LIMIT $4"
}

pub(super) async fn lock(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    at: Instant,
) -> Result<Vec<(SeatId, Use)>, Fault> {
    let statement = LockSeats { tenant: tx.tenant(), performance, seats: seats.to_vec(), at };
    let rows: Vec<(SeatId, i32)> = statement.load(tx.conn()).await?;
    let state = |code| match code {
        0 => Use::Free,
        1 => Use::Held,
        _ => Use::Sold,
    };
    Ok(rows.into_iter().map(|(seat, code)| (seat, state(code))).collect())
}

pub(super) async fn set(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    reason: Option<&str>,
) -> Result<(), Fault> {
    let statement =
        SetBlocked { tenant: tx.tenant(), performance, seats: seats.to_vec(), reason: reason.map(str::to_owned) };
    statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(())
}

pub(super) async fn list(tx: &mut TenantTx, performance: PerformanceId, ask: PageAsk) -> Result<Vec<Blocked>, Fault> {
    let statement = ListBlocked { tenant: tx.tenant(), performance, after: ask.after, rows: ask.rows() };
    let rows: Vec<(SeatId, String, String, String, String)> = statement.load(tx.conn()).await?;
    let blocked = |(seat, section, row, label, reason): (SeatId, String, String, String, String)| Blocked {
        seat,
        place: format!("{section} {row}-{label}"),
        reason,
    };
    Ok(rows.into_iter().map(blocked).collect())
}
