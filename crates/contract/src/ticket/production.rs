//! Productions on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Instant, Ref};

/// Who sees a production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ProductionState {
    /// The house alone.
    Draft,
    /// Everybody, before it is on sale.
    Announced,
    /// Everybody.
    Published,
}

/// 公演: what is performed, however often.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Production {
    pub id: Ref<kind::Production>,
    #[oai(validator(max_length = 200))]
    pub title: String,
    #[oai(validator(max_length = 200))]
    pub title_en: Option<String>,
    /// 主催.
    #[oai(validator(max_length = 200))]
    pub organiser: String,
    #[oai(validator(max_length = 50))]
    pub genre: Option<String>,
    #[oai(validator(max_length = 10000))]
    pub description: Option<String>,
    /// 特定興行入場券: the Act of 2019 against ticket touts applies.
    pub specified_ticket: bool,
    pub state: ProductionState,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A production to be made, as a draft.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ProductionRequest {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title_en: Option<String>,
    /// 主催.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub organiser: String,
    #[oai(validator(min_length = 1, max_length = 50))]
    pub genre: Option<String>,
    #[oai(validator(min_length = 1, max_length = 10000))]
    pub description: Option<String>,
    /// 特定興行入場券: the Act of 2019 against ticket touts applies. It stays as it is.
    #[oai(default)]
    pub specified_ticket: bool,
}

/// What changes of a production.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ProductionUpdate {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub title_en: MaybeUndefined<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub organiser: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 50))]
    pub genre: MaybeUndefined<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 10000))]
    pub description: MaybeUndefined<String>,
}
