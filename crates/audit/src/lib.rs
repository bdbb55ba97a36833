//! The journal: one append-only record, written in the same transaction as what it tells, sealed into a Merkle log.
//!
//! A verb calls [`journal`]; the entry lands in `audit.outbox` and commits or vanishes with the change. The [`sealer`]
//! numbers the entries of each tenant without gaps, appends them to the tenant's [`merkle`] tree and signs
//! [`checkpoint`]s. [`export()`] takes the journal out as a file, [`verify()`] checks such a file with the public key alone.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod canonical;
pub mod checkpoint;
pub mod entry;
pub mod export;
pub mod journal;
pub mod merkle;
pub mod read;
pub mod schema;
pub mod sealer;
mod stamp;
pub mod verify;

pub use checkpoint::Signer;
pub use ed25519_dalek::VerifyingKey;
pub use entry::{Actor, Category, Entry, Event, Outcome, Subject};
pub use export::export;
pub use journal::{ByTheHouse, Draft, Writer, denied, failed, journal, journal_many, write};
pub use verify::{FirstBad, Report, verify, verify_database};

use kernel::ids::TenantId;

/// The tenant of the house itself: what concerns no contractor is journalled here. It has no row in `tenancy.tenants`.
pub const PLATFORM: TenantId = TenantId::from_uuid(uuid::Uuid::nil());
