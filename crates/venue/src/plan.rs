//! Everything that decides whether a room may be hired at a time, apart from whether it is taken: read once for all rooms of a
//! request, and then asked without the database.

pub mod rules;
pub(crate) mod sql;

use db::TenantTx;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{AtomId, FacilityId, RoomId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tariff::hire::DayClass;
use time::{Date, Duration};

use crate::{
    catalogue::CatalogueError,
    closure, facility, holiday, layer,
    opening::{LONGEST_CLOSURE, Opening},
    problems,
    room::{Attached, Room},
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
    /// 適用開始日 and 廃止日: the room's own, within those of its facility.
    pub in_force: (Date, Option<Date>),
    pub atoms: Vec<AtomId>,
    pub sets: Vec<SetOfSlots>,
    /// Codes of what it may be used for; empty: everything.
    pub purposes: Vec<String>,
    /// 付属室.
    pub attached: Vec<Attached>,
    /// When rooms that share a part with it keep other gaps: from a day on until another.
    pub mixed: Vec<(Date, Option<Date>)>,
}

/// A time as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeAsk {
    /// Consecutive slots of a day, by code, with what is planned beside them.
    Slots { day: Date, codes: Vec<String>, extension: Extension },
    /// From one moment until another.
    Between(Span),
    /// As long as the house is open on a day.
    Day(Date),
}

/// 超過 that is planned: minutes before the first slot and after the last. Fewer than one are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extension {
    pub early: i64,
    pub late: i64,
}

impl Extension {
    /// Whether nothing is planned beside the slots.
    pub const fn is_none(&self) -> bool {
        self.early <= 0 && self.late <= 0
    }
}

/// A time that a room may be hired at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The day that prices and deadlines go by.
    pub day: Date,
    pub class: DayClass,
    /// Codes in the order of the day; empty where it is not hired by slots.
    pub slots: Vec<(String, i64)>,
    /// Times beside and between its slots that are charged as extensions, in their order: when they begin, `HH:MM`, and how many minutes
    /// they are.
    pub extensions: Vec<(String, i64)>,
    /// What of that is planned beside its slots.
    pub extension: Extension,
    /// What is hired, the extension included.
    pub during: Span,
    /// The civil days that it is on: slots, a day that the house is open, and what is within the hours of one, are one however late it
    /// becomes.
    pub days: i64,
    /// What it takes: with the gaps that the room needs.
    pub occupied: Span,
}

impl Use {
    /// Whole minutes from its beginning to its end, without those beside and between its slots that are charged by themselves.
    pub fn minutes(&self) -> i64 {
        self.during.minutes() - self.extensions.iter().map(|(_, minutes)| minutes).sum::<i64>()
    }
}

/// A time between two slots that is nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The codes of the slots on either side of it.
    pub after: String,
    pub before: String,
    pub during: Span,
}

impl Gap {
    fn told(&self) -> Value {
        json!({ "after": self.after, "before": self.before, "starts_at": kernel::clock::written(self.during.from()),
                "ends_at": kernel::clock::written(self.during.until()) })
    }
}

/// Why a room is not hired at a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("it has begun already")]
    Past { earliest: Option<Instant> },
    /// With the room that goes on under its code then, where that was looked for.
    #[error("the room is for hire from {from}")]
    NotForHire { from: Date, until: Option<Date>, successor: Option<RoomId> },
    #[error("the house is closed")]
    Closed { why: Option<String>, open: Vec<Span>, next_open: Option<Date> },
    #[error("the room is hired by {0}")]
    Unit(String),
    #[error("there is no such slot")]
    NoSuchSlot { slots: Vec<String> },
    /// With the first time between two of them that is closed, where they do follow each other.
    #[error("the slots do not follow each other")]
    Apart { slots: Vec<String>, gap: Option<Box<Gap>> },
    #[error("it is not on the grid")]
    Grid { minutes: i32 },
    #[error("it is too short or too long")]
    Length { min: Option<i32>, max: Option<i32> },
}

