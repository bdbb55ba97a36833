//! 自主利用: rooms that the house uses itself, such as for the sessions of its classes. A use takes its room like a hire does,
//! gaps included, so it never lies over one; slots and grids are for those who hire, not for the house.

mod rules;
mod sql;

use std::collections::BTreeSet;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    clock::{civil_day, start_of_day},
    ids::{FacilityId, RoomId},
};
use serde_json::{Value, json};
use time::{Date, Duration};
use uuid::Uuid;

use crate::{
    calendar,
    catalogue::CatalogueError,
    closure::Collision,
    occupancy::{self, Claim, ClaimError, SourceKind},
    plan::{self, Plan},
    problems,
    span::Span,
};

/// A room at a time, for something of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseUse {
    /// The session it is for. What this has already is not in its way.
    pub source: Uuid,
    pub room: RoomId,
    /// What is used; the gaps of the room come to it.
    pub during: Span,
}

/// How many people uses are for.
#[derive(Debug, Clone, Copy)]
pub struct People {
    /// How many come by now: a room that is known to hold fewer is none for them.
    pub by_now: i32,
    /// How many may come: another room that holds them is large enough; absent: one that holds as many as the one that is wanted.
    pub at_most: Option<i32>,
}

/// Why a use is not possible, and where else it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hindrance {
    /// Which of the uses, from 0.
    pub at: usize,
    /// What takes the room then, in the order of time.
    pub collisions: Vec<Collision>,
    /// Why the house is closed then: the name of the layer that says so.
    pub closed: Option<String>,
    /// From when until when there is such a room, where there is none on that day.
    pub in_force: Option<(Date, Option<Date>)>,
    /// How many the room holds, and how many are to be in it, where that is more.
    pub too_small: Option<(i32, i32)>,
    /// Rooms of the same facility that are large enough and free then, at most five.
    pub free_rooms: Vec<RoomId>,
}

/// Why no room was taken.
#[derive(Debug, thiserror::Error)]
pub enum HouseUseError {
    #[error("there are no such rooms")]
    NoSuchRoom(Vec<RoomId>),
    /// Every use that is not possible. After it the transaction must not be committed.
    #[error("{} uses are hindered", .0.len())]
    Hindered(Vec<Hindrance>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CatalogueError> for HouseUseError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Fault(fault) => Self::Fault(fault),
            _ => Fault::Unexpected("the facility of a room is there").into(),
        }
    }
}

