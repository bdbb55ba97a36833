//! 料金表の文書 as it is sent: what may stand where. What it means together, the findings say.

mod cancel;
mod condition;
mod draft;
mod equipment;
mod extension;
mod payment;
mod rule;
mod table;

use poem_openapi::Object;

use super::tariff::TariffAppliesBy;
use crate::{
    Date,
    billing::{TaxRate, TaxRounding},
};
pub use cancel::{
    TariffCancelSchedule, TariffCancelStep, TariffChangeRule, TariffCheaper, TariffDeadline, TariffFee, TariffFeeOf,
    TariffFeePercent, TariffFeeYen,
};
pub use condition::{
    TariffAll, TariffAny, TariffCondition, TariffFact, TariffNot, TariffRange, TariffTest, TariffValue,
};
pub use draft::TariffDraft;
pub use equipment::{TariffEquipment, TariffEquipmentPrice, TariffUnit};
pub use extension::{
    TariffExtension, TariffExtensionPrice, TariffExtensionRow, TariffExtensionRows, TariffExtensionShare,
    TariffExtensionYen, TariffShareOf,
};
pub use payment::TariffPaymentRule;
pub use rule::{
    TariffCodes, TariffFactor, TariffMetered, TariffOf, TariffRate, TariffReduction, TariffRounding, TariffRule,
    TariffRunning, TariffScope, TariffStack,
};
pub use table::{
    TariffKey, TariffPer, TariffPerHeadOf, TariffPerMinutes, TariffPerWhole, TariffRow, TariffSpanBy, TariffTable,
};

/// One version of a facility's tariff.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireTariff {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// 条例の根拠: `○○市文化会館条例 別表第1`.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: String,
    pub applies_by: TariffAppliesBy,
    pub effective_from: Date,
    /// Not any more from this day on. Absent: until another version is published.
    pub effective_until: Option<Date>,
    /// The edition of the rules that it is written for: 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "9999")))]
    pub engine: i32,
    pub tax: TariffTaxRule,
    /// 入場料の区分, by the highest admission that is charged. Absent where admission does not matter.
    #[oai(validator(max_items = 50))]
    pub bands: Option<Vec<TariffBand>>,
    /// Absent where the season does not matter.
    #[oai(validator(max_items = 50))]
    pub seasons: Option<Vec<TariffSeason>>,
    /// In the order of evaluation.
    #[oai(validator(min_items = 1, max_items = 200))]
    pub components: Vec<TariffComponent>,
    /// キャンセル料. Absent: what was paid is kept whenever who hired cancels.
    pub cancel: Option<TariffCancelSchedule>,
    /// 変更. Absent: as often as there is room; what becomes cheaper goes by the schedule of cancellation.
    pub change: Option<TariffChangeRule>,
    /// 納付期限. Absent: fourteen days, or until the first use begins.
    pub payment: Option<TariffPaymentRule>,
}

/// How the amounts of the document stand to consumption tax.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffTaxRule {
    pub rate: TaxRate,
    /// 内税: the amounts include it. Otherwise it is added to the total, once.
    pub inclusive: bool,
    pub rounding: TaxRounding,
}

/// A range of admission in yen, both ends included; a free event charges 0.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffBand {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub code: String,
    #[oai(validator(minimum(value = "0"), maximum(value = "999999999")))]
    pub from: i64,
    /// Absent: however much.
    #[oai(validator(minimum(value = "0"), maximum(value = "999999999")))]
    pub until: Option<i64>,
}

/// A part of the year, both days included; it may go over New Year.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffSeason {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub code: String,
    /// `MM-DD`.
    #[oai(validator(pattern = "^[0-9]{2}-[0-9]{2}$"))]
    pub from: String,
    /// `MM-DD`.
    #[oai(validator(pattern = "^[0-9]{2}-[0-9]{2}$"))]
    pub until: String,
}

/// What a thing is called.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffLabel {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub ja: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub en: Option<String>,
}

/// One step of the computation.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffComponent {
    /// What other components call it.
    #[oai(validator(min_length = 1, max_length = 50))]
    pub code: String,
    pub label: TariffLabel,
    /// 備考3, 第7条第2項. Absent: that of the document.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: Option<String>,
    /// For which uses. Absent: for all.
    pub when: Option<TariffCondition>,
    pub rule: TariffRule,
}
