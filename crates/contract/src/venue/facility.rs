//! Facilities on the wire.

use kernel::ids::kind;
use poem_openapi::{Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// 施設: a house with rooms for hire.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Facility {
    pub id: Ref<kind::Facility>,
    /// Unique at the contractor.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    #[oai(validator(max_length = 200))]
    pub address: Option<String>,
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
    /// 補正期間: how many days there are to mend what is returned. Absent: seven.
    pub mend_days: Option<i32>,
}

/// A facility to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FacilityRequest {
    /// Unique at the contractor. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub address: Option<String>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    /// 補正期間: how many days there are to mend what is returned. Absent: seven.
    #[oai(validator(minimum(value = "1"), maximum(value = "90")))]
    pub mend_days: Option<i32>,
}

/// What changes of a facility.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FacilityUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub address: MaybeUndefined<String>,
    /// 廃止日: not any more from this day on.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
    /// 補正期間: how many days there are to mend what is returned.
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "90")))]
    pub mend_days: MaybeUndefined<i32>,
    /// Why it ends although something was let for after that: the house's own words. Without it that is refused.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub despite: Option<String>,
}
