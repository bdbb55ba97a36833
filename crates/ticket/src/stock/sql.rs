//! Stock in the database: laid out in one statement, counted in one statement.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{BigInt as SqlBig, Jsonb as SqlJson, Text as SqlText},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{PerformanceId, PoolId, SeatClassId, TenantId},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Availability, ClassRule, ClassStock};
use crate::{
    line::{stored, stored_option},
    pool::Pool,
};

db::statement! {
    /// The seats of the plan become seats of the performance. Answers how many there are, and how many fit no rule.
    LayOut { tenant: TenantId => Uuid, performance: PerformanceId => Uuid, rules: Value => Jsonb, at: Instant => Timestamptz } ->
        (SqlBig, SqlBig) =
        "WITH plan AS ( \
           SELECT s.*, ( \
             SELECT r.class FROM jsonb_to_recordset($3) AS r (nth integer, section text, row_from integer, row_to integer, class uuid) \
             WHERE (r.section IS NULL OR r.section = s.section) AND s.row_index >= coalesce(r.row_from, s.row_index) \
               AND s.row_index <= coalesce(r.row_to, s.row_index) \
             ORDER BY r.nth DESC LIMIT 1) AS class, \
             dense_rank() OVER (ORDER BY s.section, s.row_index, s.block_index) AS lane, \
             abs(2 * s.position_index - min(s.position_index) OVER bench - max(s.position_index) OVER bench) AS off_centre \
           FROM ticket.performances AS p \
           JOIN ticket.seats AS s ON s.tenant_id = $1 AND s.plan_version_id = p.plan_version_id \
           WHERE p.tenant_id = $1 AND p.id = $2 \
           WINDOW bench AS (PARTITION BY s.section, s.row_index) \
         ), laid AS ( \
           INSERT INTO ticket.performance_seats AS o (tenant_id, performance_id, seat_id, seat_class_id, section, row_label, seat_label, \
             ordinal, lane, row_index, position_index, block_index, quality_rank, off_centre, wheelchair, companion) \
           SELECT $1, $2, s.id, s.class, s.section, s.row_label, s.seat_label, s.ordinal, s.lane, s.row_index, s.position_index, \
             s.block_index, s.quality_rank, s.off_centre, s.wheelchair, s.companion \
           FROM plan AS s WHERE s.class IS NOT NULL ORDER BY s.ordinal \
           ON CONFLICT (tenant_id, performance_id, seat_id) DO UPDATE SET seat_class_id = excluded.seat_class_id \
             WHERE o.ticket_id IS NULL AND (o.hold_until IS NULL OR o.hold_until <= $4) \
           RETURNING 1 \
         ) \
         SELECT count(*), count(*) FILTER (WHERE class IS NULL) FROM plan"
}

db::statement! {
    /// Seats by class and pools, each as a JSON list; no row when there is no such performance.
    Count { tenant: TenantId => Uuid, performance: PerformanceId => Uuid, at: Instant => Timestamptz } -> (SqlJson, SqlJson) =
        "SELECT \
           coalesce((SELECT jsonb_agg(to_jsonb(c) ORDER BY c.seat_class_id) FROM ( \
             SELECT s.seat_class_id, count(*) AS total, \
               count(*) FILTER (WHERE ticket.is_free(s.ticket_id, s.blocked, s.hold_until, $3)) AS free, \
               count(*) FILTER (WHERE s.ticket_id IS NULL AND s.hold_until > $3 AND s.blocked IS NULL) AS held, \
               count(*) FILTER (WHERE s.ticket_id IS NOT NULL) AS sold, \
               count(*) FILTER (WHERE s.ticket_id IS NULL AND s.blocked IS NOT NULL) AS blocked, \
               count(*) FILTER (WHERE s.wheelchair AND ticket.is_free(s.ticket_id, s.blocked, s.hold_until, $3)) AS free_wheelchair, \
               count(*) FILTER (WHERE s.companion AND ticket.is_free(s.ticket_id, s.blocked, s.hold_until, $3)) AS free_companion \
             FROM ticket.performance_seats AS s WHERE s.tenant_id = $1 AND s.performance_id = $2 GROUP BY s.seat_class_id) AS c), '[]'), \
           coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'seat_class_id', l.seat_class_id, 'parent_id', l.parent_id, \
               'name', l.name, 'capacity', l.capacity, 'taken', l.taken) ORDER BY l.id) \
             FROM ticket.pools AS l WHERE l.tenant_id = $1 AND l.performance_id = $2), '[]') \
         FROM ticket.performances AS p WHERE p.tenant_id = $1 AND p.id = $2"
}

