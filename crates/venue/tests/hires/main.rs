//! Hires against a real database: whatever the clocks of clients say, nothing is ever had twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod clocks;
mod companions;
mod model;
mod papers;
mod permits;
mod pianos;
mod stage;
