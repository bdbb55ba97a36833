//! Changes of hires on the wire, and hires that are given up or taken back.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::HireUseRequest;
use crate::{Date, Instant, Ref, Yen};

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
    /// What goes back of all hires, and what came in for a change that was not paid in full.
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
    /// What goes back: of that what is not kept, and when the house took it back what the others are cheaper by themselves; and what came in for a
    /// bill that was not paid in full.
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
    /// What goes back, and of it what came in for a bill that was not paid in full and is called off.
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

/// Whose reason it is that hires change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireChangeCause {
    /// Of who hired them.
    Patron,
    /// The house's own.
    House,
    /// 不可抗力: nobody's, such as a typhoon.
    ForceMajeure,
}

/// Hires of an application that change at once.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireMovesRequest {
    /// Each hire once. Those that are not named stay as they are.
    #[oai(validator(min_items = 1, max_items = 31))]
    pub changes: Vec<HireMoveRequest>,
    /// Absent: of who hired. Any other is said only by whoever may take hires back, too: then the tariff's rules about changes do not count,
    /// it counts as no change, what it becomes cheaper by goes back whole, and what it becomes dearer by nobody is asked for. Only what is
    /// confirmed changes for such a cause.
    pub cause: Option<HireChangeCause>,
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
    /// What it becomes dearer by when its cause is not of who hired: nobody is asked for that, now or later.
    pub waived_amount: Yen,
    /// To be paid in addition.
    pub due_amount: Yen,
    /// Until when that is to be paid: before the first of the changed hires begins.
    pub due_at: Option<Instant>,
    /// What is kept of what it becomes cheaper by: a change is no way around the cost of giving up.
    pub fee: Yen,
    /// What goes back, and of it what came in for a bill that was not paid in full and is called off.
    pub refund_amount: Yen,
    /// The bill of what is to be paid. It takes the place of open bills of earlier changes.
    pub bill: Option<Ref<kind::Bill>>,
}
