//! What a house decides once for all of its courses, on the wire.

use poem_openapi::{Object, types::MaybeUndefined};

use crate::patron::register::Locale;

/// 運用設定: what counts for all courses.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseSettings {
    /// Whether guardians get a copy of each letter about whom they act for, though whoever applied is reached. Without an address of
    /// whoever applied they get it in any case.
    pub copy_to_guardians: bool,
    /// Hours after a window has closed in which what came on paper in time is entered; then its draw is frozen by itself.
    pub paper_hours: i32,
    /// Hours before a deadline at which somebody is reminded of it; absent: nobody is.
    pub remind_hours: Option<i32>,
    /// Where the house itself is told by mail of each decision that is owed, whether a class runs; absent: nowhere. Kept sealed.
    #[oai(validator(max_length = 254))]
    pub staff_email: Option<String>,
    /// The language of what it is told there.
    pub staff_language: Locale,
    /// 0 until somebody changes something.
    pub version: i32,
}

/// What changes of the settings.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseSettingsUpdate {
    pub copy_to_guardians: Option<bool>,
    #[oai(validator(minimum(value = "0"), maximum(value = "2160")))]
    pub paper_hours: Option<i32>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "720")))]
    pub remind_hours: MaybeUndefined<i32>,
    /// An address of the house, not of a person.
    #[oai(nullable, validator(min_length = 3, max_length = 254))]
    pub staff_email: MaybeUndefined<String>,
    pub staff_language: Option<Locale>,
}
