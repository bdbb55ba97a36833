//! Offers and payments that ran out: judged by the clock wherever they are read, and passed on to the next in line here, so
//! that nobody waits for somebody else to ask.

use ::course::seats;
use contract::ApiError;
use db::TenantTx;
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};

use super::moves;
use crate::Desk;

/// Classes of one tenant in one round.
const BATCH: i64 = 50;

/// Lets expire what ran out at a tenant, the longest overdue first, each class in a transaction of its own with what follows
/// from its moves. Says in how many classes something did.
///
/// # Errors
/// What a class is refused with.
pub async fn lapse(desk: &Desk, tenant: TenantId) -> Result<usize, ApiError> {
    let (scope, now) = (Scope::assume(tenant, Service::Course, Actor::System, RequestId::random()), desk.clock.now());
    let overdue = desk.db.read(&scope, async |tx: &mut TenantTx| seats::overdue(tx, now, BATCH).await).await?;
    for class in &overdue {
        let class = *class;
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            let moved = seats::expire(tx, class, now).await?;
            moves::follow(desk, tx, &moved, now).await
        };
        desk.db.tenant(&scope, work).await?;
    }
    Ok(overdue.len())
}
