//! 契約者: tenants, their contracts and subscriptions, their staff, and every way of proving who one is.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod contract;
mod credential;
pub mod hasher;
pub mod key;
pub mod operator;
pub mod origin;
pub mod password;
pub mod permission;
pub mod principal;
pub mod problems;
pub mod role;
pub mod roster;
pub mod session;
pub mod sign_in;
pub mod staff;
pub mod subscription;
pub mod tenant;
pub mod token;

pub use permission::{Permission, PermissionSet, Permit};
pub use principal::{Principal, ResolveError};
pub use sign_in::Vault;
pub use token::TokenKind;
