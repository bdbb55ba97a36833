//! Tidying up open bills whose time is over, so that the ledger charges nobody for them and a part that was paid goes back. What
//! they were for is free already: that is judged by the clock.

use std::{error::Error, time::Duration};

use billing::{bill::CancelBillError, call_off};
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, RequestId, Scope, Service,
    ids::{BillId, TenantId},
};

use crate::{Job, Tools, frame::noted};

/// Bills of one tenant in one transaction.
const BATCH: i64 = 100;

/// Calls off what was not paid in time. Money that comes all the same is late money.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overdue;

/// Calls off everything at once; where one of them cannot be, one by one.
async fn tidy(tools: &Tools, tenant: TenantId) -> Result<usize, Fault> {
    let (scope, now) = (Scope::assume(tenant, Service::Core, Actor::System, RequestId::random()), tools.clock.now());
    let work = async |tx: &mut TenantTx| call_off::overdue(tx, BATCH, now).await;
    match tools.db.tenant(&scope, work).await {
        Ok(done) => Ok(done.len()),
        Err(CancelBillError::Fault(Fault::Unavailable)) => Err(Fault::Unavailable),
        Err(_) => one_by_one(tools, &scope, now).await,
    }
}

/// A bill that cannot be called off holds up no other.
async fn one_by_one(tools: &Tools, scope: &Scope, now: Instant) -> Result<usize, Fault> {
    let due = tools.db.read(scope, async |tx: &mut TenantTx| call_off::due(tx, BATCH, now).await).await?;
    let mut done = 0;
    for bill in due {
        let work = async |tx: &mut TenantTx| call_off::if_overdue(tx, bill, now).await;
        match tools.db.tenant(scope, work).await {
            Ok(overdue) => done += usize::from(overdue),
            Err(CancelBillError::Fault(Fault::Unavailable)) => return Err(Fault::Unavailable),
            Err(error) => complain(scope.tenant(), bill, &error),
        }
    }
    Ok(done)
}

fn complain(tenant: TenantId, bill: BillId, error: &(dyn Error + 'static)) {
    tracing::error!(%tenant, %bill, error, "a bill whose time is over is not called off");
}

impl Job for Overdue {
    fn name(&self) -> &'static str {
        "call off overdue bills"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(30)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let mut done = 0;
        for tenant in call_off::tenants_with_overdue(&tools.db, tools.clock.now()).await? {
            done += noted(tenant, tidy(tools, tenant).await, "overdue bills wait");
        }
        Ok(done)
    }
}
