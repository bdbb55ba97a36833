//! 空き状況: rooms × days, in a number of statements that does not depend on how many they are.

mod rules;
pub(crate) mod sql;

use db::TenantTx;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{FacilityId, RoomId},
};
use time::{Date, Duration};

use crate::{catalogue::CatalogueError, opening::DayPlan, plan, room::Room, span::Span};

/// What a time is to somebody who would hire it, from the freest to the least free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Free,
    /// Somebody holds it, and may let it go.
    Held,
    Booked,
    Closed,
}

/// A time that is not free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    pub during: Span,
    pub state: State,
    /// What everybody may read of a closure.
    pub label: Option<String>,
}

/// A slot on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotOnDay {
    pub day: Date,
    pub code: String,
    pub name: String,
    pub during: Span,
    pub state: State,
}

/// One room in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomCalendar {
    pub room: Room,
    /// What each day is, and when the house is open.
    pub days: Vec<DayPlan>,
    /// Of each day, in the order of time. None where it is not hired by slots.
    pub slots: Vec<SlotOnDay>,
    /// What is taken, gaps included, in the order of time.
    pub busy: Vec<Busy>,
}

/// The rooms of a facility from a day on, for so many days; hidden rooms only for who sees them. At most 100 rooms, in the
/// order of the house.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn view(
    tx: &mut TenantTx,
    id: FacilityId,
    from: Date,
    days: u16,
    hidden: bool,
    now: Instant,
) -> Result<Vec<RoomCalendar>, CatalogueError> {
    let until = from.saturating_add(Duration::days(days.into()));
    let plan = plan::load(tx, id, None, (from, until), hidden).await?;
    let ids: Vec<RoomId> = plan.rooms.iter().map(|one| one.room.id).collect();
    // a use before the first day, or after the last one, may need its gap within
    let margin = Duration::days(2);
    let (begins, ends) = (start_of_day(from) - margin, start_of_day(until) + margin);
    let taken = sql::busy(tx, ids, begins, ends, now).await?;
    Ok(plan.rooms.iter().map(|room| rules::of_room(room, &plan.opening, &taken, from, until)).collect())
}
