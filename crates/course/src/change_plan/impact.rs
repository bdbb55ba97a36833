//! What a change would do to everybody, and what goes back to them.

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId, InstructorId, PersonId},
};

use super::{Affected, Change, Clash, Money, PlanError, rules, sql};
use crate::{
    application::Application,
    catalogue::CatalogueError,
    class,
    session::{self, Session, SessionError, SessionWithPeople, units},
    withdrawal::rules::lines_of,
};

/// What a change would do, before anybody knows what was paid.
#[derive(Debug, Clone)]
pub struct Impact {
    pub class: CourseClassId,
    /// What it is about; absent: the class itself.
    pub session: Option<SessionWithPeople>,
    pub version: i32,
    applications: Vec<Application>,
    people: BTreeMap<CourseApplicationId, BTreeSet<PersonId>>,
    clashes: BTreeMap<PersonId, Vec<Clash>>,
    sessions: Vec<SessionWithPeople>,
    joined: BTreeMap<CourseApplicationId, Instant>,
}

impl Impact {
    /// The applications that it is about.
    pub fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.iter()
    }

    /// Everybody who teaches what changes, or is named to teach it instead, with the numbers of the sessions.
    pub fn teaching(&self, change: &Change, now: Instant) -> BTreeMap<InstructorId, Vec<i32>> {
        if let (Some(named), Some(missed)) = (change.instead(), &self.session) {
            return named.iter().map(|one| (one.instructor, vec![missed.session.number])).collect();
        }
        let about = |one: &&SessionWithPeople| match &self.session {
            Some(session) => one.session.id == session.session.id,
            None => one.session.state == "scheduled" && one.session.starts_at > now,
        };
        let mut found: BTreeMap<InstructorId, Vec<i32>> = BTreeMap::new();
        for one in self.sessions.iter().filter(about) {
            for teaching in &one.people {
                found.entry(teaching.assignment.instructor_id).or_default().push(one.session.number);
            }
        }
        found
    }

    /// Everybody with what goes back to them of the `money` that no other plan gives back, and whether a letter reaches them.
    pub fn affected(
        &self,
        change: &Change,
        money: &BTreeMap<CourseApplicationId, Money>,
        unreached: &BTreeSet<CourseApplicationId>,
        now: Instant,
    ) -> Vec<Affected> {
        let sessions: Vec<&Session> = self.sessions.iter().map(|one| &one.session).collect();
        let units = units::of(&sessions, now);
        let told = |one: &Application| {
            let people: Vec<PersonId> = self.people.get(&one.id).into_iter().flatten().copied().collect();
            let (joined, price) = (self.joined.get(&one.id).copied(), one.lines());
            let (paid, asked) = match money.get(&one.id) {
                Some(Money::Paid(bill)) => (lines_of(bill, &price, None), None),
                Some(Money::Asked(came)) => (Vec::new(), Some(*came)),
                None => (Vec::new(), None),
            };
            let asked = asked.filter(|_| matches!(change, Change::CancelClass { .. }));
            let lines = match change {
                Change::CancelClass { everything: true, .. } => rules::everything(&paid, &price),
                Change::CancelClass { .. } => rules::unheld(&paid, &price, &units, joined),
                Change::CancelSession { session, refund: true, .. } | Change::RefundSession { session } => {
                    rules::of_session(&paid, &price, *session, &units, joined)
                }
                _ => Vec::new(),
            };
            Affected {
                application: one.id,
                applicant: one.applicant_id,
                state: one.state.clone(),
                clashes: people.iter().filter_map(|who| self.clashes.get(who)).flatten().cloned().collect(),
                people,
                refund: lines.iter().map(|line| line.refund).sum::<i64>().saturating_add(asked.unwrap_or_default()),
                lines,
                calls_off: asked.is_some(),
                unreached: unreached.contains(&one.id),
            }
        };
        self.applications.iter().map(told).collect()
    }
}

/// Looks at what a change would do. A fixed number of statements, however many are concerned.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`, `State`; `Session` of one that is not as the change needs it.
pub async fn assess(tx: &mut TenantTx, change: &Change) -> Result<Impact, PlanError> {
    let (class, session, version) = match (change, change.session()) {
        (Change::CancelClass { class, .. }, _) => {
            let class = class::find(tx, *class, true).await?.class;
            (class.id, None, class.version)
        }
        (_, Some(session)) => {
            let found = session::find(tx, session, true).await?;
            (found.session.class_id, Some(found.clone()), found.session.version)
        }
        (_, None) => return Err(CatalogueError::Absent.into()),
    };
    rules::expect_public(change, &class::find(tx, class, true).await?.class)?;
    if let Change::CancelSession { reason, .. } | Change::CancelClass { reason, .. } = change {
        session::expect_said(reason)?;
    }
    let applications = sql::active(tx, class).await?;
    let mut people: BTreeMap<CourseApplicationId, BTreeSet<PersonId>> = BTreeMap::new();
    for (of, person) in sql::people(tx, class).await? {
        people.entry(of).or_default().insert(person);
    }
    let who: BTreeSet<PersonId> = people.values().flatten().copied().collect();
    let clashes = clashes(tx, class, change, who).await?;
    let sessions = session::of_class(tx, class).await?;
    if let Some(found) = &session {
        expect_possible(tx, change, &found.session, &sessions).await?;
    }
    let joined = sql::joined(tx, class).await?;
    Ok(Impact { class, session, version, applications, people, clashes, sessions, joined })
}

/// A session that a change can be made of. What was paid for a session that was given up has gone back, and nothing makes up for it for
/// nothing.
async fn expect_possible(
    tx: &mut TenantTx,
    change: &Change,
    one: &Session,
    there: &[SessionWithPeople],
) -> Result<(), SessionError> {
    match change {
        Change::MoveSession { to, .. } => session::expect_movable(tx, one, &to.when()).await,
        Change::CancelSession { .. } => session::expect_cancellable(tx, one).await,
        Change::MakeUp { .. } | Change::RefundSession { .. } | Change::CancelClass { .. } => {
            session::expect_undecided(one, &there.iter().map(|one| &one.session).collect::<Vec<_>>())
        }
    }
}

/// What each of them attends elsewhere at the time in which the class would meet.
async fn clashes(
    tx: &mut TenantTx,
    class: CourseClassId,
    change: &Change,
    who: BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, Vec<Clash>>, Fault> {
    let mut found: BTreeMap<PersonId, Vec<Clash>> = BTreeMap::new();
    if let Some(at) = change.meeting() {
        for clash in sql::clashes(tx, class, who.into_iter().collect(), (at.starts_at, at.ends_at)).await? {
            found.entry(clash.person).or_default().push(clash);
        }
    }
    Ok(found)
}
