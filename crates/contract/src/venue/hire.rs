//! Quotes, holds, applications, hires and permits on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use super::{
    opening::DayClass,
    tariff::TariffDocument,
    usage::{HireManualCharge, HireUsedItem},
};
use crate::{Date, Instant, Ref, Word, Yen, billing::TaxRate};

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
    /// The tariff's own word: `child`.
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
pub struct QuotedUse {
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub date: Date,
    pub day_class: DayClass,
    #[oai(validator(max_items = 48))]
    pub slots: Vec<String>,
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
    /// The component of the tariff that gave it; empty for what the house charges beside the tariff.
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
    /// What the price was computed from; its JSON text has the SHA-256 of `inputs_hash`.
    pub inputs: TariffDocument,
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
    /// Every line, the tax and the total came out the same.
    pub same: bool,
    /// What was told.
    pub told_amount: Yen,
    /// What came out now.
    pub computed_amount: Yen,
    /// SHA-256 of the tariff's document, in hexadecimal.
    #[oai(validator(max_length = 64))]
    pub document_hash: String,
    #[oai(validator(max_length = 64))]
    pub inputs_hash: String,
}

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireHoldState {
    Held,
    /// It ran out.
    Expired,
    Applied,
    Released,
}

/// Where a hire stands, beside what its hold or application is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireState {
    /// As its hold or application.
    Open,
    /// It takes nothing any more.
    Released,
    Used,
    NoShow,
}

/// 利用実績.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireUsed {
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Absent: nobody counted.
    pub heads: Option<i32>,
    /// Absent: as agreed.
    #[oai(validator(max_items = 100))]
    pub equipment: Option<Vec<HireUsedItem>>,
    /// What is charged beside the tariff.
    #[oai(validator(max_items = 20))]
    pub charges: Option<Vec<HireManualCharge>>,
}

/// 利用: one room at one time.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Hire {
    pub id: Ref<kind::Hire>,
    pub room: Ref<kind::Room>,
    pub date: Date,
    #[oai(validator(max_items = 48))]
    pub slots: Vec<String>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub state: HireState,
    pub used: Option<HireUsed>,
    /// What of its charge is not asked for: the house took back another hire, and this one is dearer by itself. Absent: nothing.
    pub waived_amount: Option<Yen>,
}

/// What is to be held.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireHoldRequest {
    pub quote: Ref<kind::HireQuote>,
}

/// 仮押さえ.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireHold {
    pub id: Ref<kind::HireHold>,
    pub facility: Ref<kind::Facility>,
    pub quote: Ref<kind::HireQuote>,
    pub state: HireHoldState,
    /// Until when its rooms and equipment are kept.
    pub expires_at: Instant,
    #[oai(validator(max_items = 31))]
    pub hires: Vec<Hire>,
    pub created_at: Instant,
    pub version: i32,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireApplicationState {
    /// 審査待ち.
    Requested,
    /// 差戻し.
    Returned,
    /// 不許可.
    Refused,
    /// Given up before it was paid.
    Withdrawn,
    AwaitingPayment,
    /// Not paid in time.
    Lapsed,
    /// 許可.
    Confirmed,
    /// Given up by who hired.
    Cancelled,
    /// Taken back by the house.
    Revoked,
    /// 精算済み.
    Settled,
}

/// The request to apply.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireApplicationRequest {
    pub hold: Ref<kind::HireHold>,
    /// 申請者: a patron applies for themselves; the house names somebody.
    pub patron: Option<Ref<kind::Patron>>,
    /// 催物名.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// What the board in the foyer says. Absent: nothing.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub public_title: Option<String>,
}

/// 利用申請: one or more rooms and times.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireApplication {
    pub id: Ref<kind::HireApplication>,
    pub facility: Ref<kind::Facility>,
    pub patron: Ref<kind::Patron>,
    pub state: HireApplicationState,
    #[oai(validator(max_length = 200))]
    pub title: String,
    #[oai(validator(max_length = 200))]
    pub public_title: Option<String>,
    #[oai(validator(max_length = 64))]
    pub channel: String,
    #[oai(validator(max_items = 31))]
    pub hires: Vec<Hire>,
    /// What it costs now, and why.
    pub quote: Ref<kind::HireQuote>,
    /// The bill of its charge.
    pub bill: Option<Ref<kind::Bill>>,
    /// 許可条件.
    #[oai(validator(max_length = 2000))]
    pub conditions: Option<String>,
    /// Why it was returned, refused, cancelled or revoked.
    #[oai(validator(max_length = 2000))]
    pub reason: Option<String>,
    /// Until when it must be paid.
    pub due_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    /// How often it was changed since it was confirmed.
    pub changes: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What is mended.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireApplicationUpdate {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub public_title: MaybeUndefined<String>,
}

