//! いつでも貸館: halls, rooms and equipment for hire, at the prices of an ordinance.
//!
//! A room is a set of atoms, the smallest parts of a house that can be used apart. [`occupancy`] is the only judge of whether
//! an atom is free: hires, closures and course sessions all claim their atoms there, and PostgreSQL refuses the second of two.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod account;
pub mod alternative;
pub mod application;
pub mod behind;
pub mod calendar;
pub mod calendar_feed;
pub mod cancellation;
pub mod catalogue;
pub mod closure;
pub mod due;
pub mod equipment;
pub mod facility;
pub mod hire;
pub mod hire_change;
pub mod hire_hold;
pub mod hire_quote;
pub mod holiday;
pub mod house_use;
pub mod lapse;
pub mod layer;
pub mod occupancy;
pub mod opening;
pub mod permit;
pub mod plan;
pub mod problems;
pub mod purpose;
pub mod report;
pub mod room;
mod schema;
pub mod slot_set;
pub mod span;
pub mod succession;
pub mod tariff_version;
pub mod usage;
pub mod utilisation;
