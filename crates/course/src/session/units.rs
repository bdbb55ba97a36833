//! 回: a session with whatever takes its place is one part of what was paid for, whichever of them is held. Which of the parts of a
//! class are somebody's is said here alone.

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseClassId, CourseSessionId},
};

use super::{Session, rules::chain, sql};

/// One part of what a class is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The session that was planned, and those that were to take its place.
    pub sessions: Vec<CourseSessionId>,
    /// When it is held; of the last that was to be, when it is not.
    pub starts_at: Instant,
    /// It has begun, and was not cancelled.
    pub begun: bool,
    /// Whether a session of it is to be held, or was.
    pub stands: bool,
    /// Since when nothing takes its place: what was paid for it goes back.
    pub given_up_at: Option<Instant>,
}

/// The parts of a class as they stand at a moment, in the order of time.
pub(crate) fn of(sessions: &[&Session], now: Instant) -> Vec<Unit> {
    let mut units: Vec<Unit> =
        sessions.iter().filter(|one| one.replaces_id.is_none()).map(|root| unit(sessions, root, now)).collect();
    units.sort_by_key(|unit| (unit.starts_at, unit.sessions.first().copied()));
    units
}

/// As [`of`], of a class.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn of_class(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Vec<Unit>, Fault> {
    let sessions = sql::of_class(tx, class).await?;
    Ok(of(&sessions.iter().collect::<Vec<_>>(), now))
}

/// The parts of a class that somebody is charged for who is charged for each, from a moment on: those that are to be held and have not
/// begun. Of one that was cancelled nobody knows whether it will be made up for, and nobody pays. By the sessions that were planned.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn ahead_of(
    tx: &mut TenantTx,
    class: CourseClassId,
    at: Instant,
) -> Result<Vec<CourseSessionId>, Fault> {
    let units = of_class(tx, class, at).await?;
    let ahead = units.iter().filter(|unit| unit.stands && !unit.begun);
    Ok(ahead.filter_map(|unit| unit.sessions.first().copied()).collect())
}

/// The parts that are left of what somebody paid: of what is charged for each, those that were `charged`; else those that begin after
/// they `joined`. What was given up has gone back, but for what was given up after they were told the price, where they pay only now.
pub(crate) fn paid_for<'u>(
    units: &'u [Unit],
    charged: &[CourseSessionId],
    joined: Option<Instant>,
    priced_at: Option<Instant>,
) -> Vec<&'u Unit> {
    let is_left = |unit: &&Unit| unit.given_up_at.is_none_or(|at| priced_at.is_some_and(|priced_at| priced_at < at));
    units.iter().filter(|unit| unit.is_of(charged, joined)).filter(is_left).collect()
}

fn unit(all: &[&Session], root: &Session, now: Instant) -> Unit {
    let sessions = chain(all, root);
    let standing = sessions.iter().copied().find(|one| one.state != "cancelled");
    let last = sessions.iter().copied().max_by_key(|one| one.starts_at).unwrap_or(root);
    Unit {
        starts_at: standing.unwrap_or(last).starts_at,
        begun: standing.is_some_and(|one| one.state == "held" || one.starts_at <= now),
        stands: standing.is_some(),
        given_up_at: sessions.iter().filter_map(|one| one.given_up_at).min(),
        sessions: sessions.into_iter().map(|one| one.id).collect(),
    }
}

impl Unit {
    fn is_of(&self, charged: &[CourseSessionId], joined: Option<Instant>) -> bool {
        match charged {
            [] => joined.is_some_and(|joined| joined < self.starts_at),
            charged => self.sessions.iter().any(|id| charged.contains(id)),
        }
    }
}
