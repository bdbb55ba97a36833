//! The money ledger on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{PaymentMethod, TaxRate};
use crate::{Date, Ref, Yen};

/// What moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum LedgerKind {
    /// A thing was charged.
    Sale,
    /// 手数料 was charged.
    Fee,
    /// A charge was taken back before it was paid.
    Cancellation,
    /// Money came in for a bill.
    Payment,
    /// Money for an open bill went back; the bill asks for it again.
    PaymentReturned,
    /// Money went back together with the charge.
    Refund,
    /// Money came in that no bill asked for any more.
    LatePayment,
    /// Late money counts for its bill after all.
    LateAccepted,
    /// Late money went back.
    LateReturned,
}

/// 日計: every movement of one business day.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LedgerDay {
    /// The business day, in Japan.
    pub day: Date,
    /// Charged that day, minus cancelled and refunded.
    pub revenue: Yen,
    /// Come in that day, minus gone back.
    pub money: Yen,
    /// By kind, channel, tax rate and method.
    #[oai(validator(max_items = 1000))]
    pub lines: Vec<LedgerLine>,
    /// Bills of that day whose lines, payments and ledger tell different stories: none, unless something is broken.
    #[oai(validator(max_items = 100))]
    pub disagreeing: Vec<Ref<kind::Bill>>,
}

/// What one sort of movement came to.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LedgerLine {
    pub kind: LedgerKind,
    #[oai(validator(max_length = 64))]
    pub channel: String,
    pub tax_rate: Option<TaxRate>,
    pub method: Option<PaymentMethod>,
    /// How many movements.
    pub entries: i64,
    /// Things sold, minus taken back.
    pub quantity: i64,
    /// Its direction is the kind's.
    pub amount: Yen,
}
