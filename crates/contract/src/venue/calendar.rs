//! The calendar of rooms on the wire. It is large, so it is written straight as text instead of by way of values.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::opening::DayClass;
use crate::{Date, Instant, Ref};

/// What a time is to somebody who would hire it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum RoomState {
    Free,
    /// It is free, and hired at the counter of the house only.
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

/// How much the calendar tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CalendarView {
    /// The slots of rooms that are hired by them, and what is taken.
    Slots,
    /// The time in which the house is open, cut where its state changes, and what is taken.
    Grid,
    /// One state for each day.
    Days,
}

/// Open time that is in one state.
#[derive(Debug, Clone, Object, Serialize)]
pub struct RoomStretch {
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub state: RoomState,
}

/// A slot on a day.
#[derive(Debug, Clone, Object, Serialize)]
pub struct RoomSlot {
    pub date: Date,
    #[oai(validator(max_length = 20))]
    pub code: String,
    #[oai(validator(max_length = 50))]
    pub name: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub state: RoomState,
}

/// A time that is taken, with what is kept free beside it.
#[derive(Debug, Clone, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct RoomBusy {
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub state: RoomState,
    /// Of a closure.
    #[oai(validator(max_length = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// From one moment until another.
#[derive(Debug, Clone, Object, Serialize)]
pub struct OpenHours {
    pub starts_at: Instant,
    pub ends_at: Instant,
}

/// What a day is for a room.
#[derive(Debug, Clone, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct RoomDay {
    pub date: Date,
    pub day_class: DayClass,
    /// Empty: closed. Absent: nothing but its slots limits it.
    #[oai(validator(max_items = 10))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<Vec<OpenHours>>,
    /// The layer of the calendar that says so.
    #[oai(validator(max_length = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// With `view=days`: of all that could be hired on the day, as far as it is not over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<RoomState>,
}

/// One room in the calendar.
#[derive(Debug, Clone, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct RoomCalendar {
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_items = 31))]
    pub days: Vec<RoomDay>,
    /// With `view=slots`, where it is hired by slots: those of each day, in the order of time.
    #[oai(validator(max_items = 1488))]
    pub slots: Vec<RoomSlot>,
    /// With `view=grid`: in the order of time.
    #[oai(validator(max_items = 20000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stretches: Option<Vec<RoomStretch>>,
    /// What is taken of it or of a part of it, in the order of time; empty with `view=days`.
    #[oai(validator(max_items = 10000))]
    pub busy: Vec<RoomBusy>,
}

/// 空き状況 of the rooms of a facility.
#[derive(Debug, Clone, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct FacilityCalendar {
    pub facility: Ref<kind::Facility>,
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// In the order of the house.
    #[oai(validator(max_items = 100))]
    pub rooms: Vec<RoomCalendar>,
    /// Where more rooms follow.
    #[oai(validator(max_length = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