/// 減免: a part of the charges that is not asked for.
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
    pub room_percent: i32,
    /// Percent off the charges for equipment.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub equipment_percent: i32,
}

/// How an application is granted.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireApprovalRequest {
    /// 許可条件.
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub conditions: Option<String>,
    /// Granted with it: a new quote.
    #[oai(validator(max_items = 10))]
    pub reductions: Option<Vec<ReductionGrant>>,
    /// Until when it must be paid, not later than the first use begins; absent: in fourteen days, or until then.
    pub due_at: Option<Instant>,
}

/// Why.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireReasonRequest {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub reason: String,
}

/// What giving up one hire costs.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireForfeit {
    pub hire: Ref<kind::Hire>,
    /// What was paid for it and has not gone back.
    pub charge: Yen,
    /// What of that is kept.
    pub fee: Yen,
    /// What of that goes back.
    pub refund_amount: Yen,
    /// The last day on which it costs that.
    pub until: Option<Date>,
}

/// What giving up costs.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireCancellation {
    pub application: Ref<kind::HireApplication>,
    /// Before anything was paid it costs nothing.
    pub paid: bool,
    #[oai(validator(max_items = 31))]
    pub hires: Vec<HireForfeit>,
    pub fee: Yen,
    pub refund_amount: Yen,
    #[oai(validator(max_length = 200))]
    pub legal_reference: Option<String>,
}

/// What the end of one hire comes to, while the others stay.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HirePartCancellation {
    pub application: Ref<kind::HireApplication>,
    pub hire: Ref<kind::Hire>,
    /// What the application costs now. Absent: in a preview, and when it was its last hire and all of it ended.
    pub quote: Option<Ref<kind::HireQuote>>,
    pub amount_before: Yen,
    /// The others by themselves, by the same version of the tariff.
    pub amount_after: Yen,
    /// What was paid for the hire and has not gone back.
    pub charge: Yen,
    /// What of that is kept.
    pub fee: Yen,
    /// What of that goes back.
    pub refund_amount: Yen,
    /// The last day on which it costs that.
    pub until: Option<Date>,
    /// What the others are dearer by themselves when the house took it back: nobody is asked for that, now or later.
    pub waived_amount: Yen,
    /// To be paid in addition, where the others are dearer by themselves.
    pub due_amount: Yen,
    /// Until when that is to be paid.
    pub due_at: Option<Instant>,
    /// The bill of what is to be paid. It takes the place of open bills of earlier changes.
    pub bill: Option<Ref<kind::Bill>>,
    #[oai(validator(max_length = 200))]
    pub legal_reference: Option<String>,
}

/// What a change comes to.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireChange {
    pub hire: Ref<kind::Hire>,
    /// Kept when it was done; of a preview only an example.
    pub quote: Option<Ref<kind::HireQuote>>,
    pub amount_before: Yen,
    pub amount_after: Yen,
    /// To be paid in addition.
    pub due_amount: Yen,
    /// Until when that is to be paid.
    pub due_at: Option<Instant>,
    /// What is kept of what it becomes cheaper by: a change is no way around the cost of giving up.
    pub fee: Yen,
    /// What goes back.
    pub refund_amount: Yen,
    /// The bill of what is to be paid. It takes the place of open bills of earlier changes.
    pub bill: Option<Ref<kind::Bill>>,
}

/// Another room, time or equipment for one hire.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireMoveRequest {
    pub hire: Ref<kind::Hire>,
    /// All of what it is from now on: what is left out is not taken over from before.
    #[oai(rename = "use")]
    pub to: HireUseRequest,
}

