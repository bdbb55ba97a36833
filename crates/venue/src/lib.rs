//! いつでも貸館: halls, rooms and equipment for hire, at the prices of an ordinance.
//!
//! A room is a set of atoms, the smallest parts of a house that can be used apart. [`occupancy`] is the only judge of whether
//! an atom is free: hires, closures and course sessions all claim their atoms there, and PostgreSQL refuses the second of two.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod calendar;
pub mod catalogue;
pub mod closure;
pub mod equipment;
pub mod facility;
pub mod occupancy;
pub mod problems;
pub mod room;
mod schema;
pub mod slot_set;
pub mod span;
