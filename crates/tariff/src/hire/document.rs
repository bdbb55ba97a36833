//! The document of one version of a tariff.

use kernel::Yen;
use serde::{Deserialize, Serialize};
use time::Date;

use super::{
    facts::{DayClass, iso},
    payment::PaymentRule,
    predicate::{Fact, Predicate},
    schedule::{Deadline, FeeSchedule},
};
use crate::{Rounding, TaxRate};

/// One version of a facility's tariff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HireTariff {
    pub name: String,
    /// 条例の根拠: `○○市文化会館条例 別表第1`.
    pub legal_reference: String,
    pub applies_by: AppliesBy,
    #[serde(with = "iso")]
    pub effective_from: Date,
    /// Not any more from this day on.
    #[serde(default, with = "iso::option", skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Date>,
    /// [`super::ENGINE`] when the document was written.
    pub engine: u16,
    pub tax: TaxRule,
    /// 入場料の区分: by the highest admission that is charged. Absent where admission does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
    /// Absent where the season does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seasons: Vec<Season>,
    /// In the order of evaluation.
    pub components: Vec<Component>,
    /// キャンセル料. Absent: what was paid is kept whenever who hired cancels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel: Option<FeeSchedule>,
    /// 変更. Absent: as often as there is room, with the difference paid either way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRule>,
    /// 納付期限. Absent: the house gives so long as it gives everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentRule>,
}

/// What may be changed of a hire that was paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRule {
    pub legal_reference: String,
    /// How often.
    pub most: u16,
    /// The last day on which it may be changed; absent: until the use begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Deadline>,
    /// What becomes of what it is cheaper by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Cheaper>,
    /// 差額還付, as it is said without `reduction`: true is `refund`, false is `keep`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds_difference: Option<bool>,
}

/// What becomes of the difference when a change makes a hire cheaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cheaper {
    /// It goes back.
    Refund,
    /// It is kept.
    Keep,
    /// As if so much of the hire were cancelled: the schedule of cancellation says what of it is kept.
    #[default]
    ByCancelSchedule,
}

/// Which day decides about the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppliesBy {
    UseDate,
    ApplicationDate,
}

/// How the amounts of the document stand to consumption tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRule {
    pub rate: TaxRate,
    /// 内税: the amounts include it. Otherwise it is added to the total, once.
    pub inclusive: bool,
    pub rounding: Rounding,
}

/// A range of admission in yen, both ends included; a free event charges 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub code: String,
    pub from: i64,
    /// Absent: however much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// A part of the year, `MM-DD`, both days included; it may go over New Year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    pub code: String,
    pub from: String,
    pub until: String,
}

/// What a thing is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub ja: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// One step of the computation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// What other components call it.
    pub code: String,
    pub label: Label,
    /// 備考3, 第7条第2項. Absent: that of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_reference: Option<String>,
    /// For which uses; absent: for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Predicate>,
    pub rule: Rule,
}

/// What a component does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// 基本使用料: looked up, never guessed. A row that is missing is an error, and so is a use that no table is for.
    Table {
        /// 加算: it is charged beside the price of the room and is none by itself, as cleaning is. Other tables are the price of
        /// every room that they are for.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        addition: bool,
        /// By what a row is found.
        key: Vec<Key>,
        /// In which order several slots in a row are looked up. Never the cheapest cover.
        #[serde(default = "exact_span_only", skip_serializing_if = "is_exact_span_only")]
        span_by: Vec<SpanBy>,
        #[serde(default, skip_serializing_if = "Per::is_use")]
        per: Per,
        rows: Vec<Row>,
    },
    /// 加算: `num/den` of what `of` names is added.
    Rate { num: i64, den: i64, of: Of },
    /// 倍率: what `of` names becomes `num/den` times as much.
    Factor { num: i64, den: i64, of: Of },
    /// 冷暖房 and the like: a price for each begun `per_minutes` of each time that it was on.
    Metered { meter: String, per_minutes: i64, yen: Yen },
    /// 附属設備.
    Equipment { prices: Vec<EquipmentPrice> },
    /// 延長・超過: a price for each begun `per_minutes`.
    Extension { per_minutes: i64, price: ExtensionPrice },
    /// 減免: what was granted, of the room charges and of the equipment apart.
    Reduction {
        of: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        equipment: Vec<String>,
        stack: Stack,
    },
    /// 端数処理 of everything so far, of the uses that the component is for.
    Round { scope: Scope, mode: Rounding, unit: i64 },
}

