//! 納付期限.

use poem_openapi::Object;

/// The last day to pay what was granted or changed, to its end: at least one of `days_after` and `days_before`, the earlier of both.
/// Never later than the first use begins. Whoever would have less than an hour left, because that day is over or nearly so, pays until
/// the first use begins.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffPaymentRule {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: String,
    /// So many days after it was granted.
    #[oai(validator(minimum(value = "0"), maximum(value = "730")))]
    pub days_after: Option<i32>,
    /// So many days before the first use.
    #[oai(validator(minimum(value = "0"), maximum(value = "730")))]
    pub days_before: Option<i32>,
    /// When the house is closed on that day, the next day on which it is open.
    pub next_open: Option<bool>,
}
