//! What tests stand on: a real PostgreSQL, a database of one's own with the twins in it, a clock that moves by hand.
//!
//! Only ever a dev-dependency. A failure here is a failure of the test, so it panics and says why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::missing_panics_doc
)]

pub mod cluster;
pub mod database;
pub mod hall;
pub mod twins;

pub use cluster::Cluster;
pub use database::TestDb;
pub use twins::{Twin, Twins};

use kernel::{Clock, Instant};
use time::macros::datetime;

/// When every test begins: an on-sale Saturday morning in Japan.
pub const MORNING: Instant = datetime!(2026-11-21 01:00:00 UTC);

/// A clock that stands at [`MORNING`].
pub fn clock() -> Clock {
    Clock::manual(MORNING)
}
