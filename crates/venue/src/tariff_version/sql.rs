//! Queries on versions of tariffs.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    dsl::max,
    prelude::*,
    sql_types::{BigInt as SqlBigInt, Text as SqlText},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{FacilityId, RoomId, TariffVersionId, TenantId},
};
use time::Date as Day;

use super::{TariffVersion, rules::Term};
use crate::schema::{attached_rooms, equipment, purposes, rooms, tariff_versions};

db::standard_sql!(tariff_versions, TariffVersion, TariffVersionId);

db::statement! {
    /// What was asked and what it cost, of applications that were confirmed and whose first hire that was not given up is between two
    /// days: those applied for first, and one more than are compared.
    PastAsks { tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Day => Date, until: Day => Date } -> (SqlText, SqlBigInt) =
        "SELECT q.ask, q.total FROM venue.hire_applications AS a \
         JOIN venue.hire_quotes AS q ON q.tenant_id = a.tenant_id AND q.id = a.quote_id \
         WHERE a.tenant_id = $1 AND a.facility_id = $2 AND a.state IN ('confirmed', 'settled') \
           AND EXISTS (SELECT FROM venue.hires AS h WHERE h.tenant_id = $1 AND h.application_id = a.id \
             AND h.state <> 'released' AND h.day >= $3 AND h.day < $4) \
           AND NOT EXISTS (SELECT FROM venue.hires AS e WHERE e.tenant_id = $1 AND e.application_id = a.id \
             AND e.state <> 'released' AND e.day < $3) \
         ORDER BY a.id LIMIT 10001"
}

db::statement! {
    /// Hires from a day on that are applied for and not over, at the prices of a version.
    HiresFrom { tenant: TenantId => Uuid, of: TariffVersionId => Uuid, from: Day => Date } -> (SqlBigInt,) =
        "SELECT count(*) FROM venue.hire_quotes AS q \
         JOIN venue.hire_applications AS a ON a.tenant_id = $1 AND a.quote_id = q.id \
           AND a.state IN ('requested', 'returned', 'awaiting_payment', 'confirmed') \
         JOIN venue.hires AS h ON h.tenant_id = $1 AND h.application_id = a.id AND h.state = 'open' AND h.day >= $3 \
         WHERE q.tenant_id = $1 AND q.tariff_version_id = $2"
}

/// A room that there is from a day on.
#[derive(Debug, Clone)]
pub struct RoomFrom {
    pub room: RoomId,
    pub code: String,
    /// Whether it is hired out, by itself or with another that is never hired without it.
    pub hired: bool,
}

pub(super) async fn rooms(tx: &mut TenantTx, facility: FacilityId, from: Day) -> Result<Vec<RoomFrom>, Fault> {
    let required = attached_rooms::table.of(tx.tenant()).filter(attached_rooms::terms.eq("required"));
    let comes_along = rooms::id.eq_any(required.select(attached_rooms::attached_id));
    let query = rooms::table
        .of(tx.tenant())
        .filter(rooms::facility_id.eq(facility))
        .filter(rooms::effective_until.is_null().or(rooms::effective_until.gt(from)))
        .order((rooms::ordinal, rooms::code))
        .select((rooms::id, rooms::code, rooms::visibility.eq("bookable").or(comes_along)));
    let found: Vec<(RoomId, String, bool)> = query.load(tx.conn()).await?;
    Ok(found.into_iter().map(|(room, code, hired)| RoomFrom { room, code, hired }).collect())
}

pub(super) async fn equipment(tx: &mut TenantTx, facility: FacilityId, from: Day) -> Result<Vec<String>, Fault> {
    let query = equipment::table
        .of(tx.tenant())
        .filter(equipment::facility_id.eq(facility))
        .filter(equipment::effective_until.is_null().or(equipment::effective_until.gt(from)));
    Ok(query.select(equipment::code).load(tx.conn()).await?)
}

pub(super) async fn purposes(tx: &mut TenantTx, from: Day) -> Result<Vec<String>, Fault> {
    let in_force = purposes::effective_until.is_null().or(purposes::effective_until.gt(from));
    Ok(purposes::table.of(tx.tenant()).filter(in_force).select(purposes::code).load(tx.conn()).await?)
}

