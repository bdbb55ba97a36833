//! Holds, applications and hires on the wire.

mod change;
mod permit;
mod quote;

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use super::{
    reduction::ReductionGrant,
    usage::{HireManualCharge, HireUsedItem},
};
use crate::{Date, Instant, Ref, Yen};
pub use change::{
    HireCancellation, HireChange, HireChangeCause, HireForfeit, HireMoveRequest, HireMoves, HireMovesRequest,
    HirePartCancellation,
};
pub use permit::{Permit, PermitCheck, PermitUse, PermitValidity, Permits};
pub use quote::{
    HireHeadcount, HireItem, HireMeter, HireQuote, HireQuoteKind, HireUseRequest, QuoteLine, QuoteProof, QuoteProposal,
    QuoteRequest, QuotedUse,
};

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
    /// Absent: nobody counted by kind.
    #[oai(validator(max_items = 20))]
    pub headcount: Option<Vec<HireHeadcount>>,
    /// Absent: as agreed; empty: nothing was on.
    #[oai(validator(max_items = 20))]
    pub meters: Option<Vec<HireMeter>>,
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
    /// What of its charge is not asked for: the house took back another hire and this one is dearer by itself, or moved it to where it is
    /// dearer. After a reduction it is the same part of what it costs. Absent: nothing.
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
    /// Not paid, mended or decided in time.
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
    /// Until when it must be paid: not at that moment any more.
    pub due_at: Option<Instant>,
    /// Why there is more time to pay than there was at first.
    #[oai(validator(max_length = 2000))]
    pub due_reason: Option<String>,
    /// Of one that was returned: until when it is to be mended.
    pub mend_until: Option<Instant>,
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
    /// Until when it must be paid, not later than the first use begins; absent: as the `payment` of the tariff says, or in fourteen days
    /// where it says nothing, and not later than then.
    pub due_at: Option<Instant>,
}

/// 納付期限の延長: more time to pay.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireExtensionRequest {
    /// Until when it must be paid: later than it was, and not later than the first use begins.
    pub due_at: Instant,
    /// Why. Who applied reads it.
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub reason: String,
}

/// What is to be mended.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireReturnRequest {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub reason: String,
    /// Until when, not later than the first use begins; absent: in as many days as the facility gives, or until then.
    pub mend_until: Option<Instant>,
}

/// Why.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireReasonRequest {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub reason: String,
}

/// How a hire was used.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireUsedRequest {
    /// From when people were in the room. Absent: as agreed.
    pub starts_at: Option<Instant>,
    /// Until when, and never later than now. Absent: as agreed, once that is over.
    pub ends_at: Option<Instant>,
    /// How many people came, where somebody counted: never 0, which `no_show` says.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000")))]
    pub heads: Option<i32>,
    /// How many of each kind, where prices depend on that. Absent: as agreed. Without `heads`, they are as many as are counted here.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub headcount: Option<Vec<HireHeadcount>>,
    /// What was metered. What is left out was not on, and of an empty list nothing was. Absent: as agreed.
    #[oai(validator(max_items = 20))]
    pub meters: Option<Vec<HireMeter>>,
    /// What equipment was used, each item once: also more than was agreed, up to what the house has. What is left out was not used.
    /// Absent: as agreed.
    #[oai(validator(max_items = 100))]
    pub equipment: Option<Vec<HireItem>>,
    /// What is charged beside the tariff, such as damage or a cleaning.
    #[oai(validator(max_items = 20))]
    pub charges: Option<Vec<HireManualCharge>>,
    /// Nobody came: what was agreed is paid for, nothing was used, and beside it goes nothing but `charges`.
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
    /// What of `amount_after` is not asked for: the house took back a hire, and the others were dearer by themselves.
    pub waived_amount: Yen,
    pub due_amount: Yen,
    /// Until when that is to be paid. After that the bill is overdue and takes payments all the same.
    pub due_at: Option<Instant>,
    pub refund_amount: Yen,
    /// The bill of what is still to be paid.
    pub bill: Option<Ref<kind::Bill>>,
}
