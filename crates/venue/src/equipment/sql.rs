//! Queries on equipment.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{BigInt as SqlBigInt, Integer as SqlInt, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{EquipmentId, FacilityId, TenantId},
};
use time::Date as Day;
use uuid::Uuid as Source;

use super::{Equipment, EquipmentClaim, Short};
use crate::{schema::equipment, span::Span};

db::standard_sql!(equipment, Equipment, EquipmentId);
db::standard_list!(equipment, Equipment, facility_id: FacilityId);

db::statement! {
    /// Claims of an item and of others of its code that have run out.
    ExpireClaims { tenant: TenantId => Uuid, item: EquipmentId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE venue.equipment_claims AS c SET active = false FROM ( \
           SELECT x.source_id, x.equipment_id FROM venue.equipment AS e \
           JOIN venue.equipment AS s ON s.tenant_id = $1 AND s.facility_id = e.facility_id AND s.code = e.code \
           JOIN venue.equipment_claims AS x ON x.tenant_id = $1 AND x.equipment_id = s.id AND x.active AND x.hold_until <= $3 \
           WHERE e.tenant_id = $1 AND e.id = $2 FOR UPDATE OF x SKIP LOCKED) AS old \
         WHERE c.tenant_id = $1 AND c.equipment_id = old.equipment_id AND c.source_id = old.source_id"
}

db::statement! {
    /// How many are claimed at once at most, from a moment on; of other items of its code, while it is in force. Of what ends as
    /// something else begins, both do not count.
    Peak { tenant: TenantId => Uuid, item: EquipmentId => Uuid, at: Instant => Timestamptz } -> (SqlBigInt,) =
        "WITH terms AS (SELECT s.id, \
             CASE WHEN s.id = e.id THEN '-infinity' ELSE e.effective_from::timestamp AT TIME ZONE 'Asia/Tokyo' END AS since, \
             CASE WHEN s.id = e.id OR e.effective_until IS NULL THEN 'infinity' \
               ELSE e.effective_until::timestamp AT TIME ZONE 'Asia/Tokyo' END AS until \
           FROM venue.equipment AS e \
           JOIN venue.equipment AS s ON s.tenant_id = $1 AND s.facility_id = e.facility_id AND s.code = e.code \
           WHERE e.tenant_id = $1 AND e.id = $2), \
         claims AS (SELECT greatest(c.starts_at, t.since) AS starts_at, least(c.ends_at, t.until) AS ends_at, c.quantity FROM terms AS t \
           JOIN venue.equipment_claims AS c ON c.tenant_id = $1 AND c.equipment_id = t.id AND c.active \
             AND c.ends_at > $3 AND c.ends_at > t.since AND c.starts_at < t.until), \
         steps AS (SELECT c.starts_at AS at, c.quantity AS more FROM claims AS c \
           UNION ALL SELECT c.ends_at, -c.quantity FROM claims AS c), \
         sums AS (SELECT sum(sum(s.more)) OVER (ORDER BY s.at) AS busy FROM steps AS s GROUP BY s.at) \
         SELECT coalesce(max(s.busy), 0)::bigint FROM sums AS s"
}

db::statement! {
    /// When so many of an item, or of another of its code, are claimed. Nobody has one for longer than 34 days.
    ClaimsOf {
        tenant: TenantId => Uuid, item: EquipmentId => Uuid, from: Instant => Timestamptz, until: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlTime, SqlTime, SqlInt) =
        "SELECT c.starts_at, c.ends_at, c.quantity FROM venue.equipment AS e \
         JOIN venue.equipment AS s ON s.tenant_id = $1 AND s.facility_id = e.facility_id AND s.code = e.code \
         JOIN venue.equipment_claims AS c ON c.tenant_id = $1 AND c.equipment_id = s.id AND c.active \
           AND c.starts_at > $3 - interval '34 days' AND c.starts_at < $4 AND c.ends_at > $3 \
         WHERE e.tenant_id = $1 AND e.id = $2 AND (c.hold_until IS NULL OR c.hold_until > $5)"
}

db::statement! {
    /// What is claimed of one item for a day or later is claimed of another.
    MoveClaims { tenant: TenantId => Uuid, before: EquipmentId => Uuid, after: EquipmentId => Uuid, from: Day => Date } -> () =
        "UPDATE venue.equipment_claims AS c SET equipment_id = $3 FROM venue.hires AS h \
         WHERE c.tenant_id = $1 AND c.equipment_id = $2 AND h.tenant_id = $1 AND h.id = c.source_id AND h.day >= $4"
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
    /// Another deadline, for what has not run out; and how many claims have.
    KeepEquipment {
        tenant: TenantId => Uuid, sources: Vec<Source> => Array<Uuid>, until: Option<Instant> => Nullable<Timestamptz>,
        at: Instant => Timestamptz,
    } -> (SqlBigInt,) =
        "WITH kept AS (UPDATE venue.equipment_claims AS c SET hold_until = $3 \
           WHERE c.tenant_id = $1 AND c.source_id = ANY ($2) AND c.active AND (c.hold_until IS NULL OR c.hold_until > $4) \
           RETURNING c.source_id, c.equipment_id) \
         SELECT count(*) FROM venue.equipment_claims AS c WHERE c.tenant_id = $1 AND c.source_id = ANY ($2) \
           AND NOT EXISTS (SELECT FROM kept AS k WHERE k.source_id = c.source_id AND k.equipment_id = c.equipment_id)"
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

pub(super) async fn keep(
    tx: &mut TenantTx,
    sources: &[Source],
    until: Option<Instant>,
    at: Instant,
) -> Result<usize, Fault> {
    let statement = KeepEquipment { tenant: tx.tenant(), sources: sources.to_vec(), until, at };
    let (lost,) = statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(usize::try_from(lost).unwrap_or(usize::MAX))
}

pub(super) async fn claimed(
    tx: &mut TenantTx,
    item: EquipmentId,
    within: Span,
    at: Instant,
) -> Result<Vec<(Span, i64)>, Fault> {
    let (from, until) = (within.from(), within.until());
    let rows: Vec<(Instant, Instant, i32)> =
        ClaimsOf { tenant: tx.tenant(), item, from, until, at }.load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(from, until, many)| Some((Span::new(from, until)?, many.into()))).collect())
}

