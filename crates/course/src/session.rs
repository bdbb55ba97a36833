//! 各回: when and where a class meets, and who teaches it.
//!
//! Whoever changes the sessions of a class locks the row of the class first, then the instructors in the order of their ids. That
//! nobody is in two places is kept by the database (`nobody_in_two_places`); asking first is only a courtesy. The room of a
//! session is claimed under its id by whoever calls, in the same transaction.

mod change;
mod events;
pub mod pattern;
mod people;
mod refused;
mod rules;
mod sql;
pub(crate) mod units;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{CourseClassId, CourseSessionId, InstructorId, RoomId},
};
use time::Date;

pub use change::{Moved, When, cancel, cancel_all, give_up, make_up, move_to, remove, update};
pub(crate) use change::{expect_cancellable, expect_movable};
pub use people::{assign, busy};
pub use refused::{BusyInstructor, SessionError, told};
pub(crate) use rules::{expect_said, expect_undecided};

use crate::{
    catalogue::CatalogueError,
    class,
    schema::{assignments, sessions},
};

/// How many sessions a class has at most.
pub const MOST: usize = 200;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id: CourseSessionId,
    pub class_id: CourseClassId,
    /// 第n回. In the order of time while the class is a draft; afterwards it stays.
    pub number: i32,
    /// Civil day in Asia/Tokyo of its beginning.
    pub local_date: Date,
    /// Half-open.
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// `scheduled`, `held` or `cancelled`.
    pub state: String,
    pub room_id: Option<RoomId>,
    /// Where it is when it is in none of the rooms.
    pub place: Option<String>,
    /// 補講: the cancelled session that it takes the place of.
    pub replaces_id: Option<CourseSessionId>,
    pub reason: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Since when nothing takes the place of a cancelled session: what was paid for it goes back.
    pub given_up_at: Option<Instant>,
}

/// Who teaches a session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments)]
pub struct Assignment {
    pub session_id: CourseSessionId,
    pub instructor_id: InstructorId,
    /// `lead`, `assistant` or `substitute`.
    pub role: String,
    /// As the session's.
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Not: the session was cancelled, and they are free.
    pub active: bool,
    /// Yen for the session before withholding; absent: unpaid.
    pub honorarium: Option<i64>,
}

/// A session with everybody who teaches it, the lead first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionWithPeople {
    pub session: Session,
    pub people: Vec<Teaching>,
}

/// An assignment with the name that everybody may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teaching {
    pub assignment: Assignment,
    pub public_name: String,
    pub public_name_en: Option<String>,
}

impl Teaching {
    /// Whoever teaches, as they would be asked to again.
    pub fn teacher(&self) -> Teacher {
        let Assignment { instructor_id, role, honorarium, .. } = &self.assignment;
        Teacher::of(*instructor_id, role, *honorarium)
    }
}

/// Somebody who is to teach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teacher {
    pub instructor: InstructorId,
    /// `lead`, `assistant` or `substitute`.
    pub role: &'static str,
    /// Yen for the session before withholding; absent: unpaid.
    pub honorarium: Option<i64>,
}

impl Teacher {
    /// With what they do as it is kept.
    pub(crate) fn of(instructor: InstructorId, role: &str, honorarium: Option<i64>) -> Self {
        let role = match role {
            "assistant" => "assistant",
            "substitute" => "substitute",
            _ => "lead",
        };
        Self { instructor, role, honorarium }
    }
}

/// What a new session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDraft {
    pub at: When,
    pub people: Vec<Teacher>,
}

/// Adds sessions to a class that is a draft or published: all of them, or none. Answers in the order of the drafts.
///
/// # Errors
/// [`SessionError`]: `Times`, `Past`, `RoomAndPlace`, `TooMany`, `Overlaps`, `Twice`, `NoInstructor`, `ClosedInstructor`, `Busy`
/// with everybody who is elsewhere then; `Catalogue` with `NoSuch`, `State`. After `Busy` the transaction must not be committed.
pub async fn create(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: &[SessionDraft],
    now: Instant,
) -> Result<Vec<SessionWithPeople>, SessionError> {
    let class = class::to_amend(tx, class).await?;
    let made = add(tx, class.id, drafts, None, now).await?;
    if class.state == "draft" {
        sql::renumber(tx, class.id).await?;
    }
    let ids: Vec<CourseSessionId> = made.iter().map(|one| one.id).collect();
    journal(tx, now, &events::SessionsCreated { class: class.id, sessions: ids.clone() }).await?;
    by_ids(tx, &ids).await
}

