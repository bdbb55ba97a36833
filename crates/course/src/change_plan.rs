//! 変更手続: what a change of sessions, or the end of a class, would do to everybody, told before it is done; and then done exactly
//! so, or refused because something is different by now. What is to be paid back is left over step by step, and goes on where
//! it stopped.

mod events;
mod refused;
pub(crate) mod rules;
mod sql;

use std::collections::{BTreeMap, BTreeSet};

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{ChangePlanId, CourseApplicationId, CourseClassId, CourseSessionId, PatronId, PersonId, RoomId},
};
use serde::{Deserialize, Serialize};

use crate::{
    application::Application,
    catalogue::CatalogueError,
    class,
    schema::change_plans,
    seats::{self, SeatError},
    session::{self, SessionWithPeople, When},
    withdrawal::{PaidLine, QuoteLine},
};
pub use refused::PlanError;

/// What is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// 日程変更.
    MoveSession { session: CourseSessionId, to: Meeting },
    /// 休講. With a refund everybody gets the part of what they paid that is for this session.
    CancelSession { session: CourseSessionId, reason: String, refund: bool },
    /// 補講, taught by whoever would have taught the cancelled session.
    MakeUp { session: CourseSessionId, at: Meeting },
    /// 中止: everybody gets everything back.
    CancelClass { class: CourseClassId, reason: String },
}

/// When and where a class meets instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Half-open.
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: Instant,
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: Instant,
    pub room: Option<RoomId>,
    pub place: Option<String>,
}

impl Meeting {
    pub fn when(&self) -> When {
        When { starts_at: self.starts_at, ends_at: self.ends_at, room: self.room, place: self.place.clone() }
    }
}

impl Change {
    /// As the database calls it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MoveSession { .. } => "move_session",
            Self::CancelSession { .. } => "cancel_session",
            Self::MakeUp { .. } => "make_up",
            Self::CancelClass { .. } => "cancel_class",
        }
    }

    /// The session that it is about.
    pub const fn session(&self) -> Option<CourseSessionId> {
        match self {
            Self::MoveSession { session, .. } | Self::CancelSession { session, .. } | Self::MakeUp { session, .. } => {
                Some(*session)
            }
            Self::CancelClass { .. } => None,
        }
    }

    /// When the class would meet that does not now.
    pub const fn meeting(&self) -> Option<&Meeting> {
        match self {
            Self::MoveSession { to: meeting, .. } | Self::MakeUp { at: meeting, .. } => Some(meeting),
            Self::CancelSession { .. } | Self::CancelClass { .. } => None,
        }
    }
}

/// Another class that somebody attends at the new time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    pub person: PersonId,
    pub session: CourseSessionId,
    pub class: CourseClassId,
    pub class_title: String,
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: Instant,
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: Instant,
}

/// An application that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    pub application: CourseApplicationId,
    /// Who is told.
    pub applicant: PatronId,
    pub state: String,
    pub people: Vec<PersonId>,
    pub clashes: Vec<Clash>,
    /// What goes back, line by line.
    pub lines: Vec<QuoteLine>,
    /// Yen: their sum.
    pub refund: i64,
}

/// A letter as it would be written, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// `ja` or `en`.
    pub language: String,
    /// The version of the tenant's words; 0: the house's own.
    pub version: i32,
    /// How many get it.
    pub readers: usize,
    pub subject: String,
    pub body: String,
}

/// Everything that would happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub change: Change,
    /// Of the session, or of the class that ends.
    pub version: i32,
    pub affected: Vec<Affected>,
    pub notices: Vec<Notice>,
}

/// A plan as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = change_plans)]
pub struct ChangePlan {
    pub id: ChangePlanId,
    pub class_id: CourseClassId,
    pub kind: String,
    plan: serde_json::Value,
    /// SHA-256 of the plan, in hexadecimal.
    pub plan_hash: String,
    /// `planned`, `running` while money is still to go back, or `done`.
    pub state: String,
    /// Of those who get something back, how many have it.
    pub done: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

impl ChangePlan {
    /// What it says.
    ///
    /// # Errors
    /// A [`Fault`] for a plan that nobody wrote.
    pub fn read(&self) -> Result<Plan, Fault> {
        serde_json::from_value(self.plan.clone()).map_err(|_| Fault::Unexpected("a plan can be read"))
    }
}

impl Plan {
    /// Those who get something back, in the order in which they do.
    pub fn owed(&self) -> impl Iterator<Item = &Affected> {
        self.affected.iter().filter(|one| one.refund > 0)
    }
}

/// What a change would do, before anybody knows what was paid.
#[derive(Debug, Clone)]
pub struct Impact {
    pub class: CourseClassId,
    /// What it is about; absent: the class itself.
    pub session: Option<SessionWithPeople>,
    pub version: i32,
    applications: Vec<Application>,
    people: Vec<(CourseApplicationId, PersonId)>,
    clashes: Vec<Clash>,
    sessions: Vec<SessionWithPeople>,
    joined: BTreeMap<CourseApplicationId, Instant>,
}

impl Impact {
    /// The applications that it is about.
    pub fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.iter()
    }

