//! Courses on the wire.

pub mod class;
pub mod leaflet;
pub mod rule;
pub mod term;
