//! What the journal says of pools.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::Instant;
use serde::Serialize;

use super::Pool;

#[derive(Serialize)]
struct PoolCreated {
    pool: String,
    performance: String,
    capacity: i64,
}

impl Event for PoolCreated {
    const NAME: &'static str = "ticket.pool.created";
    fn subject(&self) -> Subject {
        Subject::new("pool", &self.pool)
    }
}

#[derive(Serialize)]
struct PoolResized {
    pool: String,
    capacity: i64,
    taken: i64,
}

impl Event for PoolResized {
    const NAME: &'static str = "ticket.pool.resized";
    fn subject(&self) -> Subject {
        Subject::new("pool", &self.pool)
    }
}

pub(super) async fn created(tx: &mut TenantTx, pool: &Pool, now: Instant) -> Result<(), Fault> {
    let event =
        PoolCreated { pool: pool.id.to_string(), performance: pool.performance.to_string(), capacity: pool.capacity };
    audit::journal(tx, now, &event).await
}

pub(super) async fn resized(tx: &mut TenantTx, pool: &Pool, now: Instant) -> Result<(), Fault> {
    let event = PoolResized { pool: pool.id.to_string(), capacity: pool.capacity, taken: pool.taken };
    audit::journal(tx, now, &event).await
}
