//! Indexing persons who were entered before anybody looked for the same one twice, so that they are found like everybody else.

use std::time::Duration;

use db::{Fault, TenantTx};
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};
use patron::{Keys, person::identity};

use crate::{Job, Tools, frame::noted};

/// Persons of one tenant in one transaction.
const BATCH: i64 = 200;

/// Puts them into the index, some at a time, until everybody is in it who can be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Indexing;

async fn index(tools: &Tools, tenant: TenantId) -> Result<usize, Fault> {
    let scope = Scope::assume(tenant, Service::Core, Actor::System, RequestId::random());
    let own = tools.keys.tenant(tenant)?;
    let keys = Keys { seal: &own.seal, index: &own.index };
    let (mut done, mut after) = (0, None);
    loop {
        let work = async |tx: &mut TenantTx| identity::index(tx, keys, (after, BATCH)).await;
        let indexed = tools.db.tenant(&scope, work).await?;
        for person in indexed.unreadable {
            tracing::error!(%tenant, %person, "a person cannot be read and stays out of the index");
        }
        done += indexed.done;
        if indexed.reached.is_none() {
            return Ok(done);
        }
        after = indexed.reached;
    }
}

impl Job for Indexing {
    fn name(&self) -> &'static str {
        "index persons"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let mut done = 0;
        for tenant in identity::tenants_with_unindexed(&tools.db).await? {
            done += noted(tenant, index(tools, tenant).await, "persons are not indexed");
        }
        Ok(done)
    }
}
