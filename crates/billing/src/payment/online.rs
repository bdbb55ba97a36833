//! Payments through a provider: started by us, confirmed by the patron.

use db::{Fault, TenantTx};
use kernel::{
    Id, Instant, Refusal, Refuse, Yen,
    ids::{BillId, PaymentId},
};

use super::{
    Method, NextAction, Payment, PaymentState, events,
    provider::{Provider, ProviderAnswer, ProviderAsk},
    sql,
};
use crate::{Bill, BillState, Settlement, bill, problems};

/// A payment to be started, of all that is outstanding.
#[derive(Debug, Clone)]
pub struct Start {
    pub bill: BillId,
    /// A provider's method.
    pub method: Method,
    /// What the provider gave in exchange for the card. Not stored.
    pub token: Option<String>,
}

/// Where a payment stands, and the news for the service when money came.
#[derive(Debug, Clone)]
pub struct Answer {
    pub payment: Payment,
    pub settlement: Option<Settlement>,
}

/// Why a payment was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartPaymentError {
    #[error("no such bill")]
    Absent,
    #[error("the bill is paid")]
    Paid,
    #[error("the bill was cancelled")]
    Cancelled,
    #[error("the bill's time is over")]
    Overdue { due_at: Option<Instant> },
    #[error("the provider does not know this token")]
    UnknownToken,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for StartPaymentError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Paid => problems::BILL_PAID.refuse(),
            Self::Cancelled => problems::BILL_CANCELLED.refuse(),
            Self::Overdue { due_at } => due_at
                .iter()
                .fold(problems::BILL_OVERDUE.refuse(), |no, due_at| no.fact("due_at", kernel::clock::written(*due_at))),
            Self::UnknownToken => problems::TOKEN_UNKNOWN.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Starts a payment at a provider. A declined card is an answer, not an error: the payment is kept as failed. The time of a number for
/// a store is fixed when the provider gives it, so whoever needs a longer one asks again: the new number takes the place of the one
/// before. Money that comes with that one all the same counts, or is late, as any other.
///
/// # Errors
/// [`StartPaymentError`].
pub async fn start(
    tx: &mut TenantTx,
    provider: &dyn Provider,
    ask: &Start,
    now: Instant,
) -> Result<Answer, StartPaymentError> {
    if ask.method.provider() != Some(provider.name()) {
        return Err(Fault::Unexpected("a payment is started at the provider of its method").into());
    }
    let mut bill = bill::sql::lock(tx, ask.bill).await?.ok_or(StartPaymentError::Absent)?;
    asks_for_money(&bill, now)?;
    let id: PaymentId = Id::new(now);
    let (method, amount) = (ask.method, bill.outstanding());
    let question =
        ProviderAsk { payment: id, method, amount, token: ask.token.as_deref(), due_at: bill.asks_until(now) };
    let answer = provider.start(&question, now);
    let captured = matches!(answer, ProviderAnswer::Captured { .. });
    let mut payment = begun(id, &bill, method, provider.name(), answer, now)?;
    if payment.awaits_store() {
        void_number(tx, bill.id, now).await?;
    }
    sql::insert(tx, &payment).await?;
    audit::journal(tx, now, &events::PaymentStarted::of(&payment)).await?;
    let settlement = if captured { Some(super::capture(tx, &mut bill, &mut payment, now).await?) } else { None };
    Ok(Answer { payment, settlement })
}

/// There is one number for a store at a time.
async fn void_number(tx: &mut TenantTx, bill: BillId, now: Instant) -> Result<(), Fault> {
    let payments = super::of_bill(tx, bill).await?;
    if let Some(old) = super::store_number(&payments) {
        give_up(tx, old.clone(), PaymentState::Cancelled, "replaced", now).await?;
    }
    Ok(())
}

