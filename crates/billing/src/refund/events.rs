//! What the journal says about refunds.

use audit::Subject;
use kernel::{
    Yen,
    ids::{BillId, PaymentId, RefundId},
};
use serde::Serialize;

use super::{Reason, Refund, Route};

#[derive(Debug, Serialize)]
pub struct RefundRecorded {
    refund: RefundId,
    bill: BillId,
    payment: PaymentId,
    amount: Yen,
    route: Route,
    reason: Reason,
}

impl RefundRecorded {
    pub fn of(refund: &Refund) -> Self {
        let Refund { id, bill, payment, amount, route, reason, .. } = *refund;
        Self { refund: id, bill, payment, amount, route, reason }
    }
}

impl audit::Event for RefundRecorded {
    const NAME: &'static str = "billing.refund.recorded";
    fn subject(&self) -> Subject {
        Subject::new("refund", self.refund)
    }
}