pub(crate) async fn move_claims(
    tx: &mut TenantTx,
    before: EquipmentId,
    after: EquipmentId,
    from: Day,
) -> Result<(), Fault> {
    MoveClaims { tenant: tx.tenant(), before, after, from }.execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn expire(tx: &mut TenantTx, item: EquipmentId, at: Instant) -> Result<(), Fault> {
    ExpireClaims { tenant: tx.tenant(), item, at }.execute(tx.conn()).await?;
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

/// Those of these codes that a facility has or had.
pub(crate) async fn of_codes(
    tx: &mut TenantTx,
    facility: FacilityId,
    codes: Vec<String>,
) -> Result<Vec<Equipment>, Fault> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let query = equipment::table.of(tx.tenant()).filter(equipment::facility_id.eq(facility));
    Ok(query.filter(equipment::code.eq_any(codes)).select(Equipment::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn peak(tx: &mut TenantTx, item: EquipmentId, at: Instant) -> Result<i64, Fault> {
    let (peak,) = Peak { tenant: tx.tenant(), item, at }.get_result::<(i64,)>(tx.conn()).await?;
    Ok(peak)
}

pub(crate) async fn find_for_update(tx: &mut TenantTx, id: EquipmentId) -> Result<Option<Equipment>, Fault> {
    let query =
        equipment::table.of(tx.tenant()).filter(equipment::id.eq(id)).select(Equipment::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(crate) async fn update(tx: &mut TenantTx, one: &Equipment) -> Result<(), Fault> {
    diesel::update(equipment::table.of(tx.tenant()).filter(equipment::id.eq(one.id)))
        .set((
            equipment::name.eq(&one.name),
            equipment::name_en.eq(&one.name_en),
            equipment::capacity.eq(one.capacity),
            equipment::max_per_hire.eq(one.max_per_hire),
            equipment::effective_until.eq(one.effective_until),
            equipment::ended_despite.eq(&one.ended_despite),
            equipment::updated_at.eq(one.updated_at),
            equipment::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
