//! Slots on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// What the time between two slots is to who hires both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SlotGapPolicy {
    /// Theirs, at no charge.
    FreeIfBoth,
    /// Nobody's.
    Closed,
    /// Theirs, charged as an extension.
    BillableExtension,
}

/// 利用区分: a named slot of the day of use.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct Slot {
    /// What tariffs call it: `AM`. No `+`, which joins the codes of consecutive slots.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 50))]
    pub name: String,
    /// `09:00`.
    #[oai(validator(max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub starts: String,
    /// `12:00`; after midnight the hours go on: `26:00` is two in the morning of the next day.
    #[oai(validator(max_length = 5, pattern = "^([0-3][0-9]|4[0-7]):[0-5][0-9]$|^48:00$"))]
    pub ends: String,
}

/// A part of each year.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SlotSeason {
    /// The first day, month and day: `11-01`.
    #[oai(validator(max_length = 5, pattern = "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))]
    pub from: String,
    /// The last day; before `from` when the season goes over New Year.
    #[oai(validator(max_length = 5, pattern = "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))]
    pub until: String,
}

/// The slots of a room while they are in force.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SlotSet {
    pub id: Ref<kind::SlotSet>,
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub gap_policy: SlotGapPolicy,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    pub season: Option<SlotSeason>,
    /// In the order of the day.
    #[oai(validator(max_items = 48))]
    pub slots: Vec<Slot>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it was ended although something was let for after that; for the house only.
    #[oai(validator(max_length = 200))]
    pub ended_despite: Option<String>,
}

/// Slots for a room.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SlotSetRequest {
    pub room: Ref<kind::Room>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    pub gap_policy: SlotGapPolicy,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    /// Absent: all the year.
    pub season: Option<SlotSeason>,
    #[oai(validator(min_items = 1, max_items = 48))]
    pub slots: Vec<Slot>,
}

/// When slots end. Their times never change; another set follows.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SlotSetUpdate {
    /// Not any more from this day on; `null`: without an end.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
    /// Why it ends although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}

/// Slots that follow others from a day on. What is left out stays as it is.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SlotSetSuccession {
    /// From this day on; what there is ends before it.
    pub effective_from: Date,
    /// Why, although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    pub gap_policy: Option<SlotGapPolicy>,
    /// All of them anew.
    #[oai(validator(min_items = 1, max_items = 48))]
    pub slots: Option<Vec<Slot>>,
}
