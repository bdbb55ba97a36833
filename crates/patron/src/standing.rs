//! 利用者登録: a patron applies to be registered as a user of a class, staff decide, and the registration holds for a period.
//!
//! Nothing sweeps: whether a period has ended or a suspension is over is judged by the clock when it is read. PostgreSQL
//! lets no patron have two registrations on one day.

mod events;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{PatronId, StandingId, UserClassId},
};
use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Keys, PatronKind, PatronState, fact, household, problems, user_class::sql as classes};
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

/// Which registrations a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct StandingFilter {
    pub patron: Option<PatronId>,
    /// As it is kept: an expired or suspended one is `Active` here.
    pub kept: Option<Kept>,
}

/// Why a registration is not given, or forbids.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    #[error("there is no such registration")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i64 },
    #[error("there is no such user class on {0}")]
    NoSuchClass(Date),
    #[error("there is no such registered patron")]
    NoSuchPatron,
    #[error("it is {state:?}")]
    State { state: StandingState, act: Act },
    #[error("there is an application already")]
    Open,
    #[error("there is a registration on some of these days")]
    Overlaps,
    #[error("the period is none")]
    Period,
    #[error("the suspension would be over")]
    SuspensionPast,
    /// Until then; nothing when nobody said until when.
    #[error("the patron is suspended")]
    Suspended { until: Option<Instant> },
    #[error("the patron has left")]
    Closed,
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for StandingError {
    fn from(fault: Fault) -> Self {
        if fault.violates("standings_one_a_day") {
            return Self::Overlaps;
        }
        if fault.violates("one_application_per_patron") { Self::Open } else { Self::Fault(fault) }
    }
}

impl Refuse for StandingError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::NoSuchClass(day) => problems::NO_SUCH_CLASS.refuse().fact("day", day.to_string()),
            Self::NoSuchPatron => problems::NO_SUCH_PATRON.refuse(),
            Self::State { state, act } => {
                let possible: Vec<_> = act.possible_in().iter().map(|state| state.as_str()).collect();
                problems::STANDING_STATE.refuse().fact("state", state.as_str()).fact("possible_in", possible)
            }
            Self::Open => problems::STANDING_OPEN.refuse(),
            Self::Overlaps => problems::STANDING_OVERLAPS.refuse(),
            Self::Period => problems::STANDING_PERIOD.refuse(),
            Self::SuspensionPast => problems::SUSPENSION_PAST.refuse(),
            Self::Suspended { until } => {
                let refusal = problems::STANDING_SUSPENDED.refuse();
                let told = until.and_then(rules::told);
                told.into_iter().fold(refusal, |refusal, until| refusal.fact("until", until))
            }
            Self::Closed => problems::STANDING_CLOSED.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
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
            Ok(Standing { patron, kind, user_class, valid_until, resident: found.resident })
        }
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
    Ok(fact::facts(tx, keys, &[person], on).await?.iter().any(rules::belongs_here))
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

/// What staff decide about a registration. Reasons are told to the patron.
#[derive(Debug, Clone)]
pub enum Decision {
    /// 承認: for a period, half-open in days; without an end it never expires.
    Approve {
        from: Option<Date>,
        until: Option<Date>,
    },
    /// 差戻し, with what to mend.
    Return {
        reason: String,
    },
    Refuse {
        reason: String,
    },
    /// 利用停止. It counts for the patron whatever registration follows.
    Suspend {
        until: Instant,
        reason: String,
    },
    Reinstate {
        reason: String,
    },
    /// 抹消.
    Close {
        reason: String,
    },
}

/// Decides about a registration.
///
/// # Errors
/// [`StandingError`]: `Absent`, `State`, and by the decision `NoSuchClass` on the first day, `Period`, `Overlaps`,
/// `SuspensionPast`.
pub async fn decide(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    decision: Decision,
    now: Instant,
) -> Result<Registration, StandingError> {
    let act = decision.act();
    let mut one = locked(tx, keys, (id, Hand::Office), act, now).await?;
    one.content.reason = None;
    match decision {
        Decision::Approve { from, until } => {
            let from = from.unwrap_or_else(|| rules::day(now));
            expect_period(from, until)?;
            expect_class(tx, one.user_class, from).await?;
            (one.state, one.valid_from, one.valid_until) = (StandingState::Active, Some(from), until);
        }
        Decision::Return { reason } => (one.state, one.content.reason) = (StandingState::Returned, Some(reason)),
        Decision::Refuse { reason } => (one.state, one.content.reason) = (StandingState::Refused, Some(reason)),
        Decision::Suspend { until, .. } if until <= now => return Err(StandingError::SuspensionPast),
        Decision::Suspend { until, reason } => {
            (one.suspended_until, one.content.reason) = (Some(until), Some(reason));
        }
        Decision::Reinstate { reason } => (one.suspended_until, one.content.reason) = (None, Some(reason)),
        Decision::Close { reason } => (one.state, one.content.reason) = (StandingState::Closed, Some(reason)),
    }
    kept(tx, keys, one, act, now).await
}

/// 更新: a new registration of the same class that begins on the day on which the old one ends.
///
/// # Errors
/// [`StandingError`]: `Absent`, `State`, `NoSuchClass` on the first day, `Period` when the old one has no end, `Overlaps`
/// when it is renewed already.
pub async fn renew(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    until: Option<Date>,
    now: Instant,
) -> Result<Registration, StandingError> {
    let old = locked(tx, keys, (id, Hand::Office), Act::Renew, now).await?;
    let from = old.valid_until.ok_or(StandingError::Period)?;
    expect_period(from, until)?;
    expect_class(tx, old.user_class, from).await?;
    let mut made = Registration {
        id: StandingId::new(now),
        state: StandingState::Active,
        valid_from: Some(from),
        valid_until: until,
        suspended_until: None,
        follows: Some(id),
        content: Content { reason: None, ..old.content },
        version: 1,
        created_at: now,
        updated_at: now,
        ..old
    };
    sql::insert(tx, keys, &made).await?;
    tell(tx, &made, Act::Renew.past(), now).await?;
    made.state = rules::state_at(Kept::Active, made.valid_until, None, now);
    Ok(made)
}

impl Hand {
    fn reaches(self, one: &Registration) -> bool {
        match self {
            Self::Office => true,
            Self::Own(patron) => one.patron == patron,
        }
    }
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

impl Decision {
    const fn act(&self) -> Act {
        match self {
            Self::Approve { .. } => Act::Approve,
            Self::Return { .. } => Act::Return,
            Self::Refuse { .. } => Act::Refuse,
            Self::Suspend { .. } => Act::Suspend,
            Self::Reinstate { .. } => Act::Reinstate,
            Self::Close { .. } => Act::Close,
        }
    }
}
