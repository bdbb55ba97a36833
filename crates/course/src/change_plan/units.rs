//! 回: a session with whatever takes its place is one part of what was paid for, whichever of them is held.

use kernel::{Instant, ids::CourseSessionId};

use crate::session::{self, Session};

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

fn unit(all: &[&Session], root: &Session, now: Instant) -> Unit {
    let sessions = session::chain(all, root);
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
    /// Whether it is paid for, by whoever takes part since a moment.
    pub fn is_of(&self, joined: Option<Instant>) -> bool {
        self.given_up_at.is_none() && joined.is_some_and(|joined| joined < self.starts_at)
    }
}
