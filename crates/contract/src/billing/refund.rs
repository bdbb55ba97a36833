//! Refunds on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref, Yen, ticket::issued::SeatsAfter};

/// How it goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RefundRoute {
    /// 現金.
    Cash,
    /// 決済端末.
    CardTerminal,
    /// Through the provider it came from.
    Provider,
    /// 銀行振込.
    BankTransfer,
}

/// Why it goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RefundReason {
    /// 利用者の都合.
    Patron,
    /// 公演中止.
    PerformanceCancelled,
    /// The house decided so.
    Staff,
    /// It came when nothing was asked for any more.
    LatePayment,
    /// 納付期限経過: it was a part, and the rest did not come in time.
    Lapsed,
}

/// Money that went back, out of one payment.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Refund {
    pub id: Ref<kind::Refund>,
    pub bill: Ref<kind::Bill>,
    pub payment: Ref<kind::Payment>,
    pub amount: Yen,
    pub route: RefundRoute,
    pub reason: RefundReason,
    pub created_at: Instant,
    /// The tickets that became void with it; only in the answer to the request.
    #[oai(validator(max_items = 200))]
    pub voided_tickets: Option<Vec<Ref<kind::Ticket>>>,
}

/// What is to go back.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RefundRequest {
    pub route: RefundRoute,
    pub reason: RefundReason,
    /// Out of which payment; when left out, the one payment that covers it.
    pub payment: Option<Ref<kind::Payment>>,
    /// Which lines; when left out, all that is left of the bill.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub lines: Option<Vec<RefundLineRequest>>,
    /// Instead of lines: these tickets of the order that the bill is for, at their price.
    #[oai(validator(min_items = 1, max_items = 200))]
    pub tickets: Option<Vec<Ref<kind::Ticket>>>,
    /// With `tickets`: whether the fee that was charged for each ticket goes back too. Absent: it stays.
    pub fees: Option<bool>,
    /// What becomes of the seats and places of the tickets that become void. Absent: for sale again.
    pub seats: Option<SeatsAfter>,
}

/// How much of one line goes back.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RefundLineRequest {
    pub line: Ref<kind::BillLine>,
    pub amount: Yen,
    /// How many things come back with it, for an order the tickets that become void; none when only money goes.
    #[oai(validator(minimum(value = "0"), maximum(value = "999999")))]
    pub quantity: Option<i64>,
}
