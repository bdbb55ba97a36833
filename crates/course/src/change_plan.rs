//! 変更手続: what a change of sessions, or the end of a class, would do to everybody, told before it is done; and then done exactly
//! so, or refused because something is different by now. What is to be paid back is left over step by step, and goes on where
//! it stopped; one who cannot be paid back holds up nobody.

mod carry;
mod events;
mod impact;
pub(crate) mod owing;
mod refused;
pub(crate) mod rules;
mod sql;
mod told;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{
        ChangePlanId, CourseApplicationId, CourseClassId, CourseSessionId, InstructorId, PatronId, PersonId, RoomId,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    application::{Application, ApplyError, charged_twice, find as find_application},
    catalogue::CatalogueError,
    schema::change_plans,
    seats::{self, SeatError},
    session::{SessionDraft, SessionWithPeople, Teacher, Teaching, When, units},
    withdrawal::{
        PaidLine, QuoteLine,
        rules::{apart, lines_of},
    },
};
pub use carry::{
    Progress, begun, expect_same, fail, running, settled, step, steps, to_begin, to_settle, turn, unfinished,
};
pub use impact::{Impact, assess};
pub use owing::left_of_all;
pub use refused::PlanError;
pub use told::{Told, told, told_as_cancelled};

/// What is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// 日程変更.
    MoveSession { session: CourseSessionId, to: Meeting },
    /// 休講. With a refund everybody gets the part of what they paid that is for this session.
    CancelSession { session: CourseSessionId, reason: String, refund: bool },
    /// 補講, taught by whoever would have taught the cancelled session, unless others are named.
    MakeUp {
        session: CourseSessionId,
        at: Meeting,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        teachers: Option<Vec<Instead>>,
    },
    /// Nothing will make up for a cancelled session: everybody gets the part of what they paid that is for it.
    RefundSession { session: CourseSessionId },
    /// 中止: everybody gets back what is not held of what they paid; everything, when the house says so.
    CancelClass {
        class: CourseClassId,
        reason: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        everything: bool,
    },
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

/// Somebody who teaches instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    pub instructor: InstructorId,
    /// `lead`, `assistant` or `substitute`.
    pub role: String,
    /// Yen for the session before withholding; absent: unpaid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honorarium: Option<i64>,
}

impl From<Teacher> for Instead {
    fn from(one: Teacher) -> Self {
        Self { instructor: one.instructor, role: one.role.to_owned(), honorarium: one.honorarium }
    }
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
            Self::RefundSession { .. } => "refund_session",
            Self::CancelClass { .. } => "cancel_class",
        }
    }

    /// The session that it is about.
    pub const fn session(&self) -> Option<CourseSessionId> {
        match self {
            Self::MoveSession { session, .. }
            | Self::CancelSession { session, .. }
            | Self::MakeUp { session, .. }
            | Self::RefundSession { session } => Some(*session),
            Self::CancelClass { .. } => None,
        }
    }

    /// When the class would meet that does not now.
    pub const fn meeting(&self) -> Option<&Meeting> {
        match self {
            Self::MoveSession { to: meeting, .. } | Self::MakeUp { at: meeting, .. } => Some(meeting),
            Self::CancelSession { .. } | Self::RefundSession { .. } | Self::CancelClass { .. } => None,
        }
    }

    /// Who is named to teach instead of whoever would have taught the session that it is about.
    fn instead(&self) -> Option<&[Instead]> {
        match self {
            Self::MakeUp { teachers, .. } => teachers.as_deref(),
            _ => None,
        }
    }

    /// The session that there would be instead of another.
    pub fn draft(&self, of: &SessionWithPeople) -> Option<SessionDraft> {
        let at = self.meeting()?.when();
        let people = match self.instead() {
            Some(named) => named.iter().map(|one| Teacher::of(one.instructor, &one.role, one.honorarium)).collect(),
            None => of.people.iter().map(Teaching::teacher).collect(),
        };
        Some(SessionDraft { at, people })
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
    /// What goes back of a bill that is paid, line by line.
    pub lines: Vec<QuoteLine>,
    /// Yen: their sum, or what came in for a bill that is not paid in full and is called off.
    pub refund: i64,
    /// A bill asks for money, and does not any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub calls_off: bool,
    /// Neither whoever applied nor a guardian left an address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreached: bool,
}

