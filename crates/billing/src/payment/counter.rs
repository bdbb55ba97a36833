//! Money over the counter.

use db::{Fault, TenantTx};
use kernel::{Id, Instant, Refusal, Refuse, Yen, ids::BillId};

use super::{Method, Payment, PaymentState, events, sql};
use crate::{Bill, BillState, Settlement, bill, problems};

/// Money handed over for a bill.
#[derive(Debug, Clone, Copy)]
pub struct Take {
    pub bill: BillId,
    /// [`Method::Cash`] or [`Method::CardTerminal`].
    pub method: Method,
    /// Yen; all that is outstanding when not said.
    pub amount: Option<Yen>,
}

/// Why money was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakePaymentError {
    #[error("no such bill")]
    Absent,
    #[error("the bill is paid")]
    Paid,
    #[error("the bill was cancelled")]
    Cancelled,
    #[error("the bill's time is over; only {missing} would be accepted for it")]
    Overdue { due_at: Option<Instant>, missing: Yen },
    #[error("a payment is of at least one yen")]
    OfNothing,
    #[error("only {outstanding} are outstanding")]
    TooMuch { outstanding: Yen },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for TakePaymentError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Paid => problems::BILL_PAID.refuse(),
            Self::Cancelled => problems::BILL_CANCELLED.refuse(),
            Self::Overdue { due_at, missing } => {
                let refusal = problems::BILL_OVERDUE.refuse().fact("outstanding", missing.0);
                due_at.iter().fold(refusal, |no, due_at| no.fact("due_at", kernel::clock::written(*due_at)))
            }
            Self::OfNothing => problems::PAYMENT_OF_NOTHING.refuse(),
            Self::TooMuch { outstanding } => problems::PAYMENT_TOO_MUCH.refuse().fact("outstanding", outstanding.0),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Takes money at the counter: it is captured at once. The change for the patron is the till's business. Money for a bill whose time is
/// over is late: it must be all that the bill would ask for, and the service decides whether it can still deliver.
///
/// # Errors
/// [`TakePaymentError`].
pub async fn take(tx: &mut TenantTx, ask: &Take, now: Instant) -> Result<(Payment, Settlement), TakePaymentError> {
    if ask.method.provider().is_some() {
        return Err(Fault::Unexpected("a provider's money is not taken at the counter").into());
    }
    let mut bill = bill::sql::lock(tx, ask.bill).await?.ok_or(TakePaymentError::Absent)?;
    let amount = payable(&bill, ask.amount, now)?;
    Ok(receive(tx, &mut bill, ask.method, amount, now).await?)
}

/// Money that is there, for a bill under its lock: it counts, or it is late.
pub(crate) async fn receive(
    tx: &mut TenantTx,
    bill: &mut Bill,
    method: Method,
    amount: Yen,
    now: Instant,
) -> Result<(Payment, Settlement), Fault> {
    let mut payment = Payment {
        id: Id::new(now),
        bill: bill.id,
        method,
        provider: None,
        provider_ref: None,
        state: PaymentState::Created,
        amount,
        refunded: Yen::ZERO,
        due_at: None,
        next_action: None,
        failure: None,
        created_at: now,
        captured_at: None,
        version: 1,
    };
    sql::insert(tx, &payment).await?;
    audit::journal(tx, now, &events::PaymentStarted::of(&payment)).await?;
    let settlement = super::capture(tx, bill, &mut payment, now).await?;
    Ok((payment, settlement))
}

fn payable(bill: &Bill, amount: Option<Yen>, now: Instant) -> Result<Yen, TakePaymentError> {
    let late = bill.ran_out(now);
    match bill.state {
        BillState::Paid => return Err(TakePaymentError::Paid),
        BillState::Cancelled if !late => return Err(TakePaymentError::Cancelled),
        BillState::Open | BillState::Cancelled => {}
    }
    let outstanding = bill.missing();
    match amount {
        Some(amount) if amount < Yen(1) => Err(TakePaymentError::OfNothing),
        Some(amount) if late && amount < outstanding => {
            Err(TakePaymentError::Overdue { due_at: bill.due_at, missing: outstanding })
        }
        Some(amount) if amount > outstanding => Err(TakePaymentError::TooMuch { outstanding }),
        amount => Ok(amount.unwrap_or(outstanding)),
    }
}
