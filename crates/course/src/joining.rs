//! 入会: who has joined the house, and is charged no joining fee again.
//!
//! Somebody has joined who holds a place for which they are charged the joining fee, of whom the house kept some of it when they
//! left, or who is in a class of which a session has begun since they are: unless they were not charged for it because they had
//! joined already, which holds as long as the application does that carries the fee. When that one ends unpaid, or all of the fee
//! goes back, the next bill that is opened for them carries it.

pub(crate) mod rules;
mod sql;

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, PersonId},
};

/// As fees and lines of a price call it.
pub(crate) const JOINING: &str = "joining";

/// Who of these has joined at a moment, by the id that is left; what they have of some applications does not count. `known_as` gives
/// for each id under which somebody is kept the one that is left.
///
/// # Errors
/// A [`Fault`].
pub async fn members(
    tx: &mut TenantTx,
    known_as: &BTreeMap<PersonId, PersonId>,
    but: &[CourseApplicationId],
    at: Instant,
) -> Result<BTreeSet<PersonId>, Fault> {
    if known_as.is_empty() { Ok(BTreeSet::new()) } else { sql::members(tx, known_as, (but, true), at).await }
}

/// As [`members`], of people under the ids that are left, and until the transaction ends nobody else finds it out of them: of two
/// bills that are opened at once, the second knows of the first. Taken after the class, as the last of the locks.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn decide(
    tx: &mut TenantTx,
    people: &BTreeSet<PersonId>,
    but: &[CourseApplicationId],
    at: Instant,
) -> Result<BTreeSet<PersonId>, Fault> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    sql::hold(tx, people.iter().copied().collect()).await?;
    members(tx, &people.iter().map(|person| (*person, *person)).collect(), but, at).await
}

/// As [`decide`], whose joining fee an application carries, or the house has kept of one: whoever took part in a class for nothing of the
/// kind does not count.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn carried(
    tx: &mut TenantTx,
    people: &BTreeSet<PersonId>,
    but: &[CourseApplicationId],
    at: Instant,
) -> Result<BTreeSet<PersonId>, Fault> {
    sql::hold(tx, people.iter().copied().collect()).await?;
    sql::members(tx, &people.iter().map(|person| (*person, *person)).collect(), (but, false), at).await
}

/// These have joined, though they left.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn keep(tx: &mut TenantTx, who: Vec<(CourseApplicationId, PersonId)>) -> Result<(), Fault> {
    if who.is_empty() { Ok(()) } else { sql::keep(tx, who).await }
}
