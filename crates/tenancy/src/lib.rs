//! 契約者: tenants, their contracts and subscriptions, their staff, and every way of proving who one is.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod permission;

pub use permission::{Permission, Permit};
