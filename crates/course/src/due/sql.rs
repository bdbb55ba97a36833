//! The question across tenants.

use db::{Db, Fault};
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::TenantId};

db::statement! {
    TenantsWithDue { now: Instant => Timestamptz } -> diesel::sql_types::Uuid = "SELECT course.tenants_with_due($1)"
}

pub async fn tenants(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithDue { now }.load::<TenantId>(conn).await).await
}
