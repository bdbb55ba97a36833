//! Queries on seating plans.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{HallId, SeatId, SeatingPlanId, SeatingPlanVersionId, TenantId},
};

use super::{Plan, PlanVersion, Seat, SeatDraft};
use crate::schema::{seating_plan_versions, seating_plans, seats};

db::standard_sql!(seating_plans, Plan, SeatingPlanId);
db::standard_list!(seating_plans, Plan, hall_id: HallId);

/// The number of a plan's next version; the plan's row stays locked, so that two imports do not take the same.
pub async fn next_number(tx: &mut TenantTx, plan: SeatingPlanId) -> Result<Option<i32>, Fault> {
    let found: Option<SeatingPlanId> = seating_plans::table
        .of(tx.tenant())
        .filter(seating_plans::id.eq(plan))
        .select(seating_plans::id)
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    if found.is_none() {
        return Ok(None);
    }
    let highest: Option<i32> = seating_plan_versions::table
        .of(tx.tenant())
        .filter(seating_plan_versions::plan_id.eq(plan))
        .select(diesel::dsl::max(seating_plan_versions::number))
        .get_result(tx.conn())
        .await?;
    Ok(Some(highest.unwrap_or(0) + 1))
}

pub async fn insert_version(tx: &mut TenantTx, version: &PlanVersion) -> Result<(), Fault> {
    diesel::insert_into(seating_plan_versions::table).values(version).execute(tx.conn()).await?;
    Ok(())
}

db::statement! {
    /// All seats of a version in one statement.
    InsertSeats {
        tenant: TenantId => Uuid, version: SeatingPlanVersionId => Uuid, ids: Vec<SeatId> => Array<Uuid>,
        sections: Vec<String> => Array<Text>, rows: Vec<String> => Array<Text>, labels: Vec<String> => Array<Text>,
        row_indexes: Vec<i32> => Array<Integer>, positions: Vec<i32> => Array<Integer>,
        blocks: Vec<i32> => Array<Integer>, xs: Vec<Option<i32>> => Array<Nullable<Integer>>,
        ys: Vec<Option<i32>> => Array<Nullable<Integer>>, ranks: Vec<i32> => Array<Integer>,
        flags: Vec<i32> => Array<Integer>,
    } -> (sql_types::BigInt,) = "WITH made AS (INSERT INTO ticket.seats (tenant_id, plan_version_id, id, ordinal, section, \
        row_label, seat_label, row_index, position_index, block_index, x, y, quality_rank, aisle, wheelchair, companion, \
        restricted_view) \
        SELECT $1, $2, s.id, s.n - 1, s.section, s.row, s.label, s.row_index, s.position, s.block, s.x, s.y, s.rank, \
        s.flags & 1 > 0, s.flags & 2 > 0, s.flags & 4 > 0, s.flags & 8 > 0 \
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) WITH ORDINALITY \
        AS s (id, section, row, label, row_index, position, block, x, y, rank, flags, n) RETURNING 1) \
        SELECT count(*) FROM made"
}

pub async fn insert_seats(
    tx: &mut TenantTx,
    version: SeatingPlanVersionId,
    drafts: &[SeatDraft],
    now: Instant,
) -> Result<(), Fault> {
    let flags = |seat: &SeatDraft| {
        let bit = |has: bool, value: i32| if has { value } else { 0 };
        bit(seat.aisle, 1) + bit(seat.wheelchair, 2) + bit(seat.companion, 4) + bit(seat.restricted_view, 8)
    };
    let statement = InsertSeats {
        tenant: tx.tenant(),
        version,
        ids: drafts.iter().map(|_| SeatId::new(now)).collect(),
        sections: drafts.iter().map(|seat| seat.section.clone()).collect(),
        rows: drafts.iter().map(|seat| seat.row_label.clone()).collect(),
        labels: drafts.iter().map(|seat| seat.seat_label.clone()).collect(),
        row_indexes: drafts.iter().map(|seat| seat.row_index).collect(),
        positions: drafts.iter().map(|seat| seat.position_index).collect(),
        blocks: drafts.iter().map(|seat| seat.block_index).collect(),
        xs: drafts.iter().map(|seat| seat.x).collect(),
        ys: drafts.iter().map(|seat| seat.y).collect(),
        ranks: drafts.iter().map(|seat| seat.quality_rank).collect(),
        flags: drafts.iter().map(flags).collect(),
    };
    let (made,) = statement.get_result::<(i64,)>(tx.conn()).await?;
    if usize::try_from(made).ok() == Some(drafts.len()) {
        Ok(())
    } else {
        Err(Fault::Unexpected("every seat of a plan is inserted"))
    }
}

pub async fn publish(tx: &mut TenantTx, id: SeatingPlanVersionId, now: Instant) -> Result<Option<PlanVersion>, Fault> {
    let drafts = seating_plan_versions::table
        .of(tx.tenant())
        .filter(seating_plan_versions::id.eq(id))
        .filter(seating_plan_versions::state.eq("draft"));
    let published = diesel::update(drafts)
        .set((seating_plan_versions::state.eq("published"), seating_plan_versions::published_at.eq(now)))
        .returning(PlanVersion::as_returning())
        .get_result(tx.conn())
        .await
        .optional()?;
    Ok(published)
}

pub async fn find_version(tx: &mut TenantTx, id: SeatingPlanVersionId) -> Result<Option<PlanVersion>, Fault> {
    let query = seating_plan_versions::table
        .of(tx.tenant())
        .filter(seating_plan_versions::id.eq(id))
        .select(PlanVersion::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn list_versions(
    tx: &mut TenantTx,
    plan: SeatingPlanId,
    drafts: bool,
    page: &PageAsk,
) -> Result<Vec<PlanVersion>, Fault> {
    let versions = seating_plan_versions::table.of(tx.tenant());
    let mut query = versions.filter(seating_plan_versions::plan_id.eq(plan)).into_boxed();
    if !drafts {
        query = query.filter(seating_plan_versions::state.eq("published"));
    }
    if let Some(after) = page.after {
        query = query.filter(seating_plan_versions::id.gt(after));
    }
    let query = query.order(seating_plan_versions::id.asc()).limit(page.rows()).select(PlanVersion::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn seats(tx: &mut TenantTx, version: SeatingPlanVersionId) -> Result<Vec<Seat>, Fault> {
    let query = seats::table
        .of(tx.tenant())
        .filter(seats::plan_version_id.eq(version))
        .order(seats::ordinal)
        .select(Seat::as_select());
    Ok(query.load(tx.conn()).await?)
}
