//! Looks whether what classes count of their places is what their applications hold. Where it is not, the journal and the log say so
//! by numbers and ids; somebody has to look, and nothing is changed.

use ::course::seats;
use contract::ApiError;
use db::{Fault, TenantTx};
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};

use crate::{Desk, log::complain};

/// Looks at every tenant.
///
/// # Errors
/// A [`Fault`] when nobody can be asked.
pub async fn round(desk: &Desk) -> Result<(), Fault> {
    for tenant in audit::read::journals(&desk.db).await? {
        if let Err(error) = look(desk, tenant).await {
            complain(tenant, "everything", &error, "nobody looks whether classes miscount");
        }
    }
    Ok(())
}

/// Looks at the classes of a tenant. Says how many miscount.
///
/// # Errors
/// A fault of the database.
pub async fn look(desk: &Desk, tenant: TenantId) -> Result<usize, ApiError> {
    let (scope, now) = (Scope::assume(tenant, Service::Course, Actor::System, RequestId::random()), desk.clock.now());
    let found = desk.db.tenant(&scope, async |tx: &mut TenantTx| seats::miscounted(tx, now).await).await?;
    for one in &found {
        let seats::Miscount { class, taken, held, undecided, entered } = *one;
        tracing::error!(%tenant, %class, taken, held, undecided, entered, "a class counts otherwise than its applications");
    }
    Ok(found.len())
}
