//! What comes due at a tenant without anybody asking: applications that were not paid, mended or decided in time lapse, and who applied
//! is told. What fails is noted in the log and holds up nothing else.

use ::venue::lapse;
use billing::refund::Reason;
use contract::ApiError;
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, RequestId, Scope, Service,
    ids::{HireApplicationId, TenantId},
};

use super::{letters, money};
use crate::{Desk, log::complain};

/// Applications of one tenant in one round.
const BATCH: i64 = 500;

/// Lets lapse what was not paid, mended or decided in time, wherever something was not. Says how many did.
///
/// # Errors
/// A [`Fault`] when nobody can be asked.
pub async fn round(desk: &Desk) -> Result<usize, Fault> {
    let mut done = 0;
    for tenant in lapse::tenants(&desk.db, desk.clock.now()).await? {
        match lapse_all(desk, tenant).await {
            Ok(lapsed) => done += lapsed,
            Err(error) => complain(tenant, "everything", &error, "what is over does not lapse"),
        }
    }
    Ok(done)
}

async fn lapse_all(desk: &Desk, tenant: TenantId) -> Result<usize, ApiError> {
    let (scope, now) = (Scope::assume(tenant, Service::Venue, Actor::System, RequestId::random()), desk.clock.now());
    let mut done = 0;
    for id in desk.db.read(&scope, async |tx: &mut TenantTx| lapse::due(tx, now, BATCH).await).await? {
        let work = async |tx: &mut TenantTx| one(desk, tx, id, now).await;
        match desk.db.tenant(&scope, work).await {
            Ok(lapsed) => done += usize::from(lapsed),
            Err(error) => complain(tenant, &id.to_string(), &error, "an application does not lapse"),
        }
    }
    Ok(done)
}

/// The bill before the application, as everywhere. Whoever pays at the same moment is in time or finds it called off.
async fn one(desk: &Desk, tx: &mut TenantTx, id: HireApplicationId, now: Instant) -> Result<bool, ApiError> {
    let bills = money::hold(tx, id).await?;
    let Some((applied, late)) = lapse::lapse(tx, id, now).await? else { return Ok(false) };
    money::call_off(tx, &bills, Reason::Lapsed, now).await?;
    letters::lapsed(desk, tx, &applied, late, now).await?;
    Ok(true)
}