/// Looks at sessions that a class would have, before they are made; `but` would not be there any more, and whoever taught it teaches
/// on.
///
/// # Errors
/// [`SessionError`]: `Times`, `Past`, `RoomAndPlace`, `TooMany`, `Overlaps`, `Twice`, `Honorarium`, `NoInstructor`, `ClosedInstructor`.
pub async fn expect_possible(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: &[SessionDraft],
    but: Option<CourseSessionId>,
    now: Instant,
) -> Result<(), SessionError> {
    let mut there = sql::of_class(tx, class).await?;
    there.retain(|one| Some(one.id) != but);
    rules::expect_drafts(drafts, &there, now)?;
    if but.is_some() {
        return Ok(());
    }
    people::expect_there(tx, &rules::teaching(drafts)).await
}

/// Adds sessions under the lock of their class.
async fn add(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: &[SessionDraft],
    replaces: Option<CourseSessionId>,
    now: Instant,
) -> Result<Vec<Session>, SessionError> {
    let there = sql::of_class(tx, class).await?;
    rules::expect_drafts(drafts, &there, now)?;
    people::expect_active(tx, &rules::teaching(drafts)).await?;
    let rows = rules::drafted(class, drafts, &there, replaces, now);
    sql::insert(tx, &rows).await.map_err(|fault| match (fault.violates("one_make_up_per_session"), replaces) {
        (true, Some(session)) => SessionError::MadeUp { session, by: None },
        _ => fault.into(),
    })?;
    let given: Vec<Assignment> =
        rows.iter().zip(drafts).flat_map(|(session, draft)| rules::given(session, &draft.people)).collect();
    people::give(tx, &given).await?;
    Ok(rows)
}

/// These sessions with their people, in the order in which they are asked for.
async fn by_ids(tx: &mut TenantTx, ids: &[CourseSessionId]) -> Result<Vec<SessionWithPeople>, SessionError> {
    let rows = sql::by_ids(tx, ids).await?;
    let mut found = with_people(tx, rows).await?;
    found.sort_by_key(|one| ids.iter().position(|id| *id == one.session.id));
    Ok(found)
}

async fn with_people(tx: &mut TenantTx, rows: Vec<Session>) -> Result<Vec<SessionWithPeople>, Fault> {
    let ids: Vec<CourseSessionId> = rows.iter().map(|session| session.id).collect();
    let people = sql::people(tx, &ids).await?;
    let joined = |session: Session| {
        let of = people.iter().filter(|one| one.assignment.session_id == session.id).cloned();
        SessionWithPeople { people: of.collect(), session }
    };
    Ok(rows.into_iter().map(joined).collect())
}

/// Finds a session; whoever is not of the house only of a published class.
///
/// # Errors
/// [`SessionError`]: `Catalogue` with `Absent`.
pub async fn find(tx: &mut TenantTx, id: CourseSessionId, house: bool) -> Result<SessionWithPeople, SessionError> {
    let session = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if !house {
        class::find(tx, session.class_id, false).await?;
    }
    Ok(with_people(tx, vec![session]).await?.pop().ok_or(CatalogueError::Absent)?)
}

/// Lists the sessions of a class, or all, in the order of time; for whoever is not of the house those of published classes. Nothing
/// when the session behind which the page begins was taken out of its class: nobody knows where it stood.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<CourseClassId>,
    page: &PageAsk,
    house: bool,
) -> Result<Option<Page<SessionWithPeople>>, Fault> {
    let Some(rows) = sql::list(tx, of, page, house).await? else { return Ok(None) };
    let found = with_people(tx, rows).await?;
    Ok(Some(Page::from_rows(found, page, |one| one.session.id.uuid())))
}

/// Every session of a class in the order of time: at most [`MOST`], and those that were made up for.
///
/// # Errors
/// A [`Fault`].
pub async fn of_class(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<SessionWithPeople>, Fault> {
    let rows = sql::of_class(tx, class).await?;
    with_people(tx, rows).await
}