fn asks_for_money(bill: &Bill, now: Instant) -> Result<(), StartPaymentError> {
    match bill.state {
        BillState::Paid => Err(StartPaymentError::Paid),
        BillState::Cancelled => Err(StartPaymentError::Cancelled),
        BillState::Open if bill.overdue(now) => Err(StartPaymentError::Overdue { due_at: bill.due_at }),
        BillState::Open => Ok(()),
    }
}

/// The payment as the provider's answer begins it.
fn begun(
    id: PaymentId,
    bill: &Bill,
    method: Method,
    provider: &str,
    answer: ProviderAnswer,
    now: Instant,
) -> Result<Payment, StartPaymentError> {
    let (reference, state, next_action, due_at, failure) = match answer {
        ProviderAnswer::Later { reference } | ProviderAnswer::Captured { reference } => {
            (reference, PaymentState::Created, None, None, None)
        }
        ProviderAnswer::Action { reference, action, due_at } => {
            (reference, PaymentState::RequiresAction, Some(action), Some(due_at), None)
        }
        ProviderAnswer::Declined { reference, failure } => (reference, PaymentState::Failed, None, None, Some(failure)),
        ProviderAnswer::UnknownToken => return Err(StartPaymentError::UnknownToken),
    };
    Ok(Payment {
        id,
        bill: bill.id,
        method,
        provider: Some(provider.to_owned()),
        provider_ref: Some(reference),
        state,
        amount: bill.outstanding(),
        refunded: Yen::ZERO,
        due_at,
        next_action,
        failure: failure.map(str::to_owned),
        created_at: now,
        captured_at: None,
        version: 1,
    })
}

/// What the patron did at the card's bank.
#[derive(Debug, Clone)]
pub struct Complete {
    pub payment: PaymentId,
    /// The step of the payment's next action.
    pub step: String,
    /// Whether the patron approved it there.
    pub approved: bool,
}

/// Why a payment was not completed.
#[derive(Debug, thiserror::Error)]
pub enum CompletePaymentError {
    #[error("no such payment")]
    Absent,
    #[error("the payment does not wait for that step")]
    NotWaiting,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for CompletePaymentError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotWaiting => problems::NOT_WAITING.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Goes on with a payment after the patron was at the bank: captured, failed, or cancelled without taking money because
/// the bill does not ask for it any more.
///
/// # Errors
/// [`CompletePaymentError`].
pub async fn complete_action(
    tx: &mut TenantTx,
    provider: &dyn Provider,
    ask: &Complete,
    now: Instant,
) -> Result<Answer, CompletePaymentError> {
    let (mut bill, mut payment) = super::locked(tx, ask.payment).await?.ok_or(CompletePaymentError::Absent)?;
    let waits = matches!(payment.action_at(now), Some(NextAction::Confirm { step, .. }) if *step == ask.step);
    if !waits || payment.provider.as_deref() != Some(provider.name()) {
        return Err(CompletePaymentError::NotWaiting);
    }
    if asks_for_money(&bill, now).is_err() || payment.amount > bill.outstanding() {
        let payment = give_up(tx, payment, PaymentState::Cancelled, "bill_closed", now).await?;
        return Ok(Answer { payment, settlement: None });
    }
    if !provider.confirmed(&ask.step, ask.approved) {
        let payment = give_up(tx, payment, PaymentState::Failed, "not_confirmed", now).await?;
        return Ok(Answer { payment, settlement: None });
    }
    let settlement = super::capture(tx, &mut bill, &mut payment, now).await?;
    Ok(Answer { payment, settlement: Some(settlement) })
}

async fn give_up(
    tx: &mut TenantTx,
    mut payment: Payment,
    state: PaymentState,
    failure: &str,
    now: Instant,
) -> Result<Payment, Fault> {
    let before = payment.state;
    payment.state = state;
    payment.failure = Some(failure.to_owned());
    sql::keep(tx, &mut payment, before).await?;
    audit::journal(tx, now, &events::PaymentEnded::of(&payment)).await?;
    Ok(payment)
}
