//! Bank transfers on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Date, Instant, Ref, Yen};

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TransferState {
    /// In suspense: see `reason`.
    Unmatched,
    /// It paid a bill.
    Matched,
    /// It was sent back.
    Returned,
}

/// Why a transfer is in suspense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TransferReason {
    /// Nobody has looked yet: register it again, or match it.
    NotTried,
    /// The payer gave no number.
    NoReference,
    /// No bill has this number.
    NoSuchBill,
    /// Less than the bill asks for: see `difference`.
    Short,
    /// More than the bill asks for: see `difference`.
    Over,
    /// The bill was paid before.
    BillPaid,
    /// The bill was cancelled.
    BillVoid,
    /// The bill's time is over, and the money came after its last day or is not all that it asked for.
    BillOverdue,
    /// What the bill is for can no longer be delivered.
    Undeliverable,
}

/// 振込: money that came into the bank account. Who paid is not kept.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Transfer {
    pub id: Ref<kind::Transfer>,
    /// 取引日.
    pub value_date: Date,
    pub amount: Yen,
    /// The number as on the statement: letters are capital, spaces, hyphens, points and slashes are gone.
    #[oai(validator(max_length = 40))]
    pub reference: Option<String>,
    pub state: TransferState,
    /// Only in suspense.
    pub reason: Option<TransferReason>,
    /// By how much it is more than the bill asks for; negative when it is less. For `short` and `over`.
    pub difference: Option<Yen>,
    /// What it paid.
    pub bill: Option<Ref<kind::Bill>>,
    pub payment: Option<Ref<kind::Payment>>,
    /// What was more than the bill asked for.
    pub remainder: Yen,
    /// What is still to be matched or sent back.
    pub undecided: Yen,
    pub created_at: Instant,
    pub matched_at: Option<Instant>,
    /// When it, or the remainder, was sent back.
    pub returned_at: Option<Instant>,
}

/// One line of a statement. `external_id` or `line` tells it from every other one: exactly one of them.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TransferLine {
    /// The bank's or the bookkeeping's own id of the line.
    #[oai(validator(min_length = 1, max_length = 100, pattern = "^[!-~]+$"))]
    pub external_id: Option<String>,
    /// The place of the line among those of its day.
    #[oai(validator(minimum(value = "1"), maximum(value = "999999")))]
    pub line: Option<i32>,
    /// 取引日.
    pub value_date: Date,
    /// At least 1.
    pub amount: Yen,
    /// The number as on the statement, without the name of who paid.
    #[oai(validator(min_length = 1, max_length = 40, pattern = "^[0-9A-Za-z ./-]+$"))]
    pub reference: Option<String>,
}

/// Lines of a statement.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TransferRequest {
    #[oai(validator(min_items = 1, max_items = 500))]
    pub transfers: Vec<TransferLine>,
}

/// What became of the lines.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TransferBatch {
    /// How many lines are new.
    pub registered: i32,
    /// How many had been registered before.
    pub known: i32,
    /// How many of all of them have paid a bill.
    pub matched: i32,
    /// How many of all of them are in suspense.
    pub unmatched: i32,
    /// In the order of the request, as they stand now.
    #[oai(validator(max_items = 500))]
    pub transfers: Vec<Transfer>,
}

/// What to do with what is more than the bill asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Overpayment {
    /// Nothing is matched.
    Refuse,
    /// It is kept to be sent back.
    Keep,
}

/// The bill that a transfer is for.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TransferMatchRequest {
    pub bill: Ref<kind::Bill>,
    /// Absent: `refuse`.
    pub overpayment: Option<Overpayment>,
}
