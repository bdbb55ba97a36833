//! Custody of what tenants entrust to us. First of all: the keys, which live outside of every database and backup.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod keyring;

pub use keyring::{Keyring, KeyringError, TenantKeys};