db::statement! {
    /// One digit a seat in the order of the plan.
    SeatStates { tenant: TenantId => Uuid, performance: PerformanceId => Uuid, at: Instant => Timestamptz } -> (SqlText,) =
        "SELECT coalesce((SELECT string_agg(CASE WHEN s.ticket_id IS NOT NULL THEN '2' WHEN s.blocked IS NOT NULL THEN '3' \
           WHEN s.hold_until > $3 THEN '1' ELSE '0' END, '' ORDER BY s.ordinal) \
           FROM ticket.performance_seats AS s WHERE s.tenant_id = $1 AND s.performance_id = $2), '') \
         FROM ticket.performances AS p WHERE p.tenant_id = $1 AND p.id = $2"
}

pub(super) async fn lay_out(
    tx: &mut TenantTx,
    performance: PerformanceId,
    rules: &[ClassRule],
    at: Instant,
) -> Result<(i64, i64), Fault> {
    let rules = rules.iter().enumerate().map(|(nth, rule)| {
        json!({ "nth": nth, "section": rule.section, "row_from": rule.row_from, "row_to": rule.row_to, "class": rule.class.uuid() })
    });
    let statement = LayOut { tenant: tx.tenant(), performance, rules: rules.collect(), at };
    Ok(statement.get_result(tx.conn()).await?)
}

#[derive(Deserialize)]
struct ClassRow {
    #[serde(with = "stored", rename = "seat_class_id")]
    seat_class: SeatClassId,
    total: i64,
    free: i64,
    held: i64,
    sold: i64,
    blocked: i64,
    free_wheelchair: i64,
    free_companion: i64,
}

#[derive(Deserialize)]
struct PoolRow {
    #[serde(with = "stored")]
    id: PoolId,
    #[serde(with = "stored_option", rename = "seat_class_id")]
    seat_class: Option<SeatClassId>,
    #[serde(with = "stored_option", rename = "parent_id")]
    parent: Option<PoolId>,
    name: String,
    capacity: i64,
    taken: i64,
}

pub(super) async fn availability(
    tx: &mut TenantTx,
    performance: PerformanceId,
    at: Instant,
) -> Result<Option<Availability>, Fault> {
    let statement = Count { tenant: tx.tenant(), performance, at };
    let row: Option<(Value, Value)> = statement.get_result(tx.conn()).await.optional()?;
    let Some((classes, pools)) = row else { return Ok(None) };
    let unreadable = |_| Fault::Unexpected("stock reads back");
    let classes: Vec<ClassRow> = serde_json::from_value(classes).map_err(unreadable)?;
    let pools: Vec<PoolRow> = serde_json::from_value(pools).map_err(unreadable)?;
    let class = |row: ClassRow| {
        let ClassRow { seat_class, total, free, held, sold, blocked, free_wheelchair, free_companion } = row;
        ClassStock { seat_class, total, free, held, sold, blocked, free_wheelchair, free_companion }
    };
    let pool = |row: PoolRow| {
        let PoolRow { id, seat_class, parent, name, capacity, taken } = row;
        Pool { id, performance, seat_class, parent, name, capacity, taken }
    };
    Ok(Some(Availability {
        classes: classes.into_iter().map(class).collect(),
        pools: pools.into_iter().map(pool).collect(),
    }))
}

pub(super) async fn seat_states(
    tx: &mut TenantTx,
    performance: PerformanceId,
    at: Instant,
) -> Result<Option<String>, Fault> {
    let statement = SeatStates { tenant: tx.tenant(), performance, at };
    let row: Option<(String,)> = statement.get_result(tx.conn()).await.optional()?;
    Ok(row.map(|(states,)| states))
}
