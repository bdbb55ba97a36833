//! 利用者登録: a patron applies to be registered as a user of a class, staff decide, and the registration holds for a period.
//!
//! Nothing sweeps: whether a period has ended or a suspension is over is judged by the clock when it is read. PostgreSQL
//! lets no patron have two registrations on one day.

mod decide;
mod events;
mod refused;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk,
    ids::{PatronId, StandingId, UserClassId},
};
use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Keys, PatronKind, PatronState, fact, household, user_class::sql as classes};
pub use decide::{Decision, decide, renew};
pub use refused::StandingError;
pub use rules::{Act, Kept, StandingState};

/// What a price and a window need to know about a patron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub patron: PatronId,
    pub kind: PatronKind,
    /// The code of the class; nothing for who is not registered on that day.
    pub user_class: Option<String>,
    /// The first day on which it does not hold any more; nothing when it has no end.
    pub valid_until: Option<Date>,
    /// Whether the class is for who lives, works or goes to school in the municipality; nothing when it does not say.
    pub resident: Option<bool>,
    /// The registration that ended last; another may have followed it.
    pub ended: Option<Ended>,
}

/// A registration that holds no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The code of its class.
    pub user_class: String,
    /// Since when: the end of its period, or when it was closed before that.
    pub at: Instant,
}

/// One question of the form, with what was answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub question: String,
    pub answer: String,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(…)")
    }
}

/// What is sealed of a registration.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    pub answers: Vec<Answer>,
    /// What staff said last: what to mend, why it is refused, suspended, closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(…)")
    }
}

/// One registration: applied for, decided, in force for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub id: StandingId,
    pub patron: PatronId,
    pub user_class: UserClassId,
    /// At the moment it was read for.
    pub state: StandingState,
    /// The first day on which it holds.
    pub valid_from: Option<Date>,
    /// The first day on which it does not any more; nothing when it has no end.
    pub valid_until: Option<Date>,
    pub suspended_until: Option<Instant>,
    /// The one it renews.
    pub follows: Option<StandingId>,
    pub content: Content,
    /// From 1, one more with every change.
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Who sees and changes a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Staff: everybody's.
    Office,
    /// A patron: their own, for everybody else's is absent.
    Own(PatronId),
}

impl Hand {
    fn reaches(self, one: &Registration) -> bool {
        match self {
            Self::Office => true,
            Self::Own(patron) => one.patron == patron,
        }
    }
}

/// Which registrations a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct StandingFilter {
    pub patron: Option<PatronId>,
    /// As it is kept: an expired or suspended one is `Active` here.
    pub kept: Option<Kept>,
}

/// As whom a patron counts on a day, read in one statement. Suspension is judged at `now`, the class on the day.
///
/// # Errors
/// [`StandingError`]: `NoSuchPatron`, `Suspended` with until when, `Closed`.
pub async fn of(tx: &mut TenantTx, patron: PatronId, on: Date, now: Instant) -> Result<Standing, StandingError> {
    let found = sql::counts_as(tx, patron, on, now).await?.ok_or(StandingError::NoSuchPatron)?;
    match (found.state, found.suspended_until) {
        (PatronState::Closed, _) => Err(StandingError::Closed),
        (PatronState::Suspended, _) => Err(StandingError::Suspended { until: None }),
        (PatronState::Active, Some(until)) => Err(StandingError::Suspended { until: Some(until) }),
        (PatronState::Active, None) => {
            let (kind, user_class, valid_until) = (found.kind, found.user_class, found.valid_until);
            Ok(Standing { patron, kind, user_class, valid_until, resident: found.resident, ended: found.ended })
        }
    }
}

/// Makes sure that a patron is served: whoever is suspended, or has left, applies for nothing. `despite`: the staff has a reason to serve a
/// suspended one all the same. Says whether it needed one.
///
/// # Errors
/// [`StandingError`]: `NoSuchPatron`, `Closed`; `Suspended` with until when, unless `despite`.
pub async fn expect_served(
    tx: &mut TenantTx,
    patron: PatronId,
    despite: bool,
    now: Instant,
) -> Result<bool, StandingError> {
    match of(tx, patron, rules::day(now), now).await {
        Ok(_) => Ok(false),
        Err(StandingError::Suspended { .. }) if despite => Ok(true),
        Err(refused) => Err(refused),
    }
}

/// Whether a patron counts as who lives, works or goes to school in the municipality on a day: as their class says, and where it
/// says nothing, as the papers say that the staff has seen.
///
/// # Errors
/// A [`Fault`].
pub async fn resident(tx: &mut TenantTx, keys: Keys<'_>, standing: &Standing, on: Date) -> Result<bool, Fault> {
    if let Some(said) = standing.resident {
        return Ok(said);
    }
    let Some(person) = household::sql::self_of(tx, standing.patron).await? else { return Ok(false) };
    Ok(fact::facts(tx, keys, &[person], on.into()).await?.iter().any(rules::belongs_here))
}

/// What is applied for.
#[derive(Debug, Clone)]
pub struct Application {
    pub patron: PatronId,
    pub user_class: UserClassId,
    pub answers: Vec<Answer>,
    /// Whether it goes to the office at once; a draft otherwise.
    pub submit: bool,
}

