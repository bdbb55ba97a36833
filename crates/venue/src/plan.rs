//! Everything that decides whether a room may be hired at a time, apart from whether it is taken: read once for all rooms of a
//! request, and then asked without the database.

pub mod rules;
pub(crate) mod sql;

use db::TenantTx;
use kernel::{
    Instant, Refusal, Refuse,
    clock::start_of_day,
    ids::{AtomId, FacilityId, RoomId},
};
use serde_json::json;
use tariff::hire::DayClass;
use time::{Date, Duration, format_description::well_known::Rfc3339};

use crate::{
    calendar::{self, Busy},
    catalogue::CatalogueError,
    facility, holiday, layer,
    opening::Opening,
    problems,
    room::Room,
    slot_set::{self, SetOfSlots},
    span::Span,
};

/// Rooms of one facility with their parts, slots, purposes and opening.
#[derive(Debug, Clone)]
pub struct Plan {
    pub rooms: Vec<RoomPlan>,
    pub opening: Opening,
}

/// One room of a plan.
#[derive(Debug, Clone)]
pub struct RoomPlan {
    pub room: Room,
    pub atoms: Vec<AtomId>,
    pub sets: Vec<SetOfSlots>,
    /// Codes of what it may be used for; empty: everything.
    pub purposes: Vec<String>,
    /// Rooms that it is never hired without.
    pub required: Vec<RoomId>,
}

/// A time as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeAsk {
    /// Consecutive slots of a day, by code.
    Slots { day: Date, codes: Vec<String> },
    /// From one moment until another.
    Between(Span),
    /// As long as the house is open on a day.
    Day(Date),
}

/// A time that a room may be hired at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The day that prices and deadlines go by.
    pub day: Date,
    pub class: DayClass,
    /// Codes in the order of the day; empty where it is not hired by slots.
    pub slots: Vec<(String, i64)>,
    /// Times between its slots that are charged as extensions: when they begin, `HH:MM`, and how long they are.
    pub gaps: Vec<(String, i64)>,
    /// What is hired.
    pub during: Span,
    /// What it takes: with the gaps that the room needs.
    pub occupied: Span,
}

/// Why a room is not hired at a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("it has begun already")]
    Past,
    #[error("the room is for hire from {from}")]
    NotForHire { from: Date, until: Option<Date> },
    #[error("the house is closed")]
    Closed { why: Option<String>, open: Vec<Span>, next_open: Date },
    #[error("the room is hired by {0}")]
    Unit(String),
    #[error("there is no such slot")]
    NoSuchSlot { slots: Vec<String> },
    #[error("the slots do not follow each other")]
    Apart { slots: Vec<String> },
    #[error("it is not on the grid")]
    Grid { minutes: i32 },
    #[error("it is too short or too long")]
    Length { min: Option<i32>, max: Option<i32> },
}

impl Refuse for TimeError {
    fn refusal(&self) -> Refusal {
        let at = |at: Instant| at.to_offset(kernel::JST).format(&Rfc3339).unwrap_or_default();
        match self {
            Self::Past => problems::TIME_PAST.refuse(),
            Self::NotForHire { from, until } => {
                let refusal = problems::TIME_NOT_FOR_HIRE.refuse().fact("from", from.to_string());
                match until {
                    Some(until) => refusal.fact("until", until.to_string()),
                    None => refusal,
                }
            }
            Self::Closed { why, open, next_open } => {
                let open: Vec<_> =
                    open.iter().map(|one| json!({ "starts_at": at(one.from()), "ends_at": at(one.until()) })).collect();
                let refusal =
                    problems::TIME_CLOSED.refuse().fact("open", open).fact("next_open", next_open.to_string());
                match why {
                    Some(why) => refusal.fact("why", why.as_str()),
                    None => refusal,
                }
            }
            Self::Unit(unit) => problems::TIME_UNIT.refuse().fact("time_unit", unit.as_str()),
            Self::NoSuchSlot { slots } => problems::TIME_NO_SUCH_SLOT.refuse().fact("slots", slots.clone()),
            Self::Apart { slots } => problems::TIME_APART.refuse().fact("slots", slots.clone()),
            Self::Grid { minutes } => problems::TIME_GRID.refuse().fact("grid_minutes", *minutes),
            Self::Length { min, max } => {
                let refusal = problems::TIME_LENGTH.refuse();
                let refusal = min.iter().fold(refusal, |refusal, min| refusal.fact("min_minutes", *min));
                max.iter().fold(refusal, |refusal, max| refusal.fact("max_minutes", *max))
            }
        }
    }
}

