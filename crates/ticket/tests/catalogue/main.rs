//! The catalogue against a real database: one promise a test, and the neighbour looking on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod changes;
mod house;
mod opening;
mod plans;
mod walls;
