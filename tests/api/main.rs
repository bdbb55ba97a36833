//! Each resource as its callers use it: status, problem code, body, journal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod billing;
mod billing_documents;
mod billing_transfers;
mod cancelled;
mod catalogue;
mod course_applications;
mod course_attendance;
mod course_changes;
mod course_histories;
mod course_invariants;
mod course_leaflet;
mod course_letters;
mod course_listing;
mod course_records;
mod course_sessions;
mod course_withdrawals;
mod groups;
mod house_seats;
pub mod journal;
mod letters;
#[path = "../../crates/notice/tests/delivery/mail_server.rs"]
mod mail_server;
mod notice_templates;
mod password_reset;
mod patron_standing;
mod patrons;
mod persons;
mod sale;
mod tenancy;
mod venue;
mod venue_feeds;
mod venue_hire;
mod venue_letters;
mod venue_revenue;
mod venue_statements;
mod venue_tariffs;
mod voiding;
mod windows;