    /// Everybody with what goes back to them of what they paid.
    pub fn affected(&self, change: &Change, paid: &BTreeMap<CourseApplicationId, Vec<PaidLine>>) -> Vec<Affected> {
        let told = |one: &Application| {
            let people: BTreeSet<PersonId> =
                self.people.iter().filter(|(of, _)| *of == one.id).map(|(_, person)| *person).collect();
            let lines = match (paid.get(&one.id), change) {
                (Some(paid), Change::CancelClass { .. }) => rules::everything(paid, &one.lines()),
                (Some(paid), Change::CancelSession { session, refund: true, .. }) => {
                    rules::of_session(paid, &one.lines(), *session, &self.sessions, self.joined.get(&one.id).copied())
                }
                _ => Vec::new(),
            };
            Affected {
                application: one.id,
                applicant: one.applicant_id,
                state: one.state.clone(),
                clashes: self.clashes.iter().filter(|clash| people.contains(&clash.person)).cloned().collect(),
                people: people.into_iter().collect(),
                refund: lines.iter().map(|line| line.refund).sum(),
                lines,
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
            rules::expect_state(change, &found.session)?;
            (found.session.class_id, Some(found.clone()), found.session.version)
        }
        (_, None) => return Err(CatalogueError::Absent.into()),
    };
    rules::expect_public(&class::find(tx, class, true).await?.class)?;
    let applications = sql::active(tx, class).await?;
    let people = sql::people(tx, class).await?;
    let clashes = match change.meeting() {
        Some(at) => {
            let who: BTreeSet<PersonId> = people.iter().map(|(_, person)| *person).collect();
            sql::clashes(tx, class, who.into_iter().collect(), (at.starts_at, at.ends_at)).await?
        }
        None => Vec::new(),
    };
    let sessions = session::of_class(tx, class).await?;
    let joined = sql::joined(tx, class).await?;
    Ok(Impact { class, session, version, applications, people, clashes, sessions, joined })
}

/// Keeps a plan as it was told.
///
/// # Errors
/// A [`Fault`].
pub async fn keep(tx: &mut TenantTx, class: CourseClassId, plan: &Plan, now: Instant) -> Result<ChangePlan, PlanError> {
    let row = ChangePlan {
        id: ChangePlanId::new(now),
        class_id: class,
        kind: plan.change.kind().to_owned(),
        plan: rules::written(plan)?,
        plan_hash: rules::hash(plan)?,
        state: "planned".to_owned(),
        done: 0,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &row).await?;
    let (plan, kind, hash) = (row.id, row.kind.clone(), row.plan_hash.clone());
    journal(tx, now, &events::ChangePlanned { plan, class, kind, hash }).await?;
    Ok(row)
}

/// Finds a plan.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn find(tx: &mut TenantTx, id: ChangePlanId) -> Result<ChangePlan, PlanError> {
    Ok(sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?)
}

/// Lists the plans of a class, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<CourseClassId>, page: &PageAsk) -> Result<Page<ChangePlan>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |one| one.id.uuid()))
}

/// Locks the places of a class, so that nobody applies, pays or leaves until the transaction ends.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<(), PlanError> {
    seats::lock(tx, class).await.map_err(|error| match error {
        SeatError::Fault(fault) => fault.into(),
        _ => CatalogueError::Absent.into(),
    })
}

/// Locks a plan that is to be carried out; nothing when that was begun already.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn to_begin(tx: &mut TenantTx, id: ChangePlanId) -> Result<Option<ChangePlan>, PlanError> {
    let found = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok((found.state == "planned").then_some(found))
}

/// Holds what a plan says against what would happen now. Whoever calls has locked everything that it is about.
///
/// # Errors
/// [`PlanError::Outdated`].
pub fn expect_same(kept: &ChangePlan, now: &Plan) -> Result<(), PlanError> {
    if rules::hash(now)? == kept.plan_hash { Ok(()) } else { Err(PlanError::Outdated) }
}

/// The change is made, and everybody is told; what is left is to pay back.
///
/// # Errors
/// A [`Fault`].
pub async fn begun(tx: &mut TenantTx, kept: ChangePlan, now: Instant) -> Result<ChangePlan, PlanError> {
    journal(tx, now, &events::ChangeMade { plan: kept.id, class: kept.class_id }).await?;
    step(tx, kept, 0, now).await
}

/// Locks a plan that is being carried out, with the next of those who get something back, at most so many.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn next(
    tx: &mut TenantTx,
    id: ChangePlanId,
    most: usize,
) -> Result<Option<(ChangePlan, Vec<Affected>)>, PlanError> {
    let found = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if found.state != "running" {
        return Ok(None);
    }
    let done = usize::try_from(found.done).unwrap_or_default();
    let left = found.read()?.owed().skip(done).take(most).cloned().collect();
    Ok(Some((found, left)))
}

/// So many more have what they get back.
///
/// # Errors
/// A [`Fault`].
pub async fn step(tx: &mut TenantTx, kept: ChangePlan, more: usize, now: Instant) -> Result<ChangePlan, PlanError> {
    let owed = kept.read()?.owed().count();
    let done = usize::try_from(kept.done).unwrap_or_default().saturating_add(more);
    let over = done >= owed;
    let row = ChangePlan {
        done: i32::try_from(done).unwrap_or(i32::MAX),
        state: if over { "done" } else { "running" }.to_owned(),
        updated_at: now,
        version: kept.version.saturating_add(1),
        ..kept
    };
    sql::update(tx, &row).await?;
    if over {
        journal(tx, now, &events::ChangeDone { plan: row.id, class: row.class_id, refunds: owed }).await?;
    }
    Ok(row)
}

/// Plans that are being carried out, the oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn running(tx: &mut TenantTx, most: i64) -> Result<Vec<ChangePlanId>, Fault> {
    sql::running(tx, most).await
}
