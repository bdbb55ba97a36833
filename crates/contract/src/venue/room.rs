//! Rooms on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref, Word};

/// By what a room is hired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TimeUnit {
    /// 利用区分: named slots, from the set that is in force.
    Slots,
    /// Any whole number of `grid_minutes`.
    Grid,
    /// The whole day.
    Day,
}

/// What the gaps of two uses come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum GapMode {
    /// One gap, as long as the longer. Where a room that shares a part keeps other gaps, each use keeps both of its own.
    Max,
    /// Both.
    Sum,
}

/// Who decides about an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RoomApproval {
    /// Nobody: it is permitted at once.
    Automatic,
    /// 審査 by staff.
    Staff,
}

/// Who sees a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RoomVisibility {
    /// The house only. Where another room is never hired without it, it is hired together with that.
    Hidden,
    /// Everybody; by itself it is hired at the counter. Where another room is never hired without it, it is hired together with that.
    Shown,
    Bookable,
}

/// Who hires a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RoomOpenTo {
    Everybody,
    /// 利用者登録が必要: only who is registered, as a user of any class, at the moment at which they hold it, apply for it or move into
    /// it. What was applied for stays theirs when the registration ends.
    Registered,
}

/// 付属室: a room that comes with another.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct AttachedRoom {
    pub room: Ref<kind::Room>,
    /// Of the same facility, sharing no part with the other, which is never hired without it, all through its time, whether it is
    /// bookable by itself or not; otherwise it is proposed with it.
    pub required: bool,
}

/// 室場: what is hired.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Room {
    pub id: Ref<kind::Room>,
    pub facility: Ref<kind::Facility>,
    /// Of one room of the facility at a time.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    /// 定員.
    pub capacity: Option<i32>,
    /// The smallest parts it is made of. Rooms that share a part are never hired at the same time.
    #[oai(validator(max_items = 50))]
    pub parts: Vec<String>,
    /// What it may be used for; empty: everything.
    #[oai(validator(max_items = 100))]
    pub purposes: Vec<Ref<kind::Purpose>>,
    /// 付属室.
    #[oai(validator(max_items = 50))]
    pub attached: Vec<AttachedRoom>,
    pub time_unit: TimeUnit,
    pub grid_minutes: Option<i32>,
    /// 準備: kept free before each use.
    pub gap_before_minutes: i32,
    /// 片付け: kept free after each use.
    pub gap_after_minutes: i32,
    pub gap_mode: GapMode,
    pub min_minutes: Option<i32>,
    pub max_minutes: Option<i32>,
    pub approval: RoomApproval,
    pub visibility: RoomVisibility,
    pub open_to: RoomOpenTo,
    /// Its place in lists of the house.
    pub ordinal: i32,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it was ended although something was let for after that; for the house only.
    #[oai(validator(max_length = 200))]
    pub ended_despite: Option<String>,
}

/// A room to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RoomRequest {
    pub facility: Ref<kind::Facility>,
    /// Of one room of the facility at a time; tariffs name it. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    /// 定員.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub capacity: Option<i32>,
    /// The smallest parts of the facility that it is made of, by name; one that is not known yet is made. They stay as they
    /// are. A hall in halves: `["A", "B"]`, its halves `["A"]` and `["B"]`.
    #[oai(validator(min_items = 1, max_items = 50))]
    pub parts: Vec<Word>,
    /// What it may be used for. Absent: everything.
    #[oai(validator(max_items = 100))]
    pub purposes: Option<Vec<Ref<kind::Purpose>>>,
    /// 付属室. Absent: none.
    #[oai(validator(max_items = 50))]
    pub attached: Option<Vec<AttachedRoom>>,
    pub time_unit: TimeUnit,
    /// With `grid` only: a divisor of a day.
    #[oai(validator(minimum(value = "5"), maximum(value = "1440")))]
    pub grid_minutes: Option<i32>,
    /// 準備: kept free before each use. None when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_before_minutes: Option<i32>,
    /// 片付け: kept free after each use. None when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_after_minutes: Option<i32>,
    /// `max` when absent.
    pub gap_mode: Option<GapMode>,
    #[oai(validator(minimum(value = "1"), maximum(value = "44640")))]
    pub min_minutes: Option<i32>,
    #[oai(validator(minimum(value = "1"), maximum(value = "44640")))]
    pub max_minutes: Option<i32>,
    pub approval: RoomApproval,
    pub visibility: RoomVisibility,
    /// `everybody` when absent.
    pub open_to: Option<RoomOpenTo>,
    /// Its place in lists of the house; 0 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
}

/// What changes of a room.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RoomUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub capacity: MaybeUndefined<i32>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "44640")))]
    pub min_minutes: MaybeUndefined<i32>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "44640")))]
    pub max_minutes: MaybeUndefined<i32>,
    /// What it may be used for. Absent: as it is.
    #[oai(validator(max_items = 100))]
    pub purposes: Option<Vec<Ref<kind::Purpose>>>,
    /// 付属室. Absent: as they are.
    #[oai(validator(max_items = 50))]
    pub attached: Option<Vec<AttachedRoom>>,
    pub approval: Option<RoomApproval>,
    pub visibility: Option<RoomVisibility>,
    pub open_to: Option<RoomOpenTo>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
    /// 廃止日: not any more from this day on.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
    /// Why it ends although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}

/// Which rooms one takes with it.
#[derive(Debug, Clone, Object)]
pub struct RoomRelations {
    pub room: Ref<kind::Room>,
    /// They share a part with it: while it is taken, none of them is free.
    #[oai(validator(max_items = 1000))]
    pub blocks: Vec<Ref<kind::Room>>,
}

/// A room that follows another from a day on, under its code. What is left out stays as it is.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RoomSuccession {
    /// From this day on; what there is ends before it.
    pub effective_from: Date,
    /// Why, although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub capacity: MaybeUndefined<i32>,
    /// All of them anew; one that is not known yet is made.
    #[oai(validator(min_items = 1, max_items = 50))]
    pub parts: Option<Vec<Word>>,
    pub time_unit: Option<TimeUnit>,
    /// With `grid` only: a divisor of a day.
    #[oai(nullable, validator(minimum(value = "5"), maximum(value = "1440")))]
    pub grid_minutes: MaybeUndefined<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_before_minutes: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_after_minutes: Option<i32>,
    pub gap_mode: Option<GapMode>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "44640")))]
    pub min_minutes: MaybeUndefined<i32>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "44640")))]
    pub max_minutes: MaybeUndefined<i32>,
    pub approval: Option<RoomApproval>,
    pub visibility: Option<RoomVisibility>,
    pub open_to: Option<RoomOpenTo>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
    #[oai(validator(max_items = 100))]
    pub purposes: Option<Vec<Ref<kind::Purpose>>>,
    #[oai(validator(max_items = 50))]
    pub attached: Option<Vec<AttachedRoom>>,
}
