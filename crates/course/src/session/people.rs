//! Who teaches: given all together or not at all.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseSessionId, InstructorId},
};

use super::{
    Assignment, BusyInstructor, SessionError, SessionWithPeople, Teacher, by_ids, change::to_change, events, rules, sql,
};
use crate::{
    catalogue::expect_version,
    honorarium::{self, PaidSession},
    instructor,
};

/// Whoever of these teaches elsewhere at these times, in the order of time. What these sessions have is no obstacle.
///
/// # Errors
/// A [`Fault`].
pub async fn busy(
    tx: &mut TenantTx,
    wanted: &[(InstructorId, Instant, Instant)],
    but: &[CourseSessionId],
) -> Result<Vec<BusyInstructor>, Fault> {
    if wanted.is_empty() { Ok(Vec::new()) } else { sql::busy(tx, wanted, but).await }
}

/// Says who teaches a session from now on, instead of those who did. Whose honorarium for it is approved goes on teaching it, at what was
/// approved.
///
/// # Errors
/// [`SessionError`]: `State` of a session that was cancelled, `Paid`, `Twice`, `NoInstructor`, `ClosedInstructor`, `Busy`, after which the
/// transaction must not be committed; `Catalogue` with `Absent`, `Stale`, `State`.
pub async fn assign(
    tx: &mut TenantTx,
    id: CourseSessionId,
    version: Option<i32>,
    people: &[Teacher],
    now: Instant,
) -> Result<SessionWithPeople, SessionError> {
    let (_, mut one) = to_change(tx, id).await?;
    expect_version(version, one.version)?;
    if one.state == "cancelled" {
        return Err(SessionError::State(one.state));
    }
    rules::expect_people(people)?;
    let stays = |one: &PaidSession| {
        people.iter().any(|who| who.instructor == one.instructor_id && who.honorarium == Some(one.amount.0))
    };
    let paid = honorarium::of_session(tx, id).await?;
    rules::expect_unpaid(id, paid.iter().filter(|one| !stays(one)))?;
    expect_active(tx, &people.iter().map(|one| one.instructor).collect::<Vec<_>>()).await?;
    sql::dismiss(tx, id).await?;
    give(tx, &rules::given(&one, people)).await?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    let instructors = people.iter().map(|one| one.instructor).collect();
    journal(tx, now, &events::SessionAssigned { session: id, class: one.class_id, instructors }).await?;
    by_ids(tx, &[id]).await?.pop().ok_or_else(|| Fault::Unexpected("a session is found again").into())
}

/// Everybody is there and active, and stays so until the end of this transaction.
pub(super) async fn expect_active(tx: &mut TenantTx, ids: &[InstructorId]) -> Result<(), SessionError> {
    if ids.is_empty() {
        return Ok(());
    }
    let found = instructor::sql::hold(tx, ids).await?;
    rules::expect_active(ids, &found)
}

/// Everybody is there and active now.
pub(super) async fn expect_there(tx: &mut TenantTx, ids: &[InstructorId]) -> Result<(), SessionError> {
    if ids.is_empty() {
        return Ok(());
    }
    let found = instructor::sql::standing(tx, ids).await?;
    rules::expect_active(ids, &found)
}

/// Writes assignments, as far as nobody is in two places; otherwise says who is and where.
pub(super) async fn give(tx: &mut TenantTx, given: &[Assignment]) -> Result<(), SessionError> {
    if given.is_empty() {
        return Ok(());
    }
    let written = sql::assign(tx, given).await?;
    let short = given.iter().filter(|one| !written.contains(&(one.session_id, one.instructor_id)));
    let wanted: Vec<_> = short.map(|one| (one.instructor_id, one.starts_at, one.ends_at)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let own: Vec<CourseSessionId> = given.iter().map(|one| one.session_id).collect();
    Err(SessionError::Busy(sql::busy(tx, &wanted, &own).await?))
}
