//! Terms on the wire.

use kernel::ids::kind;
use poem_openapi::{Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// 期: the stretch of the year that classes belong to.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Term {
    pub id: Ref<kind::Term>,
    /// Unique at the contractor.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    pub starts_on: Date,
    /// The first day that is no longer of it.
    pub ends_on: Date,
    /// Whose participants may come first in this one.
    pub previous: Option<Ref<kind::Term>>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A term to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TermRequest {
    /// Unique at the contractor. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    pub starts_on: Date,
    /// The first day that is no longer of it.
    pub ends_on: Date,
    /// Whose participants may come first in this one.
    pub previous: Option<Ref<kind::Term>>,
}

/// What changes of a term.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TermUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    pub starts_on: Option<Date>,
    /// The first day that is no longer of it.
    pub ends_on: Option<Date>,
}
