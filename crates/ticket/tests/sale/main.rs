//! The sale against a real database: one promise a test, the neighbour always there, and a race wherever a constraint decides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod gate;
mod holds;
mod orders;
mod places;
mod races;
mod stage;
