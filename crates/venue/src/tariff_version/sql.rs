//! Queries on versions of tariffs.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    dsl::max,
    prelude::*,
    sql_types::{BigInt as SqlBigInt, Bool as SqlBool, Text as SqlText},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{FacilityId, TariffVersionId, TenantId},
};
use time::Date as Day;

use super::TariffVersion;
use crate::schema::tariff_versions;

db::standard_sql!(tariff_versions, TariffVersion, TariffVersionId);

db::statement! {
    /// What was asked and what it cost, of hires that were confirmed.
    PastAsks { tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Day => Date, until: Day => Date } -> (SqlText, SqlBigInt) =
        "SELECT q.ask, q.total FROM venue.hire_applications AS a \
         JOIN venue.hire_quotes AS q ON q.tenant_id = a.tenant_id AND q.id = a.quote_id \
         WHERE a.tenant_id = $1 AND a.facility_id = $2 AND a.state IN ('confirmed', 'settled') \
           AND EXISTS (SELECT FROM venue.hires AS h WHERE h.tenant_id = $1 AND h.application_id = a.id AND h.day >= $3 AND h.day < $4) \
         ORDER BY a.id LIMIT 10000"
}

db::statement! {
    /// The rooms of a facility that there are from a day on, and which of them are hired out.
    RoomsFrom { tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Day => Date } -> (SqlText, SqlBool) =
        "SELECT r.code, bool_or(r.visibility = 'bookable') FROM venue.rooms AS r WHERE r.tenant_id = $1 AND r.facility_id = $2 \
           AND (r.effective_until IS NULL OR r.effective_until > $3) GROUP BY r.code"
}

pub(super) async fn rooms(tx: &mut TenantTx, facility: FacilityId, from: Day) -> Result<Vec<(String, bool)>, Fault> {
    Ok(RoomsFrom { tenant: tx.tenant(), facility, from }.load(tx.conn()).await?)
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

/// A published version of the facility that has a day in common with this one.
pub(super) async fn overlapping(tx: &mut TenantTx, one: &TariffVersion) -> Result<Option<TariffVersion>, Fault> {
    let mut query = tariff_versions::table
        .of(tx.tenant())
        .filter(tariff_versions::facility_id.eq(one.facility_id))
        .filter(tariff_versions::published_at.is_not_null())
        .filter(tariff_versions::effective_until.is_null().or(tariff_versions::effective_until.gt(one.effective_from)))
        .into_boxed();
    if let Some(until) = one.effective_until {
        query = query.filter(tariff_versions::effective_from.lt(until));
    }
    Ok(query.select(TariffVersion::as_select()).first(tx.conn()).await.optional()?)
}

pub(super) async fn publish(tx: &mut TenantTx, id: TariffVersionId, at: Instant) -> Result<(), Fault> {
    diesel::update(tariff_versions::table.of(tx.tenant()).filter(tariff_versions::id.eq(id)))
        .set(tariff_versions::published_at.eq(at))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The published version that applies to a use, by whichever of the two days it goes by.
pub(crate) async fn applying(
    tx: &mut TenantTx,
    of: FacilityId,
    applied_on: Day,
    use_on: Day,
) -> Result<Option<TariffVersion>, Fault> {
    let in_force = |by: &'static str, day: Day| {
        tariff_versions::applies_by
            .eq(by)
            .and(tariff_versions::effective_from.le(day))
            .and(tariff_versions::effective_until.is_null().or(tariff_versions::effective_until.gt(day)))
    };
    let query = tariff_versions::table
        .of(tx.tenant())
        .filter(tariff_versions::facility_id.eq(of))
        .filter(tariff_versions::published_at.is_not_null())
        .filter(in_force("use_date", use_on).or(in_force("application_date", applied_on)))
        .order(tariff_versions::effective_from.desc());
    Ok(query.select(TariffVersion::as_select()).first(tx.conn()).await.optional()?)
}

pub(super) async fn past_asks(
    tx: &mut TenantTx,
    facility: FacilityId,
    from: Day,
    until: Day,
) -> Result<Vec<(String, i64)>, Fault> {
    Ok(PastAsks { tenant: tx.tenant(), facility, from, until }.load(tx.conn()).await?)
}