impl Refuse for HouseUseError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::NoSuchRoom(rooms) => {
                let rooms: Vec<String> = rooms.iter().map(ToString::to_string).collect();
                problems::NO_SUCH.refuse().fact("noun", "room").fact("rooms", rooms)
            }
            Self::Hindered(found) => {
                let told: Vec<Value> = found.iter().map(Hindrance::told).collect();
                problems::HOUSE_USE_HINDERED.refuse().fact("conflicts", told)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

impl Hindrance {
    /// As a refusal says it.
    pub fn told(&self) -> Value {
        let mut told = json!({
            "at": self.at,
            "collisions": self.collisions.iter().map(Collision::told).collect::<Vec<_>>(),
            "free_rooms": self.free_rooms.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        if let Some(told) = told.as_object_mut() {
            let (from, until) = self.in_force.unzip();
            told.extend(self.closed.as_ref().map(|closed| ("closed".to_owned(), closed.as_str().into())));
            told.extend(from.map(|from| ("room_from".to_owned(), from.to_string().into())));
            told.extend(until.flatten().map(|until| ("room_until".to_owned(), until.to_string().into())));
            let (holds, people) = self.too_small.unzip();
            told.extend(holds.map(|holds| ("room_capacity".to_owned(), holds.into())));
            told.extend(people.map(|people| ("people".to_owned(), people.into())));
        }
        told
    }
}

/// The rooms of some uses with everything that decides whether they may be.
#[derive(Debug)]
pub struct Survey {
    plans: Vec<Plan>,
    uses: Vec<HouseUse>,
    hindered: Vec<Hindrance>,
}

impl Survey {
    /// Every use that is not possible, in their order.
    pub fn hindered(&self) -> &[Hindrance] {
        &self.hindered
    }

    /// How many a room of a use holds, where that is known.
    pub fn capacity(&self, room: RoomId) -> Option<i32> {
        self.plans.iter().find_map(|plan| plan.room(room))?.room.capacity
    }

    fn claims(&self) -> Vec<Claim> {
        self.uses.iter().filter_map(|one| rules::claim(&self.plans, one)).collect()
    }
}

/// The days on which a room is closed or on which it is a holiday, each with what that is called. Without a room only holidays.
#[derive(Debug)]
pub struct DaysOff {
    room: RoomId,
    plan: Option<Plan>,
    holidays: crate::holiday::Holidays,
}

impl DaysOff {
    /// What a holiday is called.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.holidays.name(day)
    }

    /// Why the room is closed all day.
    pub fn closed(&self, day: Date) -> Option<String> {
        let of_day = self.plan.as_ref()?.opening.day(self.room, day);
        let closed = of_day.open.is_some_and(|spans| spans.is_empty());
        closed.then(|| of_day.why.unwrap_or_default())
    }
}

/// The days off between two days, the second excluded.
///
/// # Errors
/// [`HouseUseError`]: `NoSuchRoom`.
pub async fn days_off(
    tx: &mut TenantTx,
    room: Option<RoomId>,
    (from, until): (Date, Date),
) -> Result<DaysOff, HouseUseError> {
    let holidays = crate::holiday::of(tx, from, until).await?;
    let plan = match room {
        None => None,
        Some(room) => {
            let facility = facilities(tx, &BTreeSet::from([room])).await?.into_iter().next();
            let facility = facility.ok_or_else(|| HouseUseError::NoSuchRoom(vec![room]))?;
            Some(plan::load(tx, facility, Some(&[room]), (from, until), true).await?)
        }
    };
    Ok(DaysOff { room: room.unwrap_or(RoomId::from_uuid(Uuid::nil())), plan, holidays })
}

/// Looks at uses before anybody claims them: for each that is not possible why not, and where else. The number of statements depends on how
/// many facilities they are in, not on how many uses there are.
///
/// # Errors
/// [`HouseUseError`]: `NoSuchRoom`.
pub async fn survey(
    tx: &mut TenantTx,
    uses: &[HouseUse],
    people: People,
    now: Instant,
) -> Result<Survey, HouseUseError> {
    let mut survey = Survey { plans: Vec::new(), uses: uses.to_vec(), hindered: Vec::new() };
    let (Some(first), Some(last)) =
        (uses.iter().map(|one| one.during.from()).min(), uses.iter().map(|one| one.during.until()).max())
    else {
        return Ok(survey);
    };
    let days = (civil_day(first), civil_day(last).saturating_add(Duration::DAY));
    for facility in facilities(tx, &uses.iter().map(|one| one.room).collect()).await? {
        survey.plans.push(plan::load(tx, facility, None, days, true).await?);
    }
    let absent = uses.iter().filter(|one| !survey.plans.iter().any(|plan| plan.room(one.room).is_some()));
    let absent: BTreeSet<RoomId> = absent.map(|one| one.room).collect();
    if !absent.is_empty() {
        return Err(HouseUseError::NoSuchRoom(absent.into_iter().collect()));
    }
    let found = sql::in_the_way(tx, uses, &survey.claims(), now).await?;
    let mut hindered = rules::hindered(&survey.plans, (uses, people.by_now), &found);
    if !hindered.is_empty() {
        let atoms = survey.plans.iter().flat_map(|plan| plan.rooms.iter().flat_map(|one| one.atoms.clone())).collect();
        let margin = Duration::days(2);
        let (begins, ends) = (start_of_day(days.0).saturating_sub(margin), start_of_day(days.1).saturating_add(margin));
        let taken = calendar::sql::busy(tx, atoms, begins, ends, now).await?;
        for one in &mut hindered {
            let free = |wanted| rules::free(&survey.plans, (wanted, people), &taken);
            one.free_rooms = uses.get(one.at).map(free).unwrap_or_default();
        }
    }
    survey.hindered = hindered;
    Ok(survey)
}

/// Takes the rooms of all uses, or none of them, however many people they hold; `at_most` as in [`People`].
///
/// # Errors
/// [`HouseUseError`]: `NoSuchRoom`; `Hindered`, after which the transaction must not be committed.
pub async fn claim(
    tx: &mut TenantTx,
    uses: &[HouseUse],
    at_most: Option<i32>,
    now: Instant,
) -> Result<(), HouseUseError> {
    let people = People { by_now: 0, at_most };
    let found = survey(tx, uses, people, now).await?;
    if !found.hindered.is_empty() {
        return Err(HouseUseError::Hindered(found.hindered));
    }
    let claims = found.claims();
    // the house does not rush: holds that ran out may go in this very transaction
    occupancy::expire(tx, &claims, now).await?;
    match occupancy::claim(tx, SourceKind::Session, &claims, None).await {
        Ok(()) => Ok(()),
        Err(ClaimError::Fault(fault)) => Err(fault.into()),
        Err(ClaimError::Taken { .. }) => Err(HouseUseError::Hindered(survey(tx, uses, people, now).await?.hindered)),
    }
}

/// What a room and its facility are called.
#[derive(Debug, Clone)]
pub struct RoomName {
    pub id: RoomId,
    pub room: String,
    pub room_en: Option<String>,
    pub facility: String,
    pub facility_en: Option<String>,
}

/// What rooms are called.
///
/// # Errors
/// A [`Fault`].
pub async fn names(tx: &mut TenantTx, rooms: &[RoomId]) -> Result<Vec<RoomName>, Fault> {
    if rooms.is_empty() { Ok(Vec::new()) } else { sql::names(tx, rooms).await }
}

/// The facilities of rooms, each once.
async fn facilities(tx: &mut TenantTx, rooms: &BTreeSet<RoomId>) -> Result<BTreeSet<FacilityId>, Fault> {
    sql::facilities(tx, rooms.iter().copied().collect()).await
}
