//! Sweeping, tenant by tenant: codes that have run out, attempts that were long ago, outcomes kept for retries. All of it is
//! judged by the clock when it is asked for, so what lies around longer does nobody any harm.

use std::time::Duration;

use db::{Fault, TenantTx};
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};

use crate::{Job, Tools, frame::noted};

/// Sweeps, once an hour.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sweeping;

async fn sweep(tools: &Tools, tenant: TenantId) -> Result<usize, Fault> {
    let (scope, now) = (Scope::assume(tenant, Service::Core, Actor::System, RequestId::random()), tools.clock.now());
    let work = async |tx: &mut TenantTx| -> Result<usize, Fault> {
        let outcomes = db::idempotency::sweep(tx, now).await?;
        Ok(outcomes + patron::sweep(tx, now).await?)
    };
    tools.db.tenant(&scope, work).await
}

impl Job for Sweeping {
    fn name(&self) -> &'static str {
        "sweep"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let mut done = 0;
        // whoever has anything to sweep has a journal, the house itself too: every request that leaves something behind is in it
        for tenant in audit::read::journals(&tools.db).await? {
            done += noted(tenant, sweep(tools, tenant).await, "nothing is swept");
        }
        Ok(done)
    }
}
