//! The calendar.

use ::venue::{calendar, span::Span};
use contract::venue::calendar::{
    CalendarView, OpenHours, RoomBusy, RoomCalendar, RoomDay, RoomSlot, RoomState, RoomStretch,
};

use super::opening;

const fn state(state: calendar::State) -> RoomState {
    match state {
        calendar::State::Free => RoomState::Free,
        calendar::State::StaffOnly => RoomState::StaffOnly,
        calendar::State::Past => RoomState::Past,
        calendar::State::Partly => RoomState::Partly,
        calendar::State::Held => RoomState::Held,
        calendar::State::Booked => RoomState::Booked,
        calendar::State::Closed => RoomState::Closed,
    }
}

pub const fn view(given: CalendarView) -> calendar::View {
    match given {
        CalendarView::Slots => calendar::View::Slots,
        CalendarView::Grid => calendar::View::Grid,
        CalendarView::Days => calendar::View::Days,
    }
}

fn slot(slot: calendar::SlotOnDay) -> RoomSlot {
    RoomSlot {
        date: slot.day.into(),
        code: slot.code,
        name: slot.name,
        starts_at: slot.during.from().into(),
        ends_at: slot.during.until().into(),
        state: state(slot.state),
    }
}

fn busy(busy: calendar::Busy) -> RoomBusy {
    RoomBusy {
        starts_at: busy.during.from().into(),
        ends_at: busy.during.until().into(),
        state: state(busy.state),
        label: busy.label,
    }
}

fn day(day: calendar::DayOfRoom) -> RoomDay {
    let hours = |one: &Span| OpenHours { starts_at: one.from().into(), ends_at: one.until().into() };
    RoomDay {
        date: day.plan.day.into(),
        day_class: opening::day_class(day.plan.class),
        open: day.plan.open.map(|spans| spans.iter().map(hours).collect()),
        why: day.plan.why,
        state: day.state.map(state),
    }
}

pub fn room_calendar(one: calendar::RoomCalendar, view: calendar::View) -> RoomCalendar {
    let stretch = |(during, of): (Span, calendar::State)| RoomStretch {
        starts_at: during.from().into(),
        ends_at: during.until().into(),
        state: state(of),
    };
    let stretches = one.stretches.into_iter().map(stretch).collect();
    RoomCalendar {
        days: one.days.into_iter().map(day).collect(),
        room: one.room.id.into(),
        code: one.room.code,
        name: one.room.name,
        slots: one.slots.into_iter().map(slot).collect(),
        stretches: (view == calendar::View::Grid).then_some(stretches),
        busy: one.busy.into_iter().map(busy).collect(),
    }
}
