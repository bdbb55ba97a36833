//! Queries on equipment.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types::BigInt as SqlBigInt};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{EquipmentId, FacilityId, TenantId},
};

use super::Equipment;
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
