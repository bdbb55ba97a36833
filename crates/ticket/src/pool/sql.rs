//! Pools. One row each; `taken` is moved by the functions of `migrations/standing/70_ticket.sql` only.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{
        BigInt as SqlBig, Bool as SqlBool, Integer as SqlInt, Nullable as SqlNull, Text as SqlText, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{PerformanceId, PoolId, SeatClassId, TenantId},
};

use super::Pool;

type Row = (PoolId, PerformanceId, Option<SeatClassId>, Option<PoolId>, String, i64, i64);
type SqlRow = (SqlUuid, SqlUuid, SqlNull<SqlUuid>, SqlNull<SqlUuid>, SqlText, SqlBig, SqlBig);

db::statement! {
    /// A new pool.
    InsertPool {
        tenant: TenantId => Uuid, id: PoolId => Uuid, performance: PerformanceId => Uuid,
        class: Option<SeatClassId> => Nullable<Uuid>, parent: Option<PoolId> => Nullable<Uuid>, name: String => Text,
        capacity: i64 => BigInt, now: Instant => Timestamptz,
    } -> (SqlBool,) =
        "INSERT INTO ticket.pools (tenant_id, id, performance_id, seat_class_id, parent_id, name, capacity, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING true"
}

db::statement! {
    /// Another capacity.
    ResizePool { tenant: TenantId => Uuid, id: PoolId => Uuid, capacity: i64 => BigInt } -> SqlRow =
        "UPDATE ticket.pools AS p SET capacity = $3 WHERE p.tenant_id = $1 AND p.id = $2 \
         RETURNING p.id, p.performance_id, p.seat_class_id, p.parent_id, p.name, p.capacity, p.taken"
}

db::statement! {
    /// One pool.
    FindPool { tenant: TenantId => Uuid, id: PoolId => Uuid } -> SqlRow =
        "SELECT p.id, p.performance_id, p.seat_class_id, p.parent_id, p.name, p.capacity, p.taken FROM ticket.pools AS p \
         WHERE p.tenant_id = $1 AND p.id = $2"
}

db::statement! {
    /// The pools of a performance.
    ListPools { tenant: TenantId => Uuid, performance: PerformanceId => Uuid } -> SqlRow =
        "SELECT p.id, p.performance_id, p.seat_class_id, p.parent_id, p.name, p.capacity, p.taken FROM ticket.pools AS p \
         WHERE p.tenant_id = $1 AND p.performance_id = $2 ORDER BY p.id"
}

db::statement! {
    /// Whoever changes pools of a performance is alone in that. Sales do not touch this row.
    LockPerformance { tenant: TenantId => Uuid, performance: PerformanceId => Uuid } -> (SqlBool,) =
        "SELECT true FROM ticket.performances AS p WHERE p.tenant_id = $1 AND p.id = $2 FOR NO KEY UPDATE"
}

db::statement! {
    /// Seats and places of a performance, and how many there may be at most.
    Crowding { tenant: TenantId => Uuid, performance: PerformanceId => Uuid } -> (SqlBig, SqlNull<SqlInt>) =
        "SELECT (SELECT count(*) FROM ticket.performance_seats AS s WHERE s.tenant_id = $1 AND s.performance_id = $2) \
           + coalesce((SELECT sum(q.capacity) FROM ticket.pools AS q \
             WHERE q.tenant_id = $1 AND q.performance_id = $2 AND q.parent_id IS NULL), 0)::bigint, \
           least(p.capacity_cap, h.legal_capacity) \
         FROM ticket.performances AS p JOIN ticket.halls AS h ON h.tenant_id = $1 AND h.id = p.hall_id \
         WHERE p.tenant_id = $1 AND p.id = $2"
}

fn pool((id, performance, seat_class, parent, name, capacity, taken): Row) -> Pool {
    Pool { id, performance, seat_class, parent, name, capacity, taken }
}

pub(super) async fn insert(tx: &mut TenantTx, pool: &Pool, now: Instant) -> Result<(), Fault> {
    let statement = InsertPool {
        tenant: tx.tenant(),
        id: pool.id,
        performance: pool.performance,
        class: pool.seat_class,
        parent: pool.parent,
        name: pool.name.clone(),
        capacity: pool.capacity,
        now,
    };
    statement.get_result::<(bool,)>(tx.conn()).await?;
    Ok(())
}

pub(super) async fn resize(tx: &mut TenantTx, id: PoolId, capacity: i64) -> Result<Option<Pool>, Fault> {
    let statement = ResizePool { tenant: tx.tenant(), id, capacity };
    let row: Option<Row> = statement.get_result(tx.conn()).await.optional()?;
    Ok(row.map(pool))
}

pub(super) async fn find(tx: &mut TenantTx, id: PoolId) -> Result<Option<Pool>, Fault> {
    let row: Option<Row> = FindPool { tenant: tx.tenant(), id }.get_result(tx.conn()).await.optional()?;
    Ok(row.map(pool))
}

pub(super) async fn list(tx: &mut TenantTx, performance: PerformanceId) -> Result<Vec<Pool>, Fault> {
    let rows: Vec<Row> = ListPools { tenant: tx.tenant(), performance }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(pool).collect())
}

pub(super) async fn lock_performance(tx: &mut TenantTx, performance: PerformanceId) -> Result<(), Fault> {
    LockPerformance { tenant: tx.tenant(), performance }.get_result::<(bool,)>(tx.conn()).await.optional()?;
    Ok(())
}

pub(super) async fn crowding(
    tx: &mut TenantTx,
    performance: PerformanceId,
) -> Result<Option<(i64, Option<i32>)>, Fault> {
    Ok(Crowding { tenant: tx.tenant(), performance }.get_result(tx.conn()).await.optional()?)
}
