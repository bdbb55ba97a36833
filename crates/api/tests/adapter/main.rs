//! The adapter's own pieces, and the contract that its code says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod conformance;
mod docs;
mod file;
mod framework;
mod ical;
mod limits;
mod published;
mod snapshot;
mod surface;
