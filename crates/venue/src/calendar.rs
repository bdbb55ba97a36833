//! 空き状況: rooms × days, in a number of statements that does not depend on how many they are.

mod rules;
pub(crate) mod sql;

use db::TenantTx;
use kernel::{
    Instant, Page, PageAsk,
    clock::start_of_day,
    ids::{FacilityId, RoomId},
};
use time::{Date, Duration};

use crate::{
    catalogue::CatalogueError,
    opening::DayPlan,
    plan::{self, RoomPlan},
    room::Room,
    span::Span,
};

/// Gaps, and slots that go over midnight, reach no further than this beyond the days.
const MARGIN: Duration = Duration::days(2);

/// What a time is to somebody who would hire it. Of what is taken, the later is less free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Free,
    /// It is free, and hired at the counter only.
    StaffOnly,
    /// It has begun, and nobody had it.
    Past,
    /// It cannot be hired as a whole: a part of the room, or some of the time, is taken.
    Partly,
    /// Somebody holds it and may let it go, or asked for it and it is not decided or paid yet.
    Held,
    Booked,
    Closed,
}

/// How much of it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Slots where a room is hired by them, and what is taken.
    Slots,
    /// The time in which the house is open, cut where its state changes.
    Grid,
    /// One state for each day.
    Days,
}

/// What of the calendar is asked for.
#[derive(Debug, Clone, Copy)]
pub struct CalendarAsk {
    pub facility: FacilityId,
    /// One room only.
    pub room: Option<RoomId>,
    pub from: Date,
    /// At most 31.
    pub days: u16,
    pub view: View,
    /// Whether the house itself looks: it sees hidden rooms, and hires out what is only shown.
    pub hidden: bool,
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

/// One day of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOfRoom {
    pub plan: DayPlan,
    /// Only where days are asked for.
    pub state: Option<State>,
}

/// One room in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomCalendar {
    pub room: Room,
    /// What each day is, and when the house is open.
    pub days: Vec<DayOfRoom>,
    /// Of each day, in the order of time. None where it is not hired by slots, or they are not asked for.
    pub slots: Vec<SlotOnDay>,
    /// The open time in the order of time, cut where its state changes. Only where the grid is asked for.
    pub stretches: Vec<(Span, State)>,
    /// What is taken of it or of a part of it, gaps included, in the order of time. None where only days are asked for.
    pub busy: Vec<Busy>,
}

/// A page of the rooms of a facility, in the order of the house, from a day on. Hidden rooms only for who sees them.
///
/// # Errors
/// [`CatalogueError::Absent`] when there is no such facility, or the page begins behind a room that is not there.
pub async fn view(
    tx: &mut TenantTx,
    ask: &CalendarAsk,
    page: &PageAsk,
    now: Instant,
) -> Result<Page<RoomCalendar>, CatalogueError> {
    let (from, until) = (ask.from, ask.from.saturating_add(Duration::days(ask.days.into())));
    let all = sql::rooms(tx, ask, (from, until)).await?;
    let after = match page.after {
        None => 0,
        Some(after) => all.iter().position(|id| id.uuid() == after).ok_or(CatalogueError::Absent)?.saturating_add(1),
    };
    let limit = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let shown = Page::from_rows(all.into_iter().skip(after).take(limit).collect(), page, |id: &RoomId| id.uuid());
    let plan = plan::load(tx, ask.facility, Some(&shown.items), (from, until), ask.hidden).await?;
    let rooms: Vec<&RoomPlan> = shown.items.iter().filter_map(|id| plan.room(*id)).collect();
    let atoms = rooms.iter().flat_map(|room| room.atoms.iter().copied()).collect();
    // a use before the first day, or after the last one, may need its gap within
    let (begins, ends) = (start_of_day(from).saturating_sub(MARGIN), start_of_day(until).saturating_add(MARGIN));
    let taken = rules::Taken::of(sql::busy(tx, atoms, begins, ends, now).await?);
    let eye = rules::Eye { opening: &plan.opening, taken: &taken, view: ask.view, house: ask.hidden, now };
    let items = rooms.iter().map(|room| eye.room(room, from, until)).collect();
    Ok(Page { items, next: shown.next })
}
