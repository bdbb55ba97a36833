//! Courses on the wire.

pub mod application;
pub mod class;
pub mod draw;
pub mod history;
pub mod leaflet;
pub mod rule;
pub mod term;
pub mod withdrawal;
