//! 減免 on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref, Yen};

/// A part of the whole: not more than all of it.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ReductionRatio {
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub num: i32,
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub den: i32,
}

/// 減免: a part of the charges that is not asked for. What it says nothing of, it takes nothing off.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ReductionGrant {
    #[oai(validator(min_length = 1, max_length = 50))]
    pub code: String,
    /// 根拠: `減免規則第3条第1号`.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: String,
    /// Percent off the charges for rooms.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub room_percent: Option<i32>,
    /// Percent off the charges for equipment.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub equipment_percent: Option<i32>,
    /// What percent cannot say, such as a third, off the charges for rooms. It takes the place of `room_percent`.
    pub room_ratio: Option<ReductionRatio>,
    /// The same off the charges for equipment. It takes the place of `equipment_percent`.
    pub equipment_ratio: Option<ReductionRatio>,
}

/// What is not asked for of an application that was granted before.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireReductionRequest {
    /// In addition to what was granted before; one of the same code takes its place.
    #[oai(validator(min_items = 1, max_items = 10))]
    pub reductions: Vec<ReductionGrant>,
}

/// What a reduction comes to.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireReduction {
    pub application: Ref<kind::HireApplication>,
    /// What it costs now, and why.
    pub quote: Ref<kind::HireQuote>,
    pub amount_before: Yen,
    pub amount_after: Yen,
    /// To be paid: all of it where nothing was paid yet, and otherwise what was still open of changes.
    pub due_amount: Yen,
    /// Until when that is to be paid.
    pub due_at: Option<Instant>,
    /// What goes back, and of it what came in for a bill that was not paid in full and is called off.
    pub refund_amount: Yen,
    /// The bill of what is to be paid. It takes the place of those that were open.
    pub bill: Option<Ref<kind::Bill>>,
}
