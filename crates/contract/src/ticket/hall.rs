//! Halls on the wire.

use kernel::ids::kind;
use poem_openapi::{Object, types::MaybeUndefined};

use crate::{Instant, Ref};

/// Where performances take place.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Hall {
    pub id: Ref<kind::Hall>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    #[oai(validator(max_length = 200))]
    pub address: Option<String>,
    /// 消防定員: no performance offers more places.
    pub legal_capacity: Option<i32>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A hall to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HallRequest {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub address: Option<String>,
    /// 消防定員: no performance offers more places.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub legal_capacity: Option<i32>,
}

/// What changes of a hall.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HallUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub address: MaybeUndefined<String>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub legal_capacity: MaybeUndefined<i32>,
}
