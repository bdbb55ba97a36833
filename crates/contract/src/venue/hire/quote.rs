//! Quotes on the wire: what is asked for, and line by line what it costs.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{
    Date, Instant, Ref, Word, Yen,
    billing::TaxRate,
    venue::{opening::DayClass, tariff::TariffDocument},
};

/// So many of an item.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireItem {
    pub equipment: Ref<kind::Equipment>,
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    pub quantity: i32,
}

/// How long something that is metered is on: each time by itself, in minutes.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireMeter {
    /// The tariff's own word: `cooling`.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub meter: String,
    #[oai(validator(max_items = 20, minimum(value = "0"), maximum(value = "44640")))]
    pub minutes: Vec<i32>,
}

/// So many people of a kind.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireHeadcount {
    /// One of the kinds that the tariff names: `child`. Where it names some, all others are refused.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub kind: String,
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000")))]
    pub heads: i32,
}

/// One room at one time, as it is asked for. Where it is hired by slots: `date` and `slots`; by the grid: `starts_at` and `ends_at`;
/// by the day: `date` alone.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireUseRequest {
    pub room: Ref<kind::Room>,
    pub date: Option<Date>,
    /// Consecutive ones, by code.
    #[oai(validator(min_items = 1, max_items = 48))]
    pub slots: Option<Vec<Word>>,
    /// 超過 that is planned, with slots: so many minutes more before the first of them. It is hired with them, as far as the house is
    /// open (where no layer of the calendar says when, from its first slot to its last), and charged as the tariff says of extensions.
    #[oai(validator(minimum(value = "1"), maximum(value = "1440")))]
    pub early_minutes: Option<i32>,
    /// The same after the last of them.
    #[oai(validator(minimum(value = "1"), maximum(value = "1440")))]
    pub late_minutes: Option<i32>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    /// The code of a purpose.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub purpose: Option<String>,
    /// 営利.
    pub commercial: Option<bool>,
    /// The highest admission in yen. Absent: a free event.
    #[oai(validator(minimum(value = "0"), maximum(value = "999999999")))]
    pub admission: Option<i64>,
    /// 物販.
    pub goods_sale: Option<bool>,
    /// 飲酒.
    pub alcohol: Option<bool>,
    /// The tariff's own word: `rehearsal`, `stage_only`.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub use_kind: Option<String>,
    /// How many people. Absent: nobody said; a tariff whose prices depend on it has no price then.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000")))]
    pub heads: Option<i32>,
    /// How many of each kind, where prices depend on that.
    #[oai(validator(max_items = 20))]
    pub headcount: Option<Vec<HireHeadcount>>,
    #[oai(validator(max_items = 20))]
    pub meters: Option<Vec<HireMeter>>,
    #[oai(validator(max_items = 100))]
    pub equipment: Option<Vec<HireItem>>,
}

/// What is to be priced.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct QuoteRequest {
    pub facility: Ref<kind::Facility>,
    /// For whom. A patron asks for themselves when absent, or for a group they act for; a page for nobody.
    pub patron: Option<Ref<kind::Patron>>,
    /// 利用者区分. Only the house says so; otherwise it is what the patron is registered as.
    #[oai(validator(min_length = 1, max_length = 50))]
    pub user_class: Option<String>,
    /// Whether who hires lives or works in the municipality. Only the house says so.
    pub resident: Option<bool>,
    #[oai(validator(min_items = 1, max_items = 31))]
    pub uses: Vec<HireUseRequest>,
}

/// One room at one time, as it is let.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct QuotedUse {
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub date: Date,
    pub day_class: DayClass,
    #[oai(validator(max_items = 48))]
    pub slots: Vec<String>,
    /// What is planned beside the slots; `starts_at` and `ends_at` have it in them.
    pub early_minutes: Option<i32>,
    pub late_minutes: Option<i32>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    #[oai(validator(max_items = 100))]
    pub equipment: Vec<HireItem>,
}

/// One step that changed the price.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct QuoteLine {
    /// From 1, in the order of evaluation.
    pub seq: i32,
    /// The component of the tariff that gave it; empty for what the house charges beside the tariff, and for a reduction that was granted
    /// and comes off nothing any more, whose `result` is 0.
    #[oai(validator(max_length = 50))]
    pub component: String,
    #[oai(validator(max_length = 200))]
    pub label: String,
    #[oai(validator(max_length = 200))]
    pub label_en: Option<String>,
    /// The place of the use in `uses`, from 0.
    pub of_use: i32,
    /// The slots it is for; empty for the whole use.
    #[oai(validator(max_length = 1000))]
    pub span: String,
    /// What was multiplied: exact yen, `15080` or `2223/2`.
    #[oai(validator(max_length = 50))]
    pub basis: String,
    /// By what: numerator over denominator.
    pub num: i64,
    pub den: i64,
    /// What it changes: exact yen.
    #[oai(validator(max_length = 50))]
    pub result: String,
    /// 条例の根拠.
    #[oai(validator(max_length = 200))]
    pub legal_reference: String,
    #[oai(validator(max_length = 1000))]
    pub why: String,
}

/// 見積: what it costs, and why. It is kept, never changed, and recomputes to the same yen.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireQuote {
    pub id: Ref<kind::HireQuote>,
    pub facility: Ref<kind::Facility>,
    pub tariff: Ref<kind::TariffVersion>,
    pub kind: HireQuoteKind,
    pub application: Option<Ref<kind::HireApplication>>,
    #[oai(validator(max_items = 31))]
    pub uses: Vec<QuotedUse>,
    #[oai(validator(max_items = 5000))]
    pub lines: Vec<QuoteLine>,
    /// To be paid, tax included.
    pub total_amount: Yen,
    pub tax_rate: TaxRate,
    /// 消費税 within it, rounded once.
    pub tax: Yen,
    /// What the price was computed from, with why something is charged beside the tariff in the words of who recorded it.
    pub inputs: TariffDocument,
    /// SHA-256 of `inputs` as RFC 8785 JSON: UTF-8, no spaces, members sorted by their names; in hexadecimal. Where a quote was kept
    /// before its text had that order, it is of a text that is not answered: only `proof` checks that one.
    #[oai(validator(max_length = 64))]
    pub inputs_hash: String,
    /// The edition of the rules of evaluation.
    pub engine: i32,
    /// Until when it can be held at this price.
    pub expires_at: Instant,
    pub created_at: Instant,
    /// 付属室 that could come with it; only in the answer that makes the quote.
    #[oai(validator(max_items = 20))]
    pub proposals: Option<Vec<QuoteProposal>>,
}

/// A room that may come with a use, at the same time.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct QuoteProposal {
    /// The place of the use in `uses`, from 0.
    pub of_use: i32,
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    /// What it would cost in addition. Absent: the tariff has no price for it.
    pub amount: Option<Yen>,
}

/// What a quote is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireQuoteKind {
    Offer,
    /// 減免.
    Reduction,
    Change,
    /// 精算.
    Settlement,
}

/// Whether a quote is what the tariff still gives.
#[derive(Debug, Clone, Object)]
pub struct QuoteProof {
    pub quote: Ref<kind::HireQuote>,
    /// Every line, the tax and the total came out the same, from the inputs that were hashed then.
    pub same: bool,
    /// What was told.
    pub told_amount: Yen,
    /// What came out now.
    pub computed_amount: Yen,
    /// As the tariff tells it.
    #[oai(validator(max_length = 64))]
    pub document_hash: String,
    /// As the quote tells it.
    #[oai(validator(max_length = 64))]
    pub inputs_hash: String,
}