/// Writes an application of a registered patron.
///
/// # Errors
/// [`StandingError`]: `NoSuchPatron`, `NoSuchClass` on the day of `now`, `Open`.
pub async fn apply(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    ask: Application,
    now: Instant,
) -> Result<Registration, StandingError> {
    if !sql::registered(tx, ask.patron).await? {
        return Err(StandingError::NoSuchPatron);
    }
    expect_class(tx, ask.user_class, rules::day(now)).await?;
    let made = Registration {
        id: StandingId::new(now),
        patron: ask.patron,
        user_class: ask.user_class,
        state: if ask.submit { StandingState::Pending } else { StandingState::Draft },
        valid_from: None,
        valid_until: None,
        suspended_until: None,
        follows: None,
        content: Content { answers: ask.answers, reason: None },
        version: 1,
        created_at: now,
        updated_at: now,
    };
    sql::insert(tx, keys, &made).await?;
    tell(tx, &made, if ask.submit { "submitted" } else { "drafted" }, now).await?;
    Ok(made)
}

/// Shows a registration with its answers. The reading is journalled.
///
/// # Errors
/// [`StandingError::Absent`].
pub async fn view(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    by: Hand,
    now: Instant,
) -> Result<Registration, StandingError> {
    let found = sql::find(tx, keys, id, now).await?.filter(|one| by.reaches(one)).ok_or(StandingError::Absent)?;
    let read = events::StandingRead { standing: id, patron: found.patron, own: by != Hand::Office };
    audit::journal(tx, now, &read).await?;
    Ok(found)
}

/// Lists registrations without answers and reasons, oldest first. The reading is journalled.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    filter: StandingFilter,
    by: Hand,
    page: &PageAsk,
    now: Instant,
) -> Result<Page<Registration>, Fault> {
    let filter = match by {
        Hand::Office => filter,
        Hand::Own(patron) => StandingFilter { patron: Some(patron), ..filter },
    };
    let found = Page::from_rows(sql::list(tx, filter, page, now).await?, page, |one| one.id.uuid());
    let standings = found.items.iter().map(|one| one.id).collect();
    audit::journal(tx, now, &events::StandingsListed { standings, own: by != Hand::Office }).await?;
    Ok(found)
}

/// What a patron mends in a draft or in what came back; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Mending {
    pub user_class: Option<UserClassId>,
    pub answers: Option<Vec<Answer>>,
}

/// Mends an application.
///
/// # Errors
/// [`StandingError`]: `Absent`, `Stale`, `State`, `NoSuchClass`.
pub async fn mend(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (id, by): (StandingId, Hand),
    version: Option<i64>,
    mending: Mending,
    now: Instant,
) -> Result<Registration, StandingError> {
    let mut one = locked(tx, keys, (id, by), Act::Mend, now).await?;
    if version.is_some_and(|wanted| wanted != one.version) {
        return Err(StandingError::Stale { current: one.version });
    }
    if let Some(class) = mending.user_class {
        expect_class(tx, class, rules::day(now)).await?;
        one.user_class = class;
    }
    one.content.answers = mending.answers.unwrap_or(one.content.answers);
    kept(tx, keys, one, Act::Mend, now).await
}

/// Sends an application to the office.
///
/// # Errors
/// [`StandingError`]: `Absent`, `State`.
pub async fn submit(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    target: (StandingId, Hand),
    now: Instant,
) -> Result<Registration, StandingError> {
    let mut one = locked(tx, keys, target, Act::Submit, now).await?;
    (one.state, one.content.reason) = (StandingState::Pending, None);
    kept(tx, keys, one, Act::Submit, now).await
}

/// A registration held for the rest of the transaction, in a state in which this act is possible.
async fn locked(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (id, by): (StandingId, Hand),
    act: Act,
    now: Instant,
) -> Result<Registration, StandingError> {
    let found = sql::locked(tx, keys, id, now).await?.filter(|one| by.reaches(one)).ok_or(StandingError::Absent)?;
    if act.possible_in().contains(&found.state) {
        Ok(found)
    } else {
        Err(StandingError::State { state: found.state, act })
    }
}

async fn kept(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    mut one: Registration,
    act: Act,
    now: Instant,
) -> Result<Registration, StandingError> {
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, keys, &one).await?;
    tell(tx, &one, act.past(), now).await?;
    one.state = rules::state_at(one.state.kept(), one.valid_until, one.suspended_until, now);
    Ok(one)
}

async fn tell(tx: &mut TenantTx, one: &Registration, act: &'static str, now: Instant) -> Result<(), Fault> {
    audit::journal(tx, now, &events::StandingChanged::new(one, act)).await?;
    Ok(())
}

async fn expect_class(tx: &mut TenantTx, class: UserClassId, on: Date) -> Result<(), StandingError> {
    let found = classes::find(tx, class).await?;
    if found.is_some_and(|class| class.in_effect(on)) { Ok(()) } else { Err(StandingError::NoSuchClass(on)) }
}

fn expect_period(from: Date, until: Option<Date>) -> Result<(), StandingError> {
    if until.is_none_or(|until| from < until) { Ok(()) } else { Err(StandingError::Period) }
}
