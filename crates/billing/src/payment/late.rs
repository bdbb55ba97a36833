//! Late money: it lies in suspense until the service has said whether it can still deliver.

use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse, Yen, ids::PaymentId};

use super::{Payment, PaymentState, events, sql};
use crate::{
    BillState, Outcome, Settlement, bill, ledger, problems,
    refund::{self, Reason, Refund},
};

/// Why late money was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptLateError {
    #[error("no such payment")]
    Absent,
    #[error("the payment is not late")]
    NotLate,
    #[error("the bill asks for {outstanding}")]
    NothingOwed { outstanding: Yen },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for AcceptLateError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotLate => problems::NOT_LATE.refuse(),
            Self::NothingOwed { outstanding } => problems::NOTHING_OWED.refuse().fact("outstanding", outstanding.0),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Counts late money for its bill, because the service has reclaimed what it is for. A cancelled bill is charged again.
///
/// # Errors
/// [`AcceptLateError`].
pub async fn accept_late(tx: &mut TenantTx, id: PaymentId, now: Instant) -> Result<Settlement, AcceptLateError> {
    let (mut bill, mut payment) = super::locked(tx, id).await?.ok_or(AcceptLateError::Absent)?;
    if payment.state != PaymentState::CapturedLate {
        return Err(AcceptLateError::NotLate);
    }
    let asked = bill.missing();
    if payment.amount > asked {
        return Err(AcceptLateError::NothingOwed { outstanding: asked });
    }
    let mut entries = Vec::new();
    if bill.state == BillState::Cancelled {
        entries = ledger::rules::charges(&bill);
    }
    entries.push(ledger::rules::late_accepted(&payment));
    payment.state = PaymentState::Captured;
    sql::keep(tx, &mut payment, PaymentState::CapturedLate).await?;
    bill::rules::count(&mut bill, payment.amount, now);
    bill::sql::keep(tx, &bill).await?;
    ledger::post(tx, &bill, &entries, now).await?;
    sql::cancel_pending(tx, &bill, Some(payment.id)).await?;
    let outcome = match bill.outstanding() {
        Yen::ZERO => Outcome::Settled,
        outstanding => Outcome::PartlyPaid { outstanding },
    };
    audit::journal(tx, now, &events::LatePaymentAccepted::of(&payment)).await?;
    Ok(Settlement { bill: bill.id, payment: payment.id, subject: bill.subject.clone(), outcome })
}

/// Why late money did not go back.
#[derive(Debug, thiserror::Error)]
pub enum RefundLateError {
    #[error("no such payment")]
    Absent,
    #[error("the payment is not late")]
    NotLate,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for RefundLateError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotLate => problems::NOT_LATE.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Gives late money back, all of it, the way it came.
///
/// # Errors
/// [`RefundLateError`].
pub async fn refund_late(tx: &mut TenantTx, id: PaymentId, now: Instant) -> Result<Refund, RefundLateError> {
    let (bill, mut payment) = super::locked(tx, id).await?.ok_or(RefundLateError::Absent)?;
    if payment.state != PaymentState::CapturedLate {
        return Err(RefundLateError::NotLate);
    }
    let refund = Refund::new(&payment, payment.amount, payment.method.way_back(), Reason::LatePayment, now);
    empty(&mut payment);
    sql::keep(tx, &mut payment, PaymentState::CapturedLate).await?;
    refund::write(tx, &bill, &refund, &[ledger::rules::late_returned(&payment, refund.id)], now).await?;
    Ok(refund)
}

fn empty(payment: &mut Payment) {
    payment.refunded = payment.amount;
    payment.state = PaymentState::Refunded;
}
