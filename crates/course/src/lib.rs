//! いつでも学習: from the leaflet to the certificate.
//!
//! An application is a party that is admitted, waits or loses together; an enrolment is one person in one class. Whether a
//! class takes applications is judged by its windows and the clock; only decisions are stored. Whoever changes places, the
//! waiting list or the capacity of a class locks the row of the class first.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod application;
pub mod attendance;
pub mod catalogue;
pub mod certificate;
pub mod change_plan;
pub mod class;
pub mod conclusion;
pub mod course;
pub mod decision;
pub mod draw;
pub mod due;
pub mod fee;
pub mod folding;
pub mod history;
pub mod honorarium;
pub mod instructor;
pub mod joining;
pub mod listing;
pub mod people;
pub mod problems;
pub mod reminder;
pub mod roster;
pub mod rule;
mod schema;
pub mod screening;
pub mod seats;
pub mod session;
pub mod settings;
pub mod soundness;
pub mod term;
pub mod window;
pub mod withdrawal;

/// As much as one amount on the wire can be, in yen.
pub(crate) const MOST_YEN: i64 = 999_999_999;
