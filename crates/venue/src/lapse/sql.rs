//! Queries on what was not paid, mended or decided in time.

use db::{Db, Fault, TenantTx};
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{HireApplicationId, TenantId},
};

db::statement! {
    TenantsWithLate { now: Instant => Timestamptz } -> SqlUuid = "SELECT venue.tenants_with_late_applications($1)"
}

db::statement! {
    /// Those whose time is over, by which of two indexes says so.
    TimeIsOver { tenant: TenantId => Uuid, now: Instant => Timestamptz, most: i64 => BigInt } -> SqlUuid =
        "SELECT o.id FROM ( \
           SELECT a.id, a.due_at AS over_at FROM venue.hire_applications AS a \
           WHERE a.tenant_id = $1 AND a.state = 'awaiting_payment' AND a.due_at <= $2 \
           UNION ALL SELECT a.id, a.open_until FROM venue.hire_applications AS a \
           WHERE a.tenant_id = $1 AND a.state IN ('requested', 'returned') AND a.open_until <= $2) AS o \
         ORDER BY o.over_at, o.id LIMIT $3"
}

pub(super) async fn tenants(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithLate { now }.load::<TenantId>(conn).await).await
}

pub(super) async fn due(tx: &mut TenantTx, now: Instant, limit: i64) -> Result<Vec<HireApplicationId>, Fault> {
    Ok(TimeIsOver { tenant: tx.tenant(), now, most: limit }.load(tx.conn()).await?)
}
