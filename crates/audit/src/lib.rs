//! The journal: one append-only record, written in the same transaction as what it tells, sealed into a Merkle log.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod canonical;
pub mod checkpoint;
pub mod merkle;
mod stamp;
