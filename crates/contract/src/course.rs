//! Courses on the wire.

pub mod answer;
pub mod application;
pub mod attendance;
pub mod certificate;
pub mod change_plan;
pub mod class;
pub mod decision;
pub mod draw;
pub mod history;
pub mod honorarium;
pub mod leaflet;
pub mod listing;
pub mod receipt;
pub mod rule;
pub mod session;
pub mod settings;
pub mod term;
pub mod withdrawal;
