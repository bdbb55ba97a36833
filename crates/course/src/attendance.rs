//! 出欠: who was there, session by session. A correction is another revision; the last one counts, and none is lost.
//!
//! Whoever records locks the row of the session: two who record at once write one behind the other.

mod events;
mod refused;
pub mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Actor, Instant, SealKey,
    ids::{CourseClassId, CourseSessionId, EnrolmentId, PersonId},
};
use time::Date;

pub use refused::AttendanceError;
pub use rules::{Mark, Status};

use crate::{decision, schema::sessions};

/// The session that a sheet is of.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct AttendedSession {
    pub id: CourseSessionId,
    pub class_id: CourseClassId,
    pub number: i32,
    /// Civil day in Asia/Tokyo of its beginning.
    pub local_date: Date,
    /// `scheduled`, `held` or `cancelled`.
    pub state: String,
    /// How often it was put at another time: what was recorded before that does not count.
    pub(crate) times_moved: i32,
}

/// What somebody recorded of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1, without gaps, for one enrolment at one session.
    pub revision: i32,
    pub status: Status,
    pub note: Option<String>,
    /// `staff` or `device`.
    pub source: String,
    /// Who recorded it, by id.
    pub actor: String,
    pub marked_at: Instant,
}

/// Somebody on the sheet of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    /// How many were recorded, those included that do not count.
    pub revisions: i32,
    /// The last; absent: nothing is recorded since the session is at its time.
    pub latest: Option<Revision>,
}

/// 出席簿: everybody who takes part in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub session: AttendedSession,
    /// By receipt number, as on the roster.
    pub lines: Vec<Line>,
    /// 0 while nothing is recorded, more with every revision and whenever the session is put at another time.
    pub version: i32,
}

/// What is to be recorded at once.
#[derive(Debug, Clone, Default)]
pub struct Marking {
    /// Each enrolment at most once.
    pub marks: Vec<Mark>,
    /// For everybody else of whom nothing is recorded yet.
    pub others: Option<Status>,
}

/// Records who attended, in one statement for everybody; the session was held, once it has begun. What is as it was makes no revision.
/// Possible from the day of the session on, however long after it; a certificate that was issued says what it said. A class that falls short of its minimum does not begin
/// before it is decided that it runs. What was recorded before the session was put at its time does not count, and stays in the history.
///
/// # Errors
/// [`AttendanceError`]: `Absent`, `Stale`, `Cancelled`, `Ahead`, `Undecided`, `Twice`, `NotEnrolled`.
pub async fn record(
    tx: &mut TenantTx,
    key: &SealKey,
    session: CourseSessionId,
    version: Option<i32>,
    marking: &Marking,
    now: Instant,
) -> Result<Sheet, AttendanceError> {
    let held = sql::lock(tx, session).await?.ok_or(AttendanceError::Absent)?;
    rules::expect_recordable(&held, now)?;
    if held.state == "scheduled"
        && let Some(short) = decision::shortfall(tx, held.class_id).await?
    {
        return Err(AttendanceError::Undecided(short));
    }
    let mut before = read(tx, key, held).await?;
    let current = before.version;
    if version.is_some_and(|wanted| wanted != current) {
        return Err(AttendanceError::Stale { current });
    }
    let marks = rules::changes(&before.lines, marking)?;
    if marks.is_empty() {
        // what was recorded before it began says that it is held now
        if before.lines.iter().any(|line| line.latest.is_some()) {
            hold(tx, &mut before.session, now).await?;
        }
        return Ok(before);
    }
    let corrected = rules::corrected(&before.lines, &marks);
    let actor = *tx.scope().actor();
    let source = if matches!(actor, Actor::Device(_)) { "device" } else { "staff" };
    let by = actor.id().unwrap_or_else(|| actor.kind().to_owned());
    let next = rules::numbered(&before.lines, &marks);
    sql::insert(tx, key, session, &next, (source, by), now).await?;
    hold(tx, &mut before.session, now).await?;
    let class = before.session.class_id;
    journal(tx, now, &events::AttendanceRecorded { session, class, marked: marks.len(), corrected }).await?;
    Ok(read(tx, key, before.session).await?)
}

/// A session of which it is recorded who attended is held, once it has begun.
async fn hold(tx: &mut TenantTx, session: &mut AttendedSession, now: Instant) -> Result<(), Fault> {
    if session.state == "scheduled" && sql::hold(tx, session.id, now).await? {
        session.state = "held".to_owned();
    }
    Ok(())
}

/// The sheet of a session.
///
/// # Errors
/// [`AttendanceError::Absent`].
pub async fn sheet(tx: &mut TenantTx, key: &SealKey, session: CourseSessionId) -> Result<Sheet, AttendanceError> {
    let found = sql::session(tx, session).await?.ok_or(AttendanceError::Absent)?;
    Ok(read(tx, key, found).await?)
}

/// How many attended a session, by what was recorded last since it is at its time.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn attended(tx: &mut TenantTx, session: CourseSessionId) -> Result<i64, Fault> {
    sql::attended(tx, session).await
}

async fn read(tx: &mut TenantTx, key: &SealKey, session: AttendedSession) -> Result<Sheet, Fault> {
    let lines = sql::lines(tx, key, session.id).await?;
    let version = sql::recorded(tx, session.id).await?.saturating_add(session.times_moved);
    Ok(Sheet { session, lines, version })
}

/// Every revision of somebody's attendance of a session, oldest first.
///
/// # Errors
/// [`AttendanceError::Absent`], also for somebody of whom nothing was recorded.
pub async fn revisions(
    tx: &mut TenantTx,
    key: &SealKey,
    session: CourseSessionId,
    enrolment: EnrolmentId,
) -> Result<Vec<Revision>, AttendanceError> {
    let found = sql::revisions(tx, key, session, enrolment).await?;
    if found.is_empty() { Err(AttendanceError::Absent) } else { Ok(found) }
}

/// What is kept of a status reads back.
fn status_of(kept: &str) -> Result<Status, Fault> {
    Status::from_kept(kept).ok_or(Fault::Unexpected("a status of attendance is known"))
}
