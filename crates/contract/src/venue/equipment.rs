//! Equipment on the wire.

use kernel::ids::kind;
use poem_openapi::{Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// 附属設備: an item of which a facility has some.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Equipment {
    pub id: Ref<kind::Equipment>,
    pub facility: Ref<kind::Facility>,
    /// Of one item of the facility at a time; tariffs name it.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    /// 台, 本, 式, 脚.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How many there are.
    pub capacity: i32,
    /// Busy that much longer before each use.
    pub gap_before_minutes: i32,
    /// Busy that much longer after each use.
    pub gap_after_minutes: i32,
    pub max_per_hire: Option<i32>,
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

/// An item to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct EquipmentRequest {
    pub facility: Ref<kind::Facility>,
    /// Of one item of the facility at a time; tariffs name it. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    /// 台, 本, 式, 脚.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub unit: String,
    /// How many there are.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: i32,
    /// Busy that much longer before each use. None when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_before_minutes: Option<i32>,
    /// Busy that much longer after each use. None when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_after_minutes: Option<i32>,
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub max_per_hire: Option<i32>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
}

/// What changes of an item.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct EquipmentUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    /// Never fewer than are claimed for one moment to come.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: Option<i32>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "100000")))]
    pub max_per_hire: MaybeUndefined<i32>,
    /// 廃止日: not any more from this day on.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
    /// Why it ends although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}

/// An item that follows another from a day on, under its code. What is left out stays as it is.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct EquipmentSuccession {
    /// From this day on; what there is ends before it.
    pub effective_from: Date,
    /// Why, although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(validator(min_length = 1, max_length = 20))]
    pub unit: Option<String>,
    /// Not fewer than are claimed for one moment from that day on.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_before_minutes: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "1440")))]
    pub gap_after_minutes: Option<i32>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "100000")))]
    pub max_per_hire: MaybeUndefined<i32>,
}

/// So many of an item are left all through a time.
#[derive(Debug, Clone, Object)]
pub struct EquipmentStep {
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub free: i64,
}

/// How many of an item are left.
#[derive(Debug, Clone, Object)]
pub struct EquipmentAvailability {
    pub equipment: Ref<kind::Equipment>,
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// One after the other, each with another number than the one before it.
    #[oai(validator(max_items = 20000))]
    pub steps: Vec<EquipmentStep>,
}
