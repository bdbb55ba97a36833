//! For which uses a component is.

use poem_openapi::{Enum, Object, Union};

use crate::Word;

/// A condition: comparisons of facts, and nothing that would have to be executed.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffCondition {
    All(TariffAll),
    Any(TariffAny),
    Not(TariffNot),
    Test(TariffTest),
}

/// Each of them.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffAll {
    #[oai(validator(max_items = 100))]
    pub all: Vec<TariffCondition>,
}

/// One of them at least.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffAny {
    #[oai(validator(max_items = 100))]
    pub any: Vec<TariffCondition>,
}

/// Not that.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffNot {
    pub not: Box<TariffCondition>,
}

/// One fact compared: exactly one of `eq`, `in` and `range`. Of a fact that has several values it is enough when one passes.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffTest {
    pub fact: TariffFact,
    /// Of which kind of people; with `headcount` alone.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub of: Option<String>,
    pub eq: Option<TariffValue>,
    #[oai(rename = "in", validator(max_items = 200))]
    pub among: Option<Vec<TariffValue>>,
    pub range: Option<TariffRange>,
}

/// Both ends included.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffRange {
    pub from: Option<i64>,
    pub until: Option<i64>,
}

/// What a fact is compared with.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffValue {
    Truth(bool),
    Number(i64),
    Text(Word),
}

/// Everything that a price may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffFact {
    DayClass,
    Season,
    Band,
    /// The code of the room.
    Space,
    /// Codes of slots joined by `+`.
    Span,
    UserClass,
    /// `person`, `group`.
    OrganiserKind,
    /// `web`, `server`, `counter`.
    Channel,
    Purpose,
    UseKind,
    /// What is on: `cooling`. It may be more than one thing.
    Meter,
    Resident,
    Commercial,
    GoodsSale,
    Alcohol,
    AdmissionCharged,
    /// Yen.
    Admission,
    Minutes,
    Heads,
    /// Heads of one kind.
    Headcount,
    SlotCount,
    EquipmentCount,
    /// Days in a row for which the application hires the room; overtime makes no day of it.
    ConsecutiveDays,
    /// Days from the application to the use.
    LeadDays,
    /// Whole months back from the use at which the application was not yet due.
    LeadMonths,
}