impl Refuse for TimeError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Past { earliest } => {
                let refusal = problems::TIME_PAST.refuse();
                earliest
                    .iter()
                    .fold(refusal, |refusal, earliest| refusal.fact("earliest", kernel::clock::written(*earliest)))
            }
            Self::NotForHire { from, until, successor } => {
                let refusal = problems::TIME_NOT_FOR_HIRE.refuse().fact("from", from.to_string());
                let refusal = until.iter().fold(refusal, |refusal, until| refusal.fact("until", until.to_string()));
                successor.iter().fold(refusal, |refusal, room| refusal.fact("successor", room.to_string()))
            }
            Self::Closed { why, open, next_open } => {
                let open: Vec<_> = open
                    .iter()
                    .map(|one| json!({ "starts_at": kernel::clock::written(one.from()), "ends_at": kernel::clock::written(one.until()) }))
                    .collect();
                let refusal = problems::TIME_CLOSED.refuse().fact("open", open);
                let refusal = next_open.iter().fold(refusal, |refusal, day| refusal.fact("next_open", day.to_string()));
                why.iter().fold(refusal, |refusal, why| refusal.fact("why", why.as_str()))
            }
            Self::Unit(unit) => problems::TIME_UNIT.refuse().fact("time_unit", unit.as_str()),
            Self::NoSuchSlot { slots } => problems::TIME_NO_SUCH_SLOT.refuse().fact("slots", slots.clone()),
            Self::Apart { slots, gap } => {
                let refusal = problems::TIME_APART.refuse().fact("slots", slots.clone());
                gap.iter().fold(refusal, |refusal, gap| refusal.fact("gap", gap.told()))
            }
            Self::Grid { minutes } => problems::TIME_GRID.refuse().fact("grid_minutes", *minutes),
            Self::Length { min, max } => {
                let refusal = problems::TIME_LENGTH.refuse();
                let refusal = min.iter().fold(refusal, |refusal, min| refusal.fact("min_minutes", *min));
                max.iter().fold(refusal, |refusal, max| refusal.fact("max_minutes", *max))
            }
        }
    }
}

impl Plan {
    /// A room of the plan.
    pub fn room(&self, id: RoomId) -> Option<&RoomPlan> {
        self.rooms.iter().find(|one| one.room.id == id)
    }

    /// Whether a room is never hired without another.
    pub fn requires(&self, one: RoomId, other: RoomId) -> bool {
        let attached = self.room(one).map(|room| room.attached.as_slice()).unwrap_or_default();
        attached.iter().any(|with| with.required && with.room == other)
    }

    /// Whether two rooms have a part in common.
    pub fn share(&self, one: RoomId, other: RoomId) -> bool {
        let (Some(one), Some(other)) = (self.room(one), self.room(other)) else { return false };
        one.atoms.iter().any(|atom| other.atoms.contains(atom))
    }
}

/// The plan of some rooms of a facility and of those that come with them, or of all that are in force, for the days between two.
/// Hidden rooms only for who sees them, and where another room is never hired without them. The number of statements does not depend
/// on how many rooms or days there are.
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
    let facility = facility::find(tx, id).await?;
    let rooms = sql::rooms(tx, id, only, (from, until), hidden).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let terms = sql::terms(tx, ids.clone()).await?;
    let sets = slot_set::sql::of_rooms(tx, &ids).await?;
    let sets = slot_set::with_slots(tx, sets).await?;
    let layers = layer::sql::of_facilities(tx, &[id]).await?;
    let around = (from.saturating_sub(holiday::MARGIN), until.saturating_add(holiday::MARGIN));
    let holidays = holiday::of(tx, around.0, around.1).await?;
    let of_room = |room: Room| {
        let sets = sets.iter().filter(|one| one.set.room_id == room.id).cloned().collect();
        let terms = terms.iter().find(|one| one.room == room.id).cloned().unwrap_or_default();
        let in_force = rules::within((room.effective_from, room.effective_until), &facility);
        let sql::Terms { atoms, purposes, attached, mixed, .. } = terms;
        RoomPlan { room, in_force, atoms, sets, purposes, attached, mixed }
    };
    Ok(Plan { rooms: rooms.into_iter().map(of_room).collect(), opening: Opening::new(layers, holidays) })
}

/// The plan of rooms of a facility by which deadlines are reckoned for uses between two days: with what closures of all of it take of
/// its days, for which there is one statement more.
///
/// # Errors
/// As [`load`].
pub(crate) async fn for_deadlines(
    tx: &mut TenantTx,
    id: FacilityId,
    rooms: &[RoomId],
    (from, until): (Date, Date),
) -> Result<Plan, CatalogueError> {
    let Plan { rooms, opening } = load(tx, id, Some(rooms), (from, until), true).await?;
    let until = until.saturating_add(Duration::days(LONGEST_CLOSURE));
    let closed = closure::of_whole(tx, id, (from, until)).await?;
    Ok(Plan { rooms, opening: opening.closing(closed) })
}
