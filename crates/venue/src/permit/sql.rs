//! Queries on permits.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types::Integer as SqlInt};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{FacilityId, HireApplicationId, PermitId, TenantId},
};

use super::Permit;
use crate::schema::permits;

db::standard_sql!(permits, Permit, PermitId);

db::statement! {
    /// The next number of a series; the row stays locked until the transaction ends.
    NextNumber { tenant: TenantId => Uuid, facility: FacilityId => Uuid, year: i32 => Integer } -> (SqlInt,) =
        "INSERT INTO venue.permit_series AS s (tenant_id, facility_id, fiscal_year, last) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (tenant_id, facility_id, fiscal_year) DO UPDATE SET last = s.last + 1 RETURNING s.last"
}

pub(super) async fn next_number(tx: &mut TenantTx, facility: FacilityId, year: i32) -> Result<i32, Fault> {
    let (number,) = NextNumber { tenant: tx.tenant(), facility, year }.get_result::<(i32,)>(tx.conn()).await?;
    Ok(number)
}

pub(super) async fn of_application(tx: &mut TenantTx, of: HireApplicationId) -> Result<Vec<Permit>, Fault> {
    let query = permits::table.of(tx.tenant()).filter(permits::application_id.eq(of));
    Ok(query.order(permits::revision.desc()).select(Permit::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn latest(tx: &mut TenantTx, of: HireApplicationId) -> Result<Option<Permit>, Fault> {
    let query = permits::table.of(tx.tenant()).filter(permits::application_id.eq(of));
    let query = query.order(permits::revision.desc()).select(Permit::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn by_code(tx: &mut TenantTx, code: &str) -> Result<Option<Permit>, Fault> {
    let query = permits::table.of(tx.tenant()).filter(permits::code.eq(code)).select(Permit::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn revoke(tx: &mut TenantTx, of: HireApplicationId, at: Instant) -> Result<(), Fault> {
    let query =
        permits::table.of(tx.tenant()).filter(permits::application_id.eq(of)).filter(permits::revoked_at.is_null());
    diesel::update(query).set(permits::revoked_at.eq(at)).execute(tx.conn()).await?;
    Ok(())
}
