//! Sessions and the rooms that they take: joined in one transaction, all of them or none.

use std::collections::{BTreeMap, BTreeSet};

use ::course::{
    class::{self, Places},
    problems as rules,
    session::{self, BusyInstructor, Session, SessionDraft, SessionError, SessionWithPeople, pattern::DayOff},
};
use ::venue::{
    house_use::{self, Hindrance, HouseUse, HouseUseError, People},
    occupancy,
    span::Span,
};
use contract::ApiError;
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    clock::civil_day,
    ids::{CourseClassId, CourseSessionId, RoomId},
};
use serde_json::{Value, json};
use time::{Date, Duration};

/// What hinders sessions, each by its place among them.
pub struct Hindered {
    pub rooms: Vec<Hindrance>,
    pub teachers: Vec<Vec<BusyInstructor>>,
    /// What the holidays are called that sessions would be on, where they are not to be on any.
    holidays: Vec<Option<String>>,
    /// How many the room of each holds, where that is known.
    capacities: Vec<Option<i32>>,
}

impl Hindered {
    pub fn any(&self) -> bool {
        !self.rooms.is_empty()
            || self.teachers.iter().any(|one| !one.is_empty())
            || self.holidays.iter().any(Option::is_some)
    }

    /// How many the room of a session holds, where that is known and fewer than these.
    pub fn smaller(&self, at: usize, than: i32) -> Option<i32> {
        self.capacities.get(at).copied().flatten().filter(|holds| *holds < than)
    }

    pub fn room(&self, at: usize) -> Option<&Hindrance> {
        self.rooms.iter().find(|one| one.at == at)
    }

    fn refused(&self, drafts: &[SessionDraft]) -> ApiError {
        let told = drafts.iter().enumerate().filter_map(|(at, draft)| {
            let teachers = self.teachers.get(at).map(Vec::as_slice).unwrap_or_default();
            let (room, holiday) = (self.room(at), self.holidays.get(at).cloned().flatten());
            if room.is_none() && teachers.is_empty() && holiday.is_none() {
                return None;
            }
            let mut told = room.map_or_else(|| json!({ "at": at }), Hindrance::told);
            if let Some(told) = told.as_object_mut() {
                told.insert("starts_at".to_owned(), session::told(draft.at.starts_at).into());
                let teachers: Vec<Value> = teachers.iter().map(BusyInstructor::told).collect();
                told.insert("teachers_elsewhere".to_owned(), teachers.into());
                told.extend(holiday.map(|name| ("holiday".to_owned(), name.into())));
            }
            Some(told)
        });
        ApiError::of(rules::SESSION_HINDERED.refuse().fact("conflicts", told.collect::<Vec<_>>()))
    }
}

/// Looks at sessions before they are made: rooms that are taken or closed or hold too few for these `people`, and whoever teaches
/// elsewhere. What `but` has already is no obstacle.
///
/// # Errors
/// `no_such_parent` for rooms that there are not.
pub async fn survey(
    tx: &mut TenantTx,
    drafts: &[SessionDraft],
    but: Option<CourseSessionId>,
    people: People,
    now: Instant,
) -> Result<Hindered, ApiError> {
    let ids: Vec<CourseSessionId> = drafts.iter().map(|_| but.unwrap_or_else(|| CourseSessionId::new(now))).collect();
    let (uses, places): (Vec<HouseUse>, Vec<usize>) = drafts
        .iter()
        .zip(&ids)
        .enumerate()
        .filter_map(|(at, (draft, id))| {
            Some((house_use(*id, draft.at.room?, (draft.at.starts_at, draft.at.ends_at))?, at))
        })
        .unzip();
    let found = house_use::survey(tx, &uses, people, now).await?;
    let capacities = drafts.iter().map(|draft| draft.at.room.and_then(|room| found.capacity(room))).collect();
    let mut rooms = found.hindered().to_vec();
    for one in &mut rooms {
        one.at = places.get(one.at).copied().unwrap_or(one.at);
    }
    let wanted: Vec<_> = drafts
        .iter()
        .flat_map(|draft| draft.people.iter().map(|one| (one.instructor, draft.at.starts_at, draft.at.ends_at)))
        .collect();
    let but: Vec<CourseSessionId> = but.into_iter().collect();
    let busy = session::busy(tx, &wanted, &but).await?;
    let meets = |draft: &SessionDraft, one: &BusyInstructor| {
        let teaches = draft.people.iter().any(|teacher| teacher.instructor == one.instructor);
        teaches && one.starts_at < draft.at.ends_at && draft.at.starts_at < one.ends_at
    };
    let of = |draft: &SessionDraft| busy.iter().filter(|one| meets(draft, one)).cloned().collect();
    Ok(Hindered { rooms, teachers: drafts.iter().map(of).collect(), holidays: Vec::new(), capacities })
}

