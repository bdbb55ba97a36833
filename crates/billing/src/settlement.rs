//! What a payment did to a bill. The adapter tells the service that opened the bill, in the same transaction.

use kernel::{
    Yen,
    ids::{BillId, PaymentId},
};

use crate::Subject;

/// The news for the service behind a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    pub bill: BillId,
    /// The payment that did it.
    pub payment: PaymentId,
    pub subject: Subject,
    pub outcome: Outcome,
}

/// What became of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is paid: the subject can be fulfilled.
    Settled,
    /// So much is still to be paid, in yen.
    PartlyPaid { outstanding: Yen },
    /// Money came that the bill no longer asks for. It lies in suspense until
    /// [`crate::payment::accept_late`] or [`crate::payment::refund_late`] decides.
    Late { amount: Yen, why: Late },
}

/// Why money is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// The bill's time is over; the subject may be reclaimed and the money accepted.
    Overdue,
    /// The bill was cancelled; the subject may be reclaimed and the money accepted.
    Cancelled,
    /// The bill has been paid otherwise; the money can only go back.
    PaidAlready,
}

impl Late {
    /// Whether the money could be accepted if the service can fulfil the subject after all.
    pub const fn reclaimable(self) -> bool {
        matches!(self, Self::Overdue | Self::Cancelled)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Cancelled => "cancelled",
            Self::PaidAlready => "paid_already",
        }
    }
}