/// How an extension is priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExtensionPrice {
    /// The same for every step.
    Yen(Yen),
    /// By room, and by the time at which each step begins: half-open, `HH:MM`, as in `16:00` to `17:00`; counted from the midnight with
    /// which the day of use begins and on after the next, as in `22:00` to `25:00`. A time that no row holds so goes by its clock.
    Rows(Vec<ExtensionRow>),
    /// 時間割: what `of` came to, divided by the minutes that it was for, times the minutes of a step; rounded for each step.
    /// Of a use that none of those is for, it prices nothing.
    ShareOf { of: Vec<String>, num: i64, den: i64, mode: Rounding, unit: i64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_class: Option<DayClass>,
    pub from: String,
    pub until: String,
    pub yen: Yen,
}

/// By what a row of a table is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    Space,
    DayClass,
    Band,
    Season,
    Span,
    UserClass,
    UseKind,
}

/// How consecutive slots find their price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanBy {
    /// The row of exactly these slots: `PM+NT`.
    ExactSpan,
    /// The rows of the single slots, added up.
    SumOfSlots,
}

/// What the price of a row is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Per {
    /// The slot, the span or the day as it is.
    #[default]
    Use,
    /// Each day that it is hired for.
    Day,
    /// Each begun so many minutes.
    Minutes(i64),
    /// Each person.
    Head,
    /// Each person of a kind.
    HeadOf(String),
}

impl Per {
    fn is_use(&self) -> bool {
        *self == Self::Use
    }
}

fn exact_span_only() -> Vec<SpanBy> {
    vec![SpanBy::ExactSpan]
}

fn is_exact_span_only(span_by: &[SpanBy]) -> bool {
    span_by == [SpanBy::ExactSpan]
}

/// A row of a table: what its key names, and the price. Without a user class it is for who belongs to none, without a use kind for
/// a use of no special kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_class: Option<DayClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    /// Slot codes joined by `+`, in the order of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_kind: Option<String>,
    pub yen: Yen,
}

/// What a rate or factor is taken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Of {
    /// `["BASE"]`: what these components came to. Rates of the same basis add up.
    Codes(Vec<String>),
    /// `"running"`: everything so far. Rates of it compound.
    Running(Running),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Running {
    Running,
}

/// 附属設備の料金 of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentPrice {
    pub item: String,
    pub per: Unit,
    pub yen: Yen,
    /// Instead of `yen` when admission is charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yen_with_admission: Option<Yen>,
}

/// What equipment is counted by, beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 1区分につき.
    Slot,
    /// 1回につき.
    Use,
    /// 1日につき.
    Day,
    /// Each begun hour.
    Hour,
    /// Each begun ten minutes.
    TenMinutes,
}

/// What several reductions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stack {
    /// The greatest alone.
    Max,
    /// Their sum, never more than everything.
    Add,
    /// One of what the other left.
    Compound,
}

/// Over what a sum is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Each priced slot by itself.
    Slot,
    /// Each room on each day, over all of its hires on it.
    RoomDay,
    /// Each hire: its uses, whatever their rooms and days.
    Hire,
    /// Everything together.
    Application,
}

impl ChangeRule {
    /// What `refunds_difference` says.
    pub(super) fn said_otherwise(&self) -> Option<Cheaper> {
        self.refunds_difference.map(|refunds| if refunds { Cheaper::Refund } else { Cheaper::Keep })
    }
}

impl Component {
    /// Whether it may be the price of a room: a table that is no addition, and not for what is on.
    pub(super) fn prices_rooms(&self) -> bool {
        let metered = || self.when.as_ref().is_some_and(|when| !when.names(Fact::Meter).is_empty());
        matches!(self.rule, Rule::Table { addition: false, .. }) && !metered()
    }
}

impl HireTariff {
    /// The article that a component comes from.
    pub fn reference<'a>(&'a self, component: &'a Component) -> &'a str {
        component.legal_reference.as_deref().unwrap_or(&self.legal_reference)
    }

    /// The code of the season that holds a day.
    pub(super) fn season(&self, day: Date) -> Option<&str> {
        self.seasons.iter().find(|season| season.holds(day)).map(|season| season.code.as_str())
    }

    /// What becomes of the difference when a change makes a hire cheaper. A document that does not say so is no way around its
    /// schedule of cancellation.
    pub fn cheaper(&self) -> Cheaper {
        let rule = self.change.as_ref();
        rule.and_then(|rule| rule.reduction.or(rule.said_otherwise())).unwrap_or_default()
    }
}
