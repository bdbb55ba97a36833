//! Queries on performances.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    dsl::count_star,
    prelude::*,
    sql_types::{BigInt as SqlBig, Integer as SqlInt, Nullable as SqlNull, Text as SqlText, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    PageAsk,
    ids::{HallId, OrderId, PatronId, PerformanceId, ProductionId, SeatingPlanVersionId, TenantId},
};
use uuid::Uuid as Raw;

use super::{Performance, Unreturned, rules::Facts};
use crate::{
    pool,
    schema::{
        halls, performances, productions, seat_classes, seating_plan_versions, seating_plans, seats, ticket_types,
    },
};

db::statement! {
    /// How many paid orders have valid tickets, and how many tickets those are.
    CountUnreturned { tenant: TenantId => Uuid, performance: PerformanceId => Uuid } -> (SqlBig, SqlBig) =
        "SELECT count(*), coalesce(sum(o.quantity - o.voided), 0)::bigint FROM ticket.orders AS o \
         WHERE o.tenant_id = $1 AND o.performance_id = $2 AND o.state = 'paid' AND o.voided < o.quantity"
}

db::statement! {
    /// Paid orders with valid tickets, by id.
    ListUnreturned {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, after: Option<Raw> => Nullable<Uuid>, rows: i64 => BigInt,
    } -> (SqlUuid, SqlText, SqlNull<SqlUuid>, SqlInt) =
        "SELECT o.id, o.number, o.patron_id, o.quantity - o.voided FROM ticket.orders AS o \
         WHERE o.tenant_id = $1 AND o.performance_id = $2 AND o.state = 'paid' AND o.voided < o.quantity \
           AND (o.id > $3 OR $3 IS NULL) ORDER BY o.id LIMIT $4"
}

pub async fn count_unreturned(tx: &mut TenantTx, performance: PerformanceId) -> Result<(i64, i64), Fault> {
    Ok(CountUnreturned { tenant: tx.tenant(), performance }.get_result(tx.conn()).await?)
}

pub async fn unreturned(
    tx: &mut TenantTx,
    performance: PerformanceId,
    page: PageAsk,
) -> Result<Vec<Unreturned>, Fault> {
    let statement = ListUnreturned { tenant: tx.tenant(), performance, after: page.after, rows: page.rows() };
    let rows: Vec<(OrderId, String, Option<PatronId>, i32)> = statement.load(tx.conn()).await?;
    let order = |(order, number, patron, tickets)| Unreturned { order, number, patron, tickets };
    Ok(rows.into_iter().map(order).collect())
}

db::standard_sql!(performances, Performance, PerformanceId);

pub async fn list(
    tx: &mut TenantTx,
    of: Option<ProductionId>,
    drafts: bool,
    page: &PageAsk,
) -> Result<Vec<Performance>, Fault> {
    let mut query = performances::table.of(tx.tenant()).into_boxed();
    if let Some(production) = of {
        query = query.filter(performances::production_id.eq(production));
    }
    if !drafts {
        let shown = productions::table.of(tx.tenant()).filter(productions::state.ne("draft")).select(productions::id);
        query = query.filter(performances::state.ne("draft")).filter(performances::production_id.eq_any(shown));
    }
    if let Some(after) = page.after {
        query = query.filter(performances::id.gt(after));
    }
    let query = query.order(performances::id.asc()).limit(page.rows()).select(Performance::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: PerformanceId) -> Result<Option<Performance>, Fault> {
    let query = performances::table
        .of(tx.tenant())
        .filter(performances::id.eq(id))
        .select(Performance::as_select())
        .for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, performance: &Performance) -> Result<(), Fault> {
    diesel::update(performances::table.of(tx.tenant()).filter(performances::id.eq(performance.id)))
        .set((
            performances::doors_at.eq(performance.doors_at),
            performances::starts_at.eq(performance.starts_at),
            performances::ends_at.eq(performance.ends_at),
            performances::sales_cutoff_at.eq(performance.sales_cutoff_at),
            performances::capacity_cap.eq(performance.capacity_cap),
            performances::state.eq(&performance.state),
            performances::updated_at.eq(performance.updated_at),
            performances::version.eq(performance.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whether the version is published and of a plan of this hall.
pub async fn plan_fits(tx: &mut TenantTx, version: SeatingPlanVersionId, hall: HallId) -> Result<bool, Fault> {
    let plans = seating_plans::table.of(tx.tenant()).filter(seating_plans::hall_id.eq(hall)).select(seating_plans::id);
    let found: i64 = seating_plan_versions::table
        .of(tx.tenant())
        .filter(seating_plan_versions::id.eq(version))
        .filter(seating_plan_versions::state.eq("published"))
        .filter(seating_plan_versions::plan_id.eq_any(plans))
        .count()
        .get_result(tx.conn())
        .await?;
    Ok(found > 0)
}

/// What is known about a performance's surroundings.
pub async fn facts(tx: &mut TenantTx, performance: &Performance) -> Result<Facts, Fault> {
    let rows: Vec<(String, i32, i64)> = match performance.plan_version_id {
        None => Vec::new(),
        Some(version) => {
            seats::table
                .of(tx.tenant())
                .filter(seats::plan_version_id.eq(version))
                .group_by((seats::section, seats::row_index))
                .order((seats::section, seats::row_index))
                .select((seats::section, seats::row_index, count_star()))
                .load(tx.conn())
                .await?
        }
    };
    let classes: Vec<(_, String, String)> = seat_classes::table
        .of(tx.tenant())
        .filter(seat_classes::production_id.eq(performance.production_id))
        .select((seat_classes::id, seat_classes::code, seat_classes::numbering))
        .load(tx.conn())
        .await?;
    let legal_capacity: Option<i32> = halls::table
        .of(tx.tenant())
        .filter(halls::id.eq(performance.hall_id))
        .select(halls::legal_capacity)
        .first(tx.conn())
        .await?;
    let types: Vec<_> = ticket_types::table
        .of(tx.tenant())
        .filter(ticket_types::production_id.eq(performance.production_id))
        .order(ticket_types::id)
        .select((ticket_types::id, ticket_types::code))
        .load(tx.conn())
        .await?;
    let pools = pool::list(tx, performance.id).await?;
    // what is inside another pool is capped by it
    let standing: i64 = pools.iter().filter(|pool| pool.parent.is_none()).map(|pool| pool.capacity).sum();
    let places = rows.iter().map(|(_, _, seats)| seats).sum::<i64>() + standing;
    Ok(Facts {
        rows,
        classes: classes.into_iter().map(|(id, code, numbering)| (id, code, numbering == "assigned")).collect(),
        types,
        pooled: pools.into_iter().filter_map(|pool| pool.seat_class).collect(),
        places,
        legal_capacity,
    })
}
