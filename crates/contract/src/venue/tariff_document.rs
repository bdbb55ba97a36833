//! 料金表の文書 as it is sent: what may stand where. What it means together, the findings say.

use std::borrow::Cow;

use poem_openapi::{
    Enum, Object, Union,
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde_json::Value;

use super::{opening::DayClass, tariff::TariffAppliesBy};
use crate::{
    Date, Word,
    billing::{TaxRate, TaxRounding},
};

/// A document, kept as it came in once it is found to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffDraft(pub Value);

impl Type for TariffDraft {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        HireTariff::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        HireTariff::schema_ref()
    }

    fn register(registry: &mut Registry) {
        HireTariff::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for TariffDraft {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(value @ Value::Object(_)) => Ok(Self(value)),
            _ => Err(ParseError::custom("not an object")),
        }
    }
}

impl ToJSON for TariffDraft {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}

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
    /// Days in a row on which the application has the room.
    ConsecutiveDays,
    /// Days from the application to the use.
    LeadDays,
    /// Whole months back from the use at which the application was not yet due.
    LeadMonths,
}

/// What a component does.
#[derive(Debug, Clone, Union)]
#[oai(discriminator_name = "kind")]
pub enum TariffRule {
    #[oai(mapping = "table")]
    Table(TariffTable),
    #[oai(mapping = "rate")]
    Rate(TariffRate),
    #[oai(mapping = "factor")]
    Factor(TariffFactor),
    #[oai(mapping = "metered")]
    Metered(TariffMetered),
    #[oai(mapping = "equipment")]
    Equipment(TariffEquipment),
    #[oai(mapping = "extension")]
    Extension(TariffExtension),
    #[oai(mapping = "reduction")]
    Reduction(TariffReduction),
    #[oai(mapping = "round")]
    Round(TariffRounding),
}

/// 基本使用料: looked up, never guessed. A row that is missing is an error.
#[derive(Debug, Clone, Object)]
pub struct TariffTable {
    /// By what a row is found.
    #[oai(validator(max_items = 7))]
    pub key: Vec<TariffKey>,
    /// In which order several slots in a row are looked up: never the cheapest cover. Absent: by the exact span alone.
    #[oai(validator(min_items = 1, max_items = 2))]
    pub span_by: Option<Vec<TariffSpanBy>>,
    /// What the price of a row is for. Absent: the slot, the span or the day as it is.
    pub per: Option<TariffPer>,
    #[oai(validator(min_items = 1, max_items = 5000))]
    pub rows: Vec<TariffRow>,
}

/// 加算: `num/den` of what `of` names is added.
#[derive(Debug, Clone, Object)]
pub struct TariffRate {
    #[oai(validator(minimum(value = "0")))]
    pub num: i64,
    #[oai(validator(minimum(value = "1")))]
    pub den: i64,
    pub of: TariffOf,
}

/// 倍率: what `of` names becomes `num/den` times as much.
#[derive(Debug, Clone, Object)]
pub struct TariffFactor {
    #[oai(validator(minimum(value = "0")))]
    pub num: i64,
    #[oai(validator(minimum(value = "1")))]
    pub den: i64,
    pub of: TariffOf,
}

/// 冷暖房 and the like: a price for each begun `per_minutes` of each time that it was on.
#[derive(Debug, Clone, Object)]
pub struct TariffMetered {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub meter: String,
    #[oai(validator(minimum(value = "1"), maximum(value = "44640")))]
    pub per_minutes: i64,
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
}

/// 附属設備.
#[derive(Debug, Clone, Object)]
pub struct TariffEquipment {
    #[oai(validator(max_items = 2000))]
    pub prices: Vec<TariffEquipmentPrice>,
}

/// 延長・超過: a price for each begun `per_minutes`.
#[derive(Debug, Clone, Object)]
pub struct TariffExtension {
    #[oai(validator(minimum(value = "1"), maximum(value = "1440")))]
    pub per_minutes: i64,
    pub price: TariffExtensionPrice,
}

/// 減免: what was granted, of the room charges and of the equipment apart.
#[derive(Debug, Clone, Object)]
pub struct TariffReduction {
    /// Components of the room charges.
    pub of: TariffCodes,
    /// Components of the equipment. Absent: nothing comes off equipment.
    pub equipment: Option<TariffCodes>,
    pub stack: TariffStack,
}

/// 端数処理 of everything so far.
#[derive(Debug, Clone, Object)]
pub struct TariffRounding {
    pub scope: TariffScope,
    pub mode: TaxRounding,
    /// Yen.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub unit: i64,
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

/// The use as it is, or each person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffPerWhole {
    Use,
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

/// What a rate or factor is taken of.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffOf {
    /// What these components came to. Rates of the same basis add up.
    Codes(TariffCodes),
    /// Everything so far. Rates of it compound.
    Running(TariffRunning),
}

/// Everything so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffRunning {
    Running,
}

/// 附属設備の料金 of one item.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffEquipmentPrice {
    /// The code of the item.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub item: String,
    pub per: TariffUnit,
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
    /// Instead of `yen` when admission is charged.
    #[oai(validator(minimum(value = "0")))]
    pub yen_with_admission: Option<i64>,
}

/// What equipment is counted by, beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffUnit {
    /// 1区分につき.
    Slot,
    /// 1回につき: for the most of it that there is at once.
    Use,
    /// 1日につき.
    Day,
    /// Each begun hour.
    Hour,
    /// Each begun ten minutes.
    TenMinutes,
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

/// Half-open: from the one time until the other. After midnight it goes on, as in `22:00` to `25:00`.
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

/// What several reductions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffStack {
    /// The greatest alone.
    Max,
    /// Their sum, never more than everything.
    Add,
    /// One of what the other left.
    Compound,
}

/// Over what a sum is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffScope {
    /// Each priced slot by itself.
    Slot,
    /// Each room on each day, over all of its hires on it.
    RoomDay,
    /// Each hire.
    Hire,
    /// Everything together.
    Application,
}

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

/// Codes of components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffCodes(Vec<Word>);

impl Type for TariffCodes {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "array_tariff_codes".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new("array");
        schema.items = Some(Box::new(Word::schema_ref()));
        schema.max_items = Some(200);
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for TariffCodes {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Vec::<Word>::parse_from_json(value).map(Self).map_err(ParseError::propagate)
    }
}

impl ToJSON for TariffCodes {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}
