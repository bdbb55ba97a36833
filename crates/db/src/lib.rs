//! The only owner of connections. Its doors ask for a scope and hand out a transaction, never a bare connection.
//!
//! Inside the transaction PostgreSQL knows the tenant (`app.tenant_id`) and the service (its role); outside of one nobody
//! can say anything to it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod door;
pub mod embedded;
pub mod fault;
pub mod idempotency;
pub mod migrate;
pub mod noun;
pub mod problems;
pub mod remark;
pub mod sealed;
pub mod statement;

pub use door::{Db, OperatorTx, PoolConfig, TenantTx};
pub use fault::Fault;
pub use remark::Remark;

// re-exported for the macros of this crate
#[doc(hidden)]
pub use diesel;
#[doc(hidden)]
pub use diesel_async;
