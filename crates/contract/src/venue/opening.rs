//! Holidays and the layers of the opening calendar on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use super::slot_set::SlotSeason;
use crate::{Date, Instant, Ref};

/// What sort of day it is, for prices and hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, serde::Serialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DayClass {
    Weekday,
    Saturday,
    Sunday,
    /// 祝日.
    Holiday,
    /// As the house decided.
    Special,
}

/// 祝日.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Holiday {
    pub date: Date,
    /// Absent: the contractor struck out the law's holiday.
    #[oai(validator(max_length = 50))]
    pub name: Option<String>,
    /// Whether the contractor says so, and not the law.
    pub own: bool,
    /// Why it closes times that were let already; for the house only.
    #[oai(validator(max_length = 200))]
    pub closed_despite: Option<String>,
}

/// The holidays of a time.
#[derive(Debug, Clone, Object)]
pub struct Holidays {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    #[oai(validator(max_items = 1000))]
    pub holidays: Vec<Holiday>,
}

/// What a day is.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HolidayRequest {
    pub date: Date,
    /// Its name; `null`: it is no holiday, whatever the law says; absent: as the law says.
    #[oai(nullable, validator(min_length = 1, max_length = 50))]
    pub name: MaybeUndefined<String>,
    /// Why it closes times that were let already: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}

/// A file of holidays was taken over.
#[derive(Debug, Clone, Object)]
pub struct HolidayImport {
    /// How many days it named.
    pub days: i32,
    /// Days of which the contractor said something else by hand: that stands.
    #[oai(validator(max_items = 15000))]
    pub kept: Vec<Date>,
    /// Days that an earlier file named and this one, from its first day to its last, does not: as the law says again.
    #[oai(validator(max_items = 15000))]
    pub taken_away: Vec<Date>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// From one day until another, which is not part of it.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct DateRange {
    pub from: Date,
    pub until: Date,
}

/// On which days a layer holds. Every condition that is given must be met, and a list that is given names something.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct LayerDays {
    /// Absent: every day of the week.
    #[oai(validator(max_items = 7, unique_items = true))]
    pub weekdays: Option<Vec<Weekday>>,
    /// Which of these days of the week in a month, from 1; −1 is the last.
    #[oai(validator(max_items = 6, unique_items = true, minimum(value = "-1"), maximum(value = "5")))]
    pub nth: Option<Vec<i32>>,
    /// A part of each year.
    pub season: Option<SlotSeason>,
    /// `true`: only on holidays; `false`: never on them.
    pub holidays: Option<bool>,
    /// Absent: at any time.
    #[oai(validator(max_items = 366))]
    pub dates: Option<Vec<DateRange>>,
    /// 振替休館: when the day is a holiday, the first day after it that is none instead.
    pub moved_by_holiday: Option<bool>,
}

/// From one time of the day until another.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct LayerHours {
    /// `09:00`.
    #[oai(validator(max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub opens: String,
    /// `22:00`; after midnight the hours go on: `26:00` is two in the morning of the next day.
    #[oai(validator(max_length = 5, pattern = "^([0-3][0-9]|4[0-7]):[0-5][0-9]$|^48:00$"))]
    pub closes: String,
}

/// 開館カレンダーの層: of the layers that hold a day, the last in their order decides.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CalendarLayer {
    pub id: Ref<kind::CalendarLayer>,
    pub facility: Ref<kind::Facility>,
    /// Absent: all rooms of the facility.
    pub room: Option<Ref<kind::Room>>,
    /// What a closed day is explained by.
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub ordinal: i32,
    pub days: LayerDays,
    /// Empty: closed. Absent: it says nothing of hours.
    #[oai(validator(max_items = 10))]
    pub hours: Option<Vec<LayerHours>>,
    pub day_class: Option<DayClass>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it closes times that were let already; for the house only.
    #[oai(validator(max_length = 200))]
    pub closed_despite: Option<String>,
}

/// A layer to be laid.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CalendarLayerRequest {
    pub facility: Ref<kind::Facility>,
    /// Absent: all rooms of the facility.
    pub room: Option<Ref<kind::Room>>,
    /// What a closed day is explained by: `月曜休館`.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// Higher ones decide over lower ones: 0 for the week, 10 for seasons, 20 for holidays, 30 for single dates.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: i32,
    pub days: LayerDays,
    /// Empty: closed. Absent: it says nothing of hours.
    #[oai(validator(max_items = 10))]
    pub hours: Option<Vec<LayerHours>>,
    /// What sort of day it makes of them. Absent: as the calendar says.
    pub day_class: Option<DayClass>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    /// Why it closes times that were let already: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}

/// When a layer ends.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CalendarLayerUpdate {
    /// Not any more from this day on; `null`: without an end.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
    /// Why it closes times that were let already: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}