impl Affected {
    const fn is_step(&self) -> bool {
        self.refund > 0 || self.calls_off
    }
}

/// What there is of the money for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Money {
    /// Paid in full: every line of the bill in its order, with what has not gone back.
    Paid(Vec<PaidLine>),
    /// A bill asks for money, of which so many yen came in.
    Asked(i64),
}

/// Somebody who could not be given back what a plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub application: CourseApplicationId,
    /// The stable code of what stood against it.
    pub code: String,
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
    /// When the session that it is about began, as the plan was told.
    #[serde(with = "time::serde::rfc3339::option", default, skip_serializing_if = "Option::is_none")]
    pub was_at: Option<Instant>,
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
    /// `planned`, `running` while money is still to go back, `done`, or `unfinished` when somebody could not be given theirs.
    pub state: String,
    /// Of the steps, how many were taken.
    pub done: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    failures: serde_json::Value,
}

impl ChangePlan {
    /// What it says.
    ///
    /// # Errors
    /// A [`Fault`] for a plan that nobody wrote.
    pub fn read(&self) -> Result<Plan, Fault> {
        serde_json::from_value(self.plan.clone()).map_err(|_| Fault::Unexpected("a plan can be read"))
    }

    /// Who could not be given back what it says, and why.
    ///
    /// # Errors
    /// A [`Fault`] for a list that nobody wrote.
    pub fn failures(&self) -> Result<Vec<Failure>, Fault> {
        failures_of(&self.failures)
    }
}

fn failures_of(kept: &serde_json::Value) -> Result<Vec<Failure>, Fault> {
    serde_json::from_value(kept.clone()).map_err(|_| Fault::Unexpected("the failures of a plan can be read"))
}

impl Plan {
    /// Those of whom a bill is called off or who get something back, in the order in which they do.
    pub fn steps(&self) -> impl Iterator<Item = &Affected> {
        self.affected.iter().filter(|one| one.is_step())
    }

    fn into_steps(self) -> impl Iterator<Item = Affected> {
        self.affected.into_iter().filter(Affected::is_step)
    }
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
        failures: serde_json::Value::Array(Vec::new()),
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

/// Locks the places of a class, so that nobody applies, pays or leaves, and nothing goes back by a plan, until the transaction ends.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<(), PlanError> {
    seats::lock(tx, class).await.map_err(|error| match error {
        SeatError::Fault(fault) => fault.into(),
        _ => CatalogueError::Absent.into(),
    })
}

/// What goes back of an application that has just been paid: of the parts that are theirs who take part since their place was given, those
/// of which it was decided, since the price was made, that nothing will take their place. Of what was paid `late`, the joining fees too
/// that another application has carried since.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn owed_when_paid(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    (paid, late): (&[PaidLine], bool),
    now: Instant,
) -> Result<Vec<QuoteLine>, PlanError> {
    let one = application(tx, id).await?;
    let price = one.lines();
    let twice = if late { charged_twice(tx, &one, now).await? } else { Vec::new() };
    let (twice, once) = apart(paid, &price, &twice);
    let units = units::of_class(tx, one.class_id, now).await?;
    let joined = sql::joined_by(tx, id).await?.unwrap_or(now);
    let mut owed = rules::everything(&twice, &price);
    owed.extend(rules::given_up_since(&once, &price, &units, (one.created_at, joined)));
    Ok(owed)
}

/// What goes back of an application that the staff revokes: everything that is left of what was paid for whoever has not left it; and how
/// many yen of it no change plan that is being carried out has told them of. Whoever calls has locked the class and the bill.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn owed_when_revoked(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    paid: &[PaidLine],
) -> Result<(Vec<QuoteLine>, i64), PlanError> {
    let one = application(tx, id).await?;
    let price = one.lines();
    let theirs = lines_of(paid, &price, None);
    let untold = owing::of_class(tx, one.class_id, Some(id)).await?.without(&theirs);
    Ok((rules::everything(&theirs, &price), untold.iter().map(|line| line.amount).sum()))
}

async fn application(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Application, PlanError> {
    match find_application(tx, id).await {
        Ok(found) => Ok(found.application),
        Err(ApplyError::Fault(fault)) => Err(fault.into()),
        Err(_) => Err(CatalogueError::Absent.into()),
    }
}
