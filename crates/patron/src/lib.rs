//! 利用者: the people a tenant serves. This crate is the only owner of personal data; everybody else holds ids.
//!
//! What names a person is sealed under the tenant's key ([`details`]), what finds a person is a blind index ([`search`]).
//! Whoever opens sealed data leaves an entry in the journal, in the same transaction. A patron exists inside one tenant
//! only: the same address in two tenants is two people who have nothing to do with each other.
//!
//! Passwords never come here: verbs take and give the stored form (PHC), the adapter has it made and checked.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod contact;
pub mod details;
pub mod fact;
pub mod form;
pub mod group;
pub mod household;
pub mod newcomer;
pub mod password_reset;
pub mod person;
pub mod problems;
pub mod register;
pub mod registration;
mod schema;
pub mod search;
pub mod sign_in;
pub mod standing;
mod throttle;
mod token;
pub mod user_class;

pub use details::Details;
pub use kernel::Locale;
pub use register::{Patron, PatronKind, PatronState};
pub use token::Token;

use kernel::{IndexKey, SealKey};

/// The key material of the tenant in whose transaction a verb runs.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    pub seal: &'a SealKey,
    pub index: &'a IndexKey,
}

/// Forgets what is of no use any more: codes that have run out, attempts that were long ago, answers whose days
/// are over. Says how many.
///
/// # Errors
/// A [`Fault`](db::Fault).
pub async fn sweep(tx: &mut db::TenantTx, now: kernel::Instant) -> Result<usize, db::Fault> {
    let codes = registration::sweep(tx, now).await?;
    let answers = form::sweep(tx, now).await?;
    Ok(codes + answers + throttle::sweep(tx, now).await?)
}
