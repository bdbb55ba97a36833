//! What the journal says about payments.

use audit::Subject;
use kernel::{
    Yen,
    ids::{BillId, PaymentId},
};
use serde::Serialize;

use super::{Method, Notice, Payment, PaymentState};
use crate::Outcome;

#[derive(Debug, Serialize)]
pub struct PaymentStarted {
    payment: PaymentId,
    bill: BillId,
    method: Method,
    amount: Yen,
    state: PaymentState,
}

impl PaymentStarted {
    pub fn of(payment: &Payment) -> Self {
        let Payment { id, bill, method, amount, state, .. } = *payment;
        Self { payment: id, bill, method, amount, state }
    }
}

impl audit::Event for PaymentStarted {
    const NAME: &'static str = "billing.payment.started";
    fn subject(&self) -> Subject {
        Subject::new("payment", self.payment)
    }
}

#[derive(Debug, Serialize)]
pub struct PaymentCaptured {
    payment: PaymentId,
    bill: BillId,
    method: Method,
    amount: Yen,
    outcome: &'static str,
}

impl PaymentCaptured {
    pub fn of(payment: &Payment, outcome: Outcome) -> Self {
        let outcome = match outcome {
            Outcome::Settled => "settled",
            Outcome::PartlyPaid { .. } => "partly_paid",
            Outcome::Late { .. } => "late",
        };
        Self { payment: payment.id, bill: payment.bill, method: payment.method, amount: payment.amount, outcome }
    }
}

impl audit::Event for PaymentCaptured {
    const NAME: &'static str = "billing.payment.captured";
    fn subject(&self) -> Subject {
        Subject::new("payment", self.payment)
    }
}

#[derive(Debug, Serialize)]
pub struct PaymentEnded {
    payment: PaymentId,
    bill: BillId,
    state: PaymentState,
}

impl PaymentEnded {
    pub fn of(payment: &Payment) -> Self {
        Self { payment: payment.id, bill: payment.bill, state: payment.state }
    }
}

impl audit::Event for PaymentEnded {
    const NAME: &'static str = "billing.payment.ended";
    fn subject(&self) -> Subject {
        Subject::new("payment", self.payment)
    }
}

#[derive(Debug, Serialize)]
pub struct LatePaymentAccepted {
    payment: PaymentId,
    bill: BillId,
    amount: Yen,
}

impl LatePaymentAccepted {
    pub fn of(payment: &Payment) -> Self {
        Self { payment: payment.id, bill: payment.bill, amount: payment.amount }
    }
}

impl audit::Event for LatePaymentAccepted {
    const NAME: &'static str = "billing.payment.late_accepted";
    fn subject(&self) -> Subject {
        Subject::new("payment", self.payment)
    }
}

#[derive(Debug, Serialize)]
pub struct NoticeQuarantined {
    payment: PaymentId,
    asked: Yen,
    told: Yen,
}

impl NoticeQuarantined {
    pub fn of(payment: &Payment, notice: &Notice) -> Self {
        Self { payment: payment.id, asked: payment.amount, told: notice.amount }
    }
}

impl audit::Event for NoticeQuarantined {
    const NAME: &'static str = "billing.notice.quarantined";
    fn subject(&self) -> Subject {
        Subject::new("payment", self.payment)
    }
}
