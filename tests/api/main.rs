//! Each resource as its callers use it: status, problem code, body, journal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod billing;
mod catalogue;
mod letters;
mod patrons;
mod sale;
mod tenancy;
