//! Purposes on the wire.

use kernel::ids::kind;
use poem_openapi::{Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// 利用目的: what rooms are used for.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Purpose {
    pub id: Ref<kind::Purpose>,
    /// Of one purpose of the contractor at a time; tariffs name it.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    /// Its place in lists of the house.
    pub ordinal: i32,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A purpose to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PurposeRequest {
    /// Of one purpose of the contractor at a time. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    /// Its place in lists of the house; 0 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
}

/// What changes of a purpose.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PurposeUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
    /// 廃止日: not any more from this day on.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
}
