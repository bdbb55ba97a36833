//! 延長・超過の料金.

use poem_openapi::{Object, Union};

use super::rule::TariffCodes;
use crate::{billing::TaxRounding, venue::opening::DayClass};

/// 延長・超過: a price for each begun `per_minutes`.
#[derive(Debug, Clone, Object)]
pub struct TariffExtension {
    #[oai(validator(minimum(value = "1"), maximum(value = "1440")))]
    pub per_minutes: i64,
    pub price: TariffExtensionPrice,
}

/// How an extension is priced.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffExtensionPrice {
    Yen(TariffExtensionYen),
    Rows(TariffExtensionRows),
    ShareOf(TariffExtensionShare),
}

/// The same for every step.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffExtensionYen {
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
}

/// By room, and by the time at which each step begins.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffExtensionRows {
    #[oai(validator(min_items = 1, max_items = 500))]
    pub rows: Vec<TariffExtensionRow>,
}

/// Half-open: from the one time until the other. `00:00` is the midnight with which the day of use begins, `24:00` the one with which
/// it ends; after that it goes on, as in `22:00` to `25:00`. A time that no row holds as it is counted goes by what its clock shows.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffExtensionRow {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub space: Option<String>,
    pub day_class: Option<DayClass>,
    /// `HH:MM`.
    #[oai(validator(pattern = "^[0-4][0-9]:[0-5][0-9]$"))]
    pub from: String,
    /// `HH:MM`, at most `48:00`.
    #[oai(validator(pattern = "^[0-4][0-9]:[0-5][0-9]$"))]
    pub until: String,
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
}

/// 時間割: a share of what the slots cost.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffExtensionShare {
    pub share_of: TariffShareOf,
}

/// What `of` came to, divided by the minutes that it was for, times the minutes of a step; rounded for each step.
/// Where none of those is for a use, this is no price of its extensions.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffShareOf {
    pub of: TariffCodes,
    #[oai(validator(minimum(value = "0")))]
    pub num: i64,
    #[oai(validator(minimum(value = "1")))]
    pub den: i64,
    pub mode: TaxRounding,
    /// Yen.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub unit: i64,
}
