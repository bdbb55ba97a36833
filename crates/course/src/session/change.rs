//! What happens to a session: moved, cancelled, made up for, taken out of a draft.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    clock::civil_day,
    ids::{CourseClassId, CourseSessionId, RoomId},
};

use super::{Session, SessionDraft, SessionError, SessionWithPeople, add, by_ids, events, people, rules, sql};
use crate::{
    attendance,
    catalogue::{CatalogueError, expect_version},
    class::{self, CourseClass},
    honorarium,
};

/// When and where a session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// Half-open.
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Claimed under the id of the session by whoever calls.
    pub room: Option<RoomId>,
    /// Where it is when it is in none of the rooms.
    pub place: Option<String>,
}

/// A session before and after it was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub before: Session,
    pub after: SessionWithPeople,
}

/// Locks the class of a session, then the session.
pub(super) async fn to_change(tx: &mut TenantTx, id: CourseSessionId) -> Result<(CourseClass, Session), SessionError> {
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.class_id;
    let class = class::to_amend(tx, of).await?;
    let one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok((class, one))
}

/// Locks the class of a session of which money goes back, then the session.
async fn to_settle(tx: &mut TenantTx, id: CourseSessionId) -> Result<(CourseClass, Session), SessionError> {
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.class_id;
    let class = class::to_settle(tx, of).await?;
    let one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok((class, one))
}

fn expect_scheduled(one: &Session) -> Result<(), SessionError> {
    if one.state == "scheduled" { Ok(()) } else { Err(SessionError::State(one.state.clone())) }
}

/// A session that can be cancelled: it is scheduled, or what is recorded of it says that nobody attended; and nobody is paid for it.
///
/// # Errors
/// [`SessionError`]: `State` of a session that was cancelled already, `Attended`, `Paid`.
pub(crate) async fn expect_cancellable(tx: &mut TenantTx, one: &Session) -> Result<(), SessionError> {
    let attended = if one.state == "held" { attendance::attended(tx, one.id).await? } else { 0 };
    rules::expect_unattended(one, attended)?;
    rules::expect_unpaid(one.id, &honorarium::of_session(tx, one.id).await?)
}

/// A session that can be put at a time and a place: it is scheduled, and nobody is paid for it at another time.
///
/// # Errors
/// [`SessionError`]: `State`, `Unchanged`, `Paid`.
pub(crate) async fn expect_movable(tx: &mut TenantTx, one: &Session, to: &When) -> Result<(), SessionError> {
    expect_scheduled(one)?;
    if (one.starts_at, one.ends_at) == (to.starts_at, to.ends_at) {
        let stays = one.room_id == to.room && one.place == to.place;
        return if stays { Err(SessionError::Unchanged) } else { Ok(()) };
    }
    rules::expect_unpaid(one.id, &honorarium::of_session(tx, one.id).await?)
}

async fn again(tx: &mut TenantTx, id: CourseSessionId) -> Result<SessionWithPeople, SessionError> {
    by_ids(tx, &[id]).await?.pop().ok_or_else(|| Fault::Unexpected("a session is found again").into())
}

/// 日程変更: puts a session at another time, into another room or elsewhere, with everybody who teaches it. The room that it had is
/// released, and the one that it has is claimed, by whoever calls. What was marked of who attends it at the time before does not count.
///
/// # Errors
/// [`SessionError`]: `State` of a session that was held or cancelled, `Unchanged`, `Times`, `Past`, `RoomAndPlace`, `Overlaps`, `Paid`,
/// `Busy`, after which the transaction must not be committed; `Catalogue` with `Absent`, `Stale`, `State`.
pub async fn move_to(
    tx: &mut TenantTx,
    id: CourseSessionId,
    version: Option<i32>,
    to: &When,
    now: Instant,
) -> Result<Moved, SessionError> {
    let (class, before) = to_change(tx, id).await?;
    expect_version(version, before.version)?;
    expect_movable(tx, &before, to).await?;
    rules::expect_when(to, now)?;
    let there = sql::of_class(tx, class.id).await?;
    rules::expect_apart(to, &there, Some(id))?;
    let mut after = before.clone();
    (after.starts_at, after.ends_at, after.local_date) = (to.starts_at, to.ends_at, civil_day(to.starts_at));
    (after.room_id, after.place) = (to.room, to.place.clone());
    (after.updated_at, after.version) = (now, after.version.saturating_add(1));
    sql::update(tx, &after).await?;
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at) {
        sql::begin_anew(tx, id).await?;
        // an update that meets somebody else's hour would end the transaction without saying whose
        let mut given = sql::assignments(tx, id).await?;
        given.iter_mut().for_each(|one| (one.starts_at, one.ends_at) = (after.starts_at, after.ends_at));
        sql::dismiss(tx, id).await?;
        people::give(tx, &given).await?;
    }
    if class.state == "draft" {
        sql::renumber(tx, class.id).await?;
    }
    let (from, to, version) = (before.starts_at, after.starts_at, after.version);
    let (room_before, room, class) = (before.room_id, after.room_id, class.id);
    let moved = events::SessionMoved { session: id, class, from, to, room_before, room, version };
    journal(tx, now, &moved).await?;
    Ok(Moved { before, after: again(tx, id).await? })
}

/// Says in other words where a session is that is in none of the rooms.
///
/// # Errors
/// [`SessionError`]: `State`, `RoomAndPlace`; `Catalogue` with `Absent`, `Stale`, `State`.
pub async fn update(
    tx: &mut TenantTx,
    id: CourseSessionId,
    version: Option<i32>,
    place: Option<String>,
    now: Instant,
) -> Result<SessionWithPeople, SessionError> {
    let (_, mut one) = to_change(tx, id).await?;
    expect_version(version, one.version)?;
    expect_scheduled(&one)?;
    if one.room_id.is_some() && place.is_some() {
        return Err(SessionError::RoomAndPlace);
    }
    one.place = place;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::SessionChanged { session: id, class: one.class_id, version: one.version }).await?;
    again(tx, id).await
}

