//! Whom a caller acts for: the house for everybody, a patron for themselves and for the groups whose rosters say so.

use db::{Fault, TenantTx};
use kernel::{Actor, ids::PatronId};
use patron::group;
use tenancy::Permit;

use crate::May;

/// Whether this caller may know of, and change, what is in the name of a patron.
///
/// # Errors
/// A [`Fault`].
pub async fn may<P: Permit>(tx: &mut TenantTx, caller: &May<P>, whom: PatronId) -> Result<bool, Fault> {
    match caller.actor() {
        Actor::Patron(patron) => group::acts_for(tx, *patron, whom).await,
        _ => Ok(true),
    }
}