/// A time at which a room is really free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub room: RoomId,
    pub at: Use,
}

impl Plan {
    /// A room of the plan.
    pub fn room(&self, id: RoomId) -> Option<&RoomPlan> {
        self.rooms.iter().find(|one| one.room.id == id)
    }
}

/// The plan of some rooms of a facility, or of all (at most 100), for the days between two. Hidden rooms only for who sees
/// them. The number of statements does not depend on how many rooms or days there are.
///
/// # Errors
/// [`CatalogueError::Absent`] when there is no such facility.
pub async fn load(
    tx: &mut TenantTx,
    id: FacilityId,
    only: Option<&[RoomId]>,
    (from, until): (Date, Date),
    hidden: bool,
) -> Result<Plan, CatalogueError> {
    facility::find(tx, id).await?;
    let rooms = sql::rooms(tx, id, only, (from, until), hidden).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let terms = sql::terms(tx, ids.clone()).await?;
    let sets = slot_set::sql::of_rooms(tx, &ids).await?;
    let slots = slot_set::sql::slots(tx, &sets.iter().map(|set| set.id).collect::<Vec<_>>()).await?;
    let layers = layer::sql::of_facilities(tx, &[id]).await?;
    // a closing day that a holiday moves, and the next open day
    let margin = Duration::days(70);
    let holidays = holiday::of(tx, from.saturating_sub(margin), until.saturating_add(margin)).await?;
    let of_set = |set: &slot_set::SlotSet| SetOfSlots {
        slots: slots.iter().filter(|slot| slot.slot_set_id == set.id).cloned().collect(),
        set: set.clone(),
    };
    let of_room = |room: Room| {
        let sets = sets.iter().filter(|set| set.room_id == room.id).map(of_set).collect();
        let (atoms, purposes, required) = terms
            .iter()
            .find(|one| one.room == room.id)
            .map(|one| (one.atoms.clone(), one.purposes.clone(), one.required.clone()))
            .unwrap_or_default();
        RoomPlan { room, atoms, sets, purposes, required }
    };
    Ok(Plan { rooms: rooms.into_iter().map(of_room).collect(), opening: Opening::new(layers, holidays) })
}

/// Up to five other ways to have what was wanted, all of them free at `now`: first other rooms at the same time that hold as
/// many people, then the same room later the same day and on the days after it.
///
/// # Errors
/// [`CatalogueError`].
pub async fn alternatives(
    tx: &mut TenantTx,
    facility: FacilityId,
    room: RoomId,
    wanted: &Use,
    now: Instant,
) -> Result<Vec<Alternative>, CatalogueError> {
    let until = wanted.day.saturating_add(Duration::days(rules::LOOK_AHEAD));
    let plan = load(tx, facility, None, (wanted.day, until), false).await?;
    let ids = plan.rooms.iter().map(|one| one.room.id).collect();
    // the others only at the same time, and the room itself on the days after it, too
    let midnight = start_of_day(wanted.day);
    let near =
        (midnight - Duration::days(1), wanted.occupied.until().max(midnight + Duration::days(2)) + Duration::days(1));
    let mut taken: Vec<(RoomId, Busy)> = calendar::sql::busy(tx, ids, near.0, near.1, now).await?;
    let margin = Duration::days(2);
    let (begins, ends) = (start_of_day(wanted.day) - margin, start_of_day(until) + margin);
    taken.extend(calendar::sql::busy(tx, vec![room], begins, ends, now).await?);
    Ok(rules::alternatives(&plan, room, wanted, &taken, now))
}