/// Hires of an application that change at once.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireMovesRequest {
    /// Each hire once. Those that are not named stay as they are.
    #[oai(validator(min_items = 1, max_items = 31))]
    pub changes: Vec<HireMoveRequest>,
}

/// What the change of several hires at once comes to.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireMoves {
    pub application: Ref<kind::HireApplication>,
    /// In the order of `changes`.
    #[oai(validator(max_items = 31))]
    pub hires: Vec<Ref<kind::Hire>>,
    /// Kept when it was done; of a preview only an example.
    pub quote: Option<Ref<kind::HireQuote>>,
    /// Of the whole application.
    pub amount_before: Yen,
    pub amount_after: Yen,
    /// To be paid in addition.
    pub due_amount: Yen,
    /// Until when that is to be paid: before the first of the changed hires begins.
    pub due_at: Option<Instant>,
    /// What is kept of what it becomes cheaper by: a change is no way around the cost of giving up.
    pub fee: Yen,
    /// What goes back.
    pub refund_amount: Yen,
    /// The bill of what is to be paid. It takes the place of open bills of earlier changes.
    pub bill: Option<Ref<kind::Bill>>,
}

/// How a hire was used.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireUsedRequest {
    /// From when people were in the room. Absent: as agreed.
    pub starts_at: Option<Instant>,
    /// Until when. Absent: as agreed.
    pub ends_at: Option<Instant>,
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000")))]
    pub heads: Option<i32>,
    /// What was metered. Absent: as agreed.
    #[oai(validator(max_items = 20))]
    pub meters: Option<Vec<HireMeter>>,
    /// What equipment was used, each item once: also more than was agreed, up to what the house has. What is left out was not used.
    /// Absent: as agreed.
    #[oai(validator(max_items = 100))]
    pub equipment: Option<Vec<HireItem>>,
    /// What is charged beside the tariff, such as damage or a cleaning.
    #[oai(validator(max_items = 20))]
    pub charges: Option<Vec<HireManualCharge>>,
    /// Nobody came: what was agreed is paid for.
    pub no_show: Option<bool>,
}

/// 精算.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireSettlement {
    pub application: Ref<kind::HireApplication>,
    /// What it really cost, and why.
    pub quote: Ref<kind::HireQuote>,
    pub amount_before: Yen,
    pub amount_after: Yen,
    /// What of both is not asked for: the house took back a hire, and the others were dearer by themselves.
    pub waived_amount: Yen,
    pub due_amount: Yen,
    pub refund_amount: Yen,
    /// The bill of what is still to be paid.
    pub bill: Option<Ref<kind::Bill>>,
}

/// 使用許可書 in one revision.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Permit {
    pub id: Ref<kind::Permit>,
    pub application: Ref<kind::HireApplication>,
    /// `2026-000012`: fiscal year, and a number without gaps.
    #[oai(validator(max_length = 20))]
    pub number: String,
    /// From 1; the latest counts.
    pub revision: i32,
    /// Anybody can check it by this.
    #[oai(validator(max_length = 20))]
    pub code: String,
    /// What it permits, as it was issued.
    pub content: TariffDocument,
    /// SHA-256 of the content's JSON text, in hexadecimal.
    #[oai(validator(max_length = 64))]
    pub content_hash: String,
    pub issued_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// The permits of an application.
#[derive(Debug, Clone, Object)]
pub struct Permits {
    pub application: Ref<kind::HireApplication>,
    /// The latest revision first.
    #[oai(validator(max_items = 1000))]
    pub permits: Vec<Permit>,
}

/// Whether a permit permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PermitValidity {
    Valid,
    /// A later revision took its place.
    Superseded,
    Revoked,
}

/// What anybody may know of a permit. It names nobody.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PermitCheck {
    #[oai(validator(max_length = 20))]
    pub number: String,
    pub revision: i32,
    pub validity: PermitValidity,
    /// The rooms and times; nothing of one that does not permit.
    #[oai(validator(max_items = 31))]
    pub uses: Vec<PermitUse>,
    pub issued_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// A room and a time that are permitted.
#[derive(Debug, Clone, Object)]
pub struct PermitUse {
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 40))]
    pub starts: String,
    #[oai(validator(max_length = 40))]
    pub ends: String,
}