/// 休講: a session is not held, also one of which it turned out only when its attendance was recorded that nobody came. Whoever would
/// have taught it is free; its room is released by whoever calls. `given_up`: nothing will take its place, and what was paid for it is
/// given back by whoever calls.
///
/// # Errors
/// [`SessionError`]: `NoReason`, `State` of a session that was cancelled already, `Attended`, `Paid`; `Catalogue` with `Absent`, `Stale`,
/// `State`.
pub async fn cancel(
    tx: &mut TenantTx,
    id: CourseSessionId,
    version: Option<i32>,
    (reason, given_up): (&str, bool),
    now: Instant,
) -> Result<SessionWithPeople, SessionError> {
    rules::expect_said(reason)?;
    let (_, mut one) = to_change(tx, id).await?;
    expect_version(version, one.version)?;
    expect_cancellable(tx, &one).await?;
    (one.state, one.reason) = ("cancelled".to_owned(), Some(reason.to_owned()));
    one.given_up_at = given_up.then_some(now);
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    sql::set_free(tx, id).await?;
    journal(tx, now, &events::SessionCancelled { session: id, class: one.class_id, version: one.version }).await?;
    again(tx, id).await
}

/// Nothing will take the place of a session that was cancelled, nor of what it takes the place of or of what took its place, also of a
/// class that is over; what was paid for it is given back by whoever calls.
///
/// # Errors
/// [`SessionError`]: `State` of a session that is not cancelled; `GivenUp`, `MadeUp` of it, of what it takes the place of or of what took
/// its place, however often; `Catalogue` with `Absent`, `Stale`, `State`.
pub async fn give_up(
    tx: &mut TenantTx,
    id: CourseSessionId,
    version: Option<i32>,
    now: Instant,
) -> Result<SessionWithPeople, SessionError> {
    let (class, one) = to_settle(tx, id).await?;
    expect_version(version, one.version)?;
    let there = sql::of_class(tx, class.id).await?;
    let all: Vec<&Session> = there.iter().collect();
    rules::expect_undecided(&one, &all)?;
    // nobody waits any more for what takes the place of any of them
    let ids: Vec<CourseSessionId> = rules::chain(&all, &one).iter().map(|one| one.id).collect();
    sql::give_up(tx, &ids, now).await?;
    let found = again(tx, id).await?;
    journal(tx, now, &events::SessionGivenUp { session: id, class: class.id, version: found.session.version }).await?;
    Ok(found)
}

/// 中止: none of the sessions that lie ahead of a class is held. Whoever would have taught them is free; their rooms are released
/// by whoever calls. Says which they were.
///
/// # Errors
/// [`SessionError`]: `NoReason`; `Catalogue` with `NoSuch`, `State`.
pub async fn cancel_all(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &str,
    now: Instant,
) -> Result<Vec<CourseSessionId>, SessionError> {
    rules::expect_said(reason)?;
    class::to_amend(tx, class).await?;
    let sessions = sql::cancel_ahead(tx, class, reason, now).await?;
    journal(tx, now, &events::SessionsCancelled { class, sessions: sessions.clone() }).await?;
    Ok(sessions)
}

/// 補講: another session takes the place of one that was cancelled. One does, until it is cancelled itself.
///
/// # Errors
/// [`SessionError`]: `State` of a session that is not cancelled; `GivenUp` when what was paid for it has gone back, `MadeUp`, both also
/// of what it takes the place of or of what took its place, however often; and everything of [`super::create`].
pub async fn make_up(
    tx: &mut TenantTx,
    id: CourseSessionId,
    draft: SessionDraft,
    now: Instant,
) -> Result<SessionWithPeople, SessionError> {
    let (class, missed) = to_change(tx, id).await?;
    let there = sql::of_class(tx, class.id).await?;
    rules::expect_undecided(&missed, &there.iter().collect::<Vec<_>>())?;
    let made = add(tx, class.id, &[draft], Some(id), now).await?;
    let made = made.first().ok_or(Fault::Unexpected("a session is made"))?.id;
    journal(tx, now, &events::SessionMadeUp { session: id, class: class.id, by: made }).await?;
    again(tx, made).await
}

/// Takes a session out of a class that is still a draft; the others are numbered anew. Its room is released by whoever calls.
///
/// # Errors
/// [`SessionError`]: `Fixed` once the class was published, `MadeUp` when another takes its place, `Paid`; `Catalogue` with `Absent`,
/// `Stale`, `State`.
pub async fn remove(
    tx: &mut TenantTx,
    id: CourseSessionId,
    version: Option<i32>,
    now: Instant,
) -> Result<Session, SessionError> {
    let (class, one) = to_change(tx, id).await?;
    expect_version(version, one.version)?;
    if class.state != "draft" {
        return Err(SessionError::Fixed(vec!["session"]));
    }
    if let Some(by) = sql::made_up_by(tx, id).await? {
        return Err(SessionError::MadeUp { session: id, by: Some(by) });
    }
    rules::expect_unpaid(id, &honorarium::of_session(tx, id).await?)?;
    sql::remove(tx, id).await?;
    sql::renumber(tx, class.id).await?;
    journal(tx, now, &events::SessionRemoved { session: id, class: class.id, number: one.number }).await?;
    Ok(one)
}