pub(super) async fn last_number(tx: &mut TenantTx, of: FacilityId) -> Result<i32, Fault> {
    let query = tariff_versions::table.of(tx.tenant()).filter(tariff_versions::facility_id.eq(of));
    let last: Option<i32> = query.select(max(tariff_versions::number)).first(tx.conn()).await?;
    Ok(last.unwrap_or(0))
}

pub(super) async fn list(
    tx: &mut TenantTx,
    of: Option<FacilityId>,
    drafts: bool,
    page: &PageAsk,
) -> Result<Vec<TariffVersion>, Fault> {
    let mut query = tariff_versions::table.of(tx.tenant()).into_boxed();
    if let Some(of) = of {
        query = query.filter(tariff_versions::facility_id.eq(of));
    }
    if !drafts {
        query = query.filter(tariff_versions::published_at.is_not_null());
    }
    if let Some(after) = page.after {
        query = query.filter(tariff_versions::id.gt(after));
    }
    let query = query.order(tariff_versions::id.asc()).limit(page.rows()).select(TariffVersion::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: TariffVersionId) -> Result<Option<TariffVersion>, Fault> {
    let query = tariff_versions::table.of(tx.tenant()).filter(tariff_versions::id.eq(id));
    Ok(query.select(TariffVersion::as_select()).for_update().first(tx.conn()).await.optional()?)
}

/// The published versions of the facility that have a day in common with this one, the first in force first.
pub(super) async fn overlapping(tx: &mut TenantTx, one: &TariffVersion) -> Result<Vec<TariffVersion>, Fault> {
    let mut query = tariff_versions::table
        .of(tx.tenant())
        .filter(tariff_versions::facility_id.eq(one.facility_id))
        .filter(tariff_versions::published_at.is_not_null())
        .filter(tariff_versions::effective_until.is_null().or(tariff_versions::effective_until.gt(one.effective_from)))
        .into_boxed();
    if let Some(until) = one.effective_until {
        query = query.filter(tariff_versions::effective_from.lt(until));
    }
    let query = query.order(tariff_versions::effective_from).select(TariffVersion::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn end(tx: &mut TenantTx, id: TariffVersionId, until: Day) -> Result<(), Fault> {
    diesel::update(tariff_versions::table.of(tx.tenant()).filter(tariff_versions::id.eq(id)))
        .set(tariff_versions::effective_until.eq(until))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many hires on these days are applied for at the prices of a version.
pub(super) async fn hires_from(tx: &mut TenantTx, of: TariffVersionId, from: Day) -> Result<i64, Fault> {
    let (count,) = HiresFrom { tenant: tx.tenant(), of, from }.get_result::<(i64,)>(tx.conn()).await?;
    Ok(count)
}

pub(super) async fn publish(tx: &mut TenantTx, id: TariffVersionId, at: Instant) -> Result<(), Fault> {
    diesel::update(tariff_versions::table.of(tx.tenant()).filter(tariff_versions::id.eq(id)))
        .set(tariff_versions::published_at.eq(at))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// When the published versions of a facility's tariff are in force, the first of them first.
pub(crate) async fn terms(tx: &mut TenantTx, of: FacilityId) -> Result<Vec<Term>, Fault> {
    let query = tariff_versions::table.of(tx.tenant()).filter(tariff_versions::facility_id.eq(of));
    let query = query.filter(tariff_versions::published_at.is_not_null()).order(tariff_versions::effective_from);
    let (from, until) = (tariff_versions::effective_from, tariff_versions::effective_until);
    Ok(query.select((tariff_versions::id, tariff_versions::applies_by, from, until)).load(tx.conn()).await?)
}

pub(super) async fn past_asks(
    tx: &mut TenantTx,
    facility: FacilityId,
    from: Day,
    until: Day,
) -> Result<Vec<(String, i64)>, Fault> {
    Ok(PastAsks { tenant: tx.tenant(), facility, from, until }.load(tx.conn()).await?)
}
