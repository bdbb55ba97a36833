//! Tidying up open bills whose time is over, so that the ledger charges nobody for them and a part that was paid goes back. What
//! they were for is free already: that is judged by the clock.

use std::time::Duration;

use billing::{bill::CancelBillError, call_off};
use db::{Fault, TenantTx};
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};

use crate::{Job, Tools};

/// Bills of one tenant in one transaction.
const BATCH: i64 = 100;

/// Calls off what was not paid in time. Money that comes all the same is late money.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overdue;

async fn tidy(tools: &Tools, tenant: TenantId) -> Result<usize, Fault> {
    let (scope, now) = (Scope::assume(tenant, Service::Core, Actor::System, RequestId::random()), tools.clock.now());
    let work = async |tx: &mut TenantTx| call_off::overdue(tx, BATCH, now).await;
    tools.db.tenant(&scope, work).await.map(|done| done.len()).map_err(|error| match error {
        CancelBillError::Fault(fault) => fault,
        _ => Fault::Unexpected("an open bill under its lock can be called off"),
    })
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
            done += tidy(tools, tenant).await?;
        }
        Ok(done)
    }
}
