//! Where something of a course is due: asked once for all tenants, so that none is asked in vain.

mod sql;

use db::{Db, Fault};
use kernel::{Instant, ids::TenantId};

/// The tenants at which something has run out, is to be drawn, published, decided, told or given back, or is over by now.
///
/// # Errors
/// A [`Fault`].
pub async fn tenants(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    sql::tenants(db, now).await
}
