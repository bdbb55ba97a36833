//! 基本使用料.

use poem_openapi::{Enum, Object, Union};

use crate::venue::opening::DayClass;

/// 基本使用料: looked up, never guessed. A row that is missing is an error, and so is a use that no table is for.
#[derive(Debug, Clone, Object)]
pub struct TariffTable {
    /// 加算: the table is charged beside the price of the room, as cleaning is, and is no price of a room by itself. Absent or false:
    /// it is the price of every room that it is for, alone or with other such tables.
    pub addition: Option<bool>,
    /// By what a row is found.
    #[oai(validator(max_items = 7))]
    pub key: Vec<TariffKey>,
    /// In which order several slots in a row are looked up: never the cheapest cover. Absent: by the exact span alone.
    #[oai(validator(min_items = 1, max_items = 2))]
    pub span_by: Option<Vec<TariffSpanBy>>,
    /// What the price of a row is for. Absent: the slot, the span or the use as it is, over however many days; `day`: each day of it.
    pub per: Option<TariffPer>,
    #[oai(validator(min_items = 1, max_items = 5000))]
    pub rows: Vec<TariffRow>,
}

/// By what a row of a table is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffKey {
    Space,
    DayClass,
    Band,
    Season,
    Span,
    UserClass,
    UseKind,
}

/// How consecutive slots find their price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffSpanBy {
    /// The row of exactly these slots: `PM+NT`.
    ExactSpan,
    /// The rows of the single slots, added up.
    SumOfSlots,
}

/// What the price of a row is for.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffPer {
    Whole(TariffPerWhole),
    Minutes(TariffPerMinutes),
    HeadOf(TariffPerHeadOf),
}

/// The use as it is; each civil day that it is on, of which slots and what is within the hours of one day of the house are one; or each
/// person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffPerWhole {
    Use,
    Day,
    Head,
}

/// Each begun so many minutes.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffPerMinutes {
    #[oai(validator(minimum(value = "1"), maximum(value = "44640")))]
    pub minutes: i64,
}

/// Each person of a kind.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffPerHeadOf {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub head_of: String,
}

/// A row of a table: what its key names, and the price. Without a user class it is for who belongs to none, without a use kind
/// for a use of no special kind.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffRow {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub space: Option<String>,
    pub day_class: Option<DayClass>,
    #[oai(validator(min_length = 1, max_length = 64))]
    pub band: Option<String>,
    #[oai(validator(min_length = 1, max_length = 64))]
    pub season: Option<String>,
    /// Slot codes joined by `+`, in the order of the day. Empty: of a use that is not by slots.
    #[oai(validator(max_length = 1000))]
    pub span: Option<String>,
    #[oai(validator(min_length = 1, max_length = 64))]
    pub user_class: Option<String>,
    #[oai(validator(min_length = 1, max_length = 64))]
    pub use_kind: Option<String>,
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
}
