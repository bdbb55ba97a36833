//! Queries on what was not paid in time.

use db::{Db, Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{HireApplicationId, TenantId},
};

use crate::schema::hire_applications;

db::statement! {
    TenantsWithUnpaid { now: Instant => Timestamptz } -> diesel::sql_types::Uuid =
        "SELECT venue.tenants_with_unpaid_applications($1)"
}

pub(super) async fn tenants(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithUnpaid { now }.load::<TenantId>(conn).await).await
}

pub(super) async fn due(tx: &mut TenantTx, now: Instant, limit: i64) -> Result<Vec<HireApplicationId>, Fault> {
    let query = hire_applications::table.of(tx.tenant()).filter(hire_applications::state.eq("awaiting_payment"));
    let query = query.filter(hire_applications::due_at.le(now)).order(hire_applications::due_at).limit(limit);
    Ok(query.select(hire_applications::id).load(tx.conn()).await?)
}