/// Nothing hinders any of these sessions; `but` would not be there any more. A room has to hold everybody who has a place, unless they meet
/// in it already. Says which rooms hold fewer than there are places for.
///
/// # Errors
/// `course.session.hindered` with everything that does, and what the sessions refuse with.
pub async fn expect_possible(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: &[SessionDraft],
    but: Option<&Session>,
    now: Instant,
) -> Result<BTreeSet<RoomId>, ApiError> {
    let stays = but.is_some_and(|one| drafts.iter().all(|draft| draft.at.room == one.room_id));
    let but = but.map(|one| one.id);
    session::expect_possible(tx, class, drafts, but, now).await?;
    let places = class::places_of(tx, class).await?;
    let (capacity, taken) = places.as_ref().map_or((0, 0), |places| (places.capacity, places.taken));
    let people = People { by_now: if stays { 0 } else { taken }, at_most: places.as_ref().map(Places::at_most) };
    let hindered = survey(tx, drafts, but, people, now).await?;
    if hindered.any() {
        return Err(hindered.refused(drafts));
    }
    let small =
        |(at, draft): (usize, &SessionDraft)| draft.at.room.filter(|_| hindered.smaller(at, capacity).is_some());
    Ok(drafts.iter().enumerate().filter_map(small).collect())
}

/// Makes sessions and takes their rooms, or says everything that hinders any of them; with the rooms that hold fewer than the class has
/// places for.
///
/// # Errors
/// `course.session.hindered`, and what the sessions or the rooms refuse with.
pub async fn create(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: &[SessionDraft],
    now: Instant,
) -> Result<(Vec<SessionWithPeople>, BTreeSet<RoomId>), ApiError> {
    let small = expect_possible(tx, class, drafts, None, now).await?;
    Ok((make(tx, class, drafts, now).await?, small))
}

async fn make(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: &[SessionDraft],
    now: Instant,
) -> Result<Vec<SessionWithPeople>, ApiError> {
    let made = session::create(tx, class, drafts, now).await?;
    take(tx, &made, now).await?;
    Ok(made)
}

/// Makes the sessions of a copied class and takes their rooms. `on_holidays`: those that would be on a holiday are made, too, or left
/// out; absent: they hinder the copy.
///
/// # Errors
/// As [`create`].
pub async fn create_copied(
    tx: &mut TenantTx,
    class: CourseClassId,
    drafts: Vec<SessionDraft>,
    on_holidays: Option<bool>,
    now: Instant,
) -> Result<(), ApiError> {
    let days = drafts.iter().map(|draft| civil_day(draft.at.starts_at));
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(()) };
    let off = house_use::days_off(tx, None, (first, last.saturating_add(Duration::DAY))).await?;
    let named = |draft: SessionDraft| (off.holiday(civil_day(draft.at.starts_at)).map(str::to_owned), draft);
    let stays = |(holiday, _): &(Option<String>, SessionDraft)| holiday.is_none() || on_holidays != Some(false);
    let (holidays, drafts): (Vec<_>, Vec<_>) = drafts.into_iter().map(named).filter(stays).unzip();
    if drafts.is_empty() {
        return Ok(());
    }
    session::expect_possible(tx, class, &drafts, None, now).await?;
    let holidays = if on_holidays.is_none() { holidays } else { Vec::new() };
    let at_most = at_most(tx, class).await?;
    let hindered = Hindered { holidays, ..survey(tx, &drafts, None, People { by_now: 0, at_most }, now).await? };
    if hindered.any() {
        return Err(hindered.refused(&drafts));
    }
    make(tx, class, &drafts, now).await?;
    Ok(())
}

