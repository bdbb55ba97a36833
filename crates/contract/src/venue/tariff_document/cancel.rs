//! キャンセル料, 変更.

use poem_openapi::{Enum, Object, Union};

use crate::billing::TaxRounding;

/// キャンセル料: steps from the earliest deadline to the latest; the first whose deadline has not passed decides.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffCancelSchedule {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: String,
    /// The last one is open: however late.
    #[oai(validator(min_items = 1, max_items = 50))]
    pub steps: Vec<TariffCancelStep>,
    /// Of the fee.
    pub mode: TaxRounding,
    /// Yen.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub unit: i64,
}

/// What is kept until a deadline.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffCancelStep {
    /// Absent in the last.
    pub until: Option<TariffDeadline>,
    pub fee: TariffFee,
    /// Of which charges. Absent: of all.
    pub of: Option<TariffFeeOf>,
}

/// The last day on which something counts: exactly one of `days_before` and `months_before`.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffDeadline {
    /// So many days before the use.
    #[oai(validator(minimum(value = "0"), maximum(value = "730")))]
    pub days_before: Option<i32>,
    /// 応当日: the same day of the month so many months before, or that month's last.
    #[oai(validator(minimum(value = "0"), maximum(value = "24")))]
    pub months_before: Option<i32>,
    /// When the house is closed on that day, the next day on which it is open.
    pub next_open: Option<bool>,
}

/// What is kept.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffFee {
    Percent(TariffFeePercent),
    Yen(TariffFeeYen),
}

/// A part of the charge.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffFeePercent {
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub percent: i32,
}

/// This much, but never more than the charge.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffFeeYen {
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
}

/// Of which charges a fee is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffFeeOf {
    All,
    Room,
    Equipment,
}

/// What may be changed of a hire that was paid for.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffChangeRule {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: String,
    /// How often.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub most: i32,
    /// The last day on which it may be changed. Absent: until the use begins.
    pub until: Option<TariffDeadline>,
    /// What becomes of what it is cheaper by. Absent: what `refunds_difference` says, or else `by_cancel_schedule`.
    pub reduction: Option<TariffCheaper>,
    /// 差額還付: true is `refund`, false is `keep`.
    pub refunds_difference: Option<bool>,
}

/// What becomes of the difference when a change makes a hire cheaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffCheaper {
    /// It goes back.
    Refund,
    /// It is kept.
    Keep,
    /// As if so much of the hire were cancelled.
    ByCancelSchedule,
}
