//! Queries on equipment.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{BigInt as SqlBigInt, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{EquipmentId, FacilityId, TenantId},
};
use uuid::Uuid as Source;

use super::{Equipment, EquipmentClaim, Short};
use crate::schema::equipment;

db::standard_sql!(equipment, Equipment, EquipmentId);
db::standard_list!(equipment, Equipment, facility_id: FacilityId);

db::statement! {
    /// How many are claimed at once at most, from a moment on. Of what ends as something else begins, both do not count.
    Peak { tenant: TenantId => Uuid, item: EquipmentId => Uuid, at: Instant => Timestamptz } -> (SqlBigInt,) =
        "WITH claims AS (SELECT c.starts_at, c.ends_at, c.quantity FROM venue.equipment_claims AS c \
           WHERE c.tenant_id = $1 AND c.equipment_id = $2 AND c.active AND c.ends_at > $3 \
             AND (c.hold_until IS NULL OR c.hold_until > $3)), \
         steps AS (SELECT c.starts_at AS at, c.quantity AS more FROM claims AS c \
           UNION ALL SELECT c.ends_at, -c.quantity FROM claims AS c), \
         sums AS (SELECT sum(sum(s.more)) OVER (ORDER BY s.at) AS busy FROM steps AS s GROUP BY s.at) \
         SELECT coalesce(max(s.busy), 0)::bigint FROM sums AS s"
}

db::statement! {
    /// Claims, and says what there is not enough of.
    ClaimEquipment {
        tenant: TenantId => Uuid, sources: Vec<Source> => Array<Uuid>, items: Vec<EquipmentId> => Array<Uuid>,
        quantities: Vec<i32> => Array<Integer>, from: Vec<Instant> => Array<Timestamptz>, to: Vec<Instant> => Array<Timestamptz>,
        until: Option<Instant> => Nullable<Timestamptz>, at: Instant => Timestamptz,
    } -> (SqlUuid, SqlUuid, SqlBigInt) =
        "SELECT s.source, s.item, s.free FROM venue.claim_equipment($1, $2, $3, $4, $5, $6, $7, $8) AS s"
}

db::statement! {
    /// Nothing of these any more.
    ReleaseEquipment { tenant: TenantId => Uuid, sources: Vec<Source> => Array<Uuid> } -> () =
        "DELETE FROM venue.equipment_claims AS c WHERE c.tenant_id = $1 AND c.source_id = ANY ($2)"
}

db::statement! {
    /// Another deadline.
    KeepEquipment {
        tenant: TenantId => Uuid, sources: Vec<Source> => Array<Uuid>, until: Option<Instant> => Nullable<Timestamptz>,
    } -> () =
        "UPDATE venue.equipment_claims AS c SET hold_until = $3 WHERE c.tenant_id = $1 AND c.source_id = ANY ($2) AND c.active"
}

pub(super) async fn claim(
    tx: &mut TenantTx,
    claims: &[EquipmentClaim],
    until: Option<Instant>,
    at: Instant,
) -> Result<Vec<Short>, Fault> {
    let statement = ClaimEquipment {
        tenant: tx.tenant(),
        sources: claims.iter().map(|one| one.source).collect(),
        items: claims.iter().map(|one| one.item).collect(),
        quantities: claims.iter().map(|one| one.quantity).collect(),
        from: claims.iter().map(|one| one.during.from()).collect(),
        to: claims.iter().map(|one| one.during.until()).collect(),
        until,
        at,
    };
    let rows: Vec<(Source, EquipmentId, i64)> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(source, item, free)| Short { source, item, free }).collect())
}

pub(super) async fn release(tx: &mut TenantTx, sources: &[Source]) -> Result<(), Fault> {
    ReleaseEquipment { tenant: tx.tenant(), sources: sources.to_vec() }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn keep(tx: &mut TenantTx, sources: &[Source], until: Option<Instant>) -> Result<(), Fault> {
    KeepEquipment { tenant: tx.tenant(), sources: sources.to_vec(), until }.execute(tx.conn()).await?;
    Ok(())
}

/// Some items, as far as the facility has them.
pub(crate) async fn of_facility(
    tx: &mut TenantTx,
    facility: FacilityId,
    items: Vec<EquipmentId>,
) -> Result<Vec<Equipment>, Fault> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let query = equipment::table.of(tx.tenant()).filter(equipment::facility_id.eq(facility));
    Ok(query.filter(equipment::id.eq_any(items)).select(Equipment::as_select()).load(tx.conn()).await?)
}

pub(super) async fn peak(tx: &mut TenantTx, item: EquipmentId, at: Instant) -> Result<i64, Fault> {
    let (peak,) = Peak { tenant: tx.tenant(), item, at }.get_result::<(i64,)>(tx.conn()).await?;
    Ok(peak)
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: EquipmentId) -> Result<Option<Equipment>, Fault> {
    let query =
        equipment::table.of(tx.tenant()).filter(equipment::id.eq(id)).select(Equipment::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn update(tx: &mut TenantTx, one: &Equipment) -> Result<(), Fault> {
    diesel::update(equipment::table.of(tx.tenant()).filter(equipment::id.eq(one.id)))
        .set((
            equipment::name.eq(&one.name),
            equipment::name_en.eq(&one.name_en),
            equipment::capacity.eq(one.capacity),
            equipment::max_per_hire.eq(one.max_per_hire),
            equipment::effective_until.eq(one.effective_until),
            equipment::updated_at.eq(one.updated_at),
            equipment::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