/// How many a class has places for at most, as far as it is there.
async fn at_most(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<i32>, Fault> {
    Ok(class::places_of(tx, class).await?.as_ref().map(Places::at_most))
}

/// Takes the rooms of sessions of one class, instead of those that they had.
///
/// # Errors
/// What the rooms refuse with; after that the transaction must not be committed.
pub async fn take(tx: &mut TenantTx, of: &[SessionWithPeople], now: Instant) -> Result<(), HouseUseError> {
    let ids: Vec<_> = of.iter().map(|one| one.session.id.uuid()).collect();
    occupancy::release(tx, &ids).await?;
    let Some(class) = of.first().map(|one| one.session.class_id) else { return Ok(()) };
    let at_most = at_most(tx, class).await?;
    let uses = of.iter().filter_map(|SessionWithPeople { session, .. }| {
        house_use(session.id, session.room_id?, (session.starts_at, session.ends_at))
    });
    house_use::claim(tx, &uses.collect::<Vec<_>>(), at_most, now).await
}

/// The rooms of sessions are free again.
///
/// # Errors
/// A fault of the database.
pub async fn free(tx: &mut TenantTx, ids: &[CourseSessionId]) -> Result<(), ApiError> {
    occupancy::release(tx, &ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()).await?;
    Ok(())
}

fn house_use(id: CourseSessionId, room: RoomId, (from, until): (Instant, Instant)) -> Option<HouseUse> {
    Some(HouseUse { source: id.uuid(), room, during: Span::new(from, until)? })
}

/// Why there is no session on a day, for a class that meets in a room or elsewhere.
pub fn day_off(days: &house_use::DaysOff, on_holidays: bool, day: Date) -> Option<DayOff> {
    let holiday = || days.holiday(day).filter(|_| !on_holidays).map(|name| DayOff::Holiday(name.to_owned()));
    let closed = || days.closed(day).map(|why| DayOff::Closed(Some(why).filter(|why| !why.is_empty())));
    closed().or_else(holiday)
}

/// What stays of a session once its class was published.
///
/// # Errors
/// [`SessionError::Fixed`] with the fields that a change plan changes.
pub fn expect_draft(state: &str, one: &Session, to: &session::When) -> Result<(), SessionError> {
    let fields = [
        (to.starts_at != one.starts_at, "starts_at"),
        (to.ends_at != one.ends_at, "ends_at"),
        (to.room != one.room_id, "room"),
        (to.place != one.place, "place"),
    ];
    let fixed: Vec<_> = fields.into_iter().filter(|(changed, _)| *changed).map(|(_, field)| field).collect();
    if state == "draft" || fixed.is_empty() { Ok(()) } else { Err(SessionError::Fixed(fixed)) }
}

/// What a room is called, with its facility.
#[derive(Debug, Clone)]
pub struct Named {
    ja: String,
    en: Option<String>,
}

impl Named {
    pub fn told(&self, english: bool) -> String {
        self.en.as_ref().filter(|_| english).unwrap_or(&self.ja).clone()
    }
}

/// What rooms are called.
///
/// # Errors
/// A fault of the database.
pub async fn names(
    tx: &mut TenantTx,
    of: impl IntoIterator<Item = RoomId>,
) -> Result<BTreeMap<RoomId, Named>, ApiError> {
    let ids: BTreeSet<RoomId> = of.into_iter().collect();
    let found = house_use::names(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
    let named = |one: house_use::RoomName| {
        let en = one.room_en.zip(one.facility_en).map(|(room, facility)| format!("{facility} {room}"));
        (one.id, Named { ja: format!("{} {}", one.facility, one.room), en })
    };
    Ok(found.into_iter().map(named).collect())
}
