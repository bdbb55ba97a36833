//! 名寄せ: somebody who applied or learned under one id turned out to be somebody else. What they did goes over, unless both are in
//! one class at the same time: who of them leaves is for people to decide.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse, SealKey,
    ids::{CourseApplicationId, CourseClassId, PersonId},
};

use crate::problems;

/// A class in which both have an active application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Both {
    pub class: CourseClassId,
    /// One for each of them; the same twice when they applied together.
    pub applications: [CourseApplicationId; 2],
}

/// Why two records do not become one.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error("both have an active application to {} of the classes", .0.len())]
    BothApplied(Vec<Both>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for MergeError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::BothApplied(both) => {
                let mut applications: Vec<_> = both.iter().flat_map(|one| one.applications).collect();
                applications.sort_unstable();
                applications.dedup();
                let applications: Vec<String> = applications.iter().map(ToString::to_string).collect();
                let classes: Vec<String> = both.iter().map(|one| one.class.to_string()).collect();
                problems::BOTH_APPLIED.refuse().fact("classes", classes).fact("applications", applications)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Gives everything that one person applied for and learned to another. Whoever calls has locked both persons, as whoever applies
/// holds them: so nobody is in a class twice, whichever comes first.
///
/// # Errors
/// [`MergeError::BothApplied`].
pub async fn merge(
    tx: &mut TenantTx,
    key: &SealKey,
    from: PersonId,
    into: PersonId,
    now: Instant,
) -> Result<(), MergeError> {
    let both = sql::both_active(tx, from, into).await?;
    if !both.is_empty() {
        return Err(MergeError::BothApplied(both));
    }
    // applications before their people, like whoever moves them
    let held = sql::lock_of(tx, &[from, into]).await?;
    let applications = sql::of(tx, from).await?;
    if applications.is_empty() {
        return Ok(());
    }
    sql::hand_over(tx, from, into, now).await?;
    sql::rename(tx, key, &held, (from, into)).await?;
    journal(tx, now, &events::PeopleMerged { person: from, into, applications }).await?;
    Ok(())
}
