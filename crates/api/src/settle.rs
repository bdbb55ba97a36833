//! Between a bill and what it is for: billing knows money, a service knows its orders, and this is where one tells the
//! other, in the same transaction. The bill's row is locked before the order's, here and everywhere.

use billing::{
    Late, Method, Outcome, Settlement, Subject, bill,
    payment::{self, PaymentState, accept_late, refund_late},
    refund::{self, Reason, Route},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant,
    ids::{BillId, CourseApplicationId, HireApplicationId, OrderId},
};
use ticket::{
    order::{self, OrderError, Settled},
    secret::Proof,
};

use ::course::seats;
use ::venue::application::{self, Paid};

use crate::{
    Desk,
    course::moves,
    letters,
    subject::{APPLICATION, COURSE_APPLICATION, ORDER, order_of},
    venue::letters as hire_letters,
};

/// Tells the service behind a bill what became of it, and the buyer when there are tickets. Late money is accepted if the
/// service can still deliver, and goes back otherwise.
///
/// # Errors
/// What the service refuses with.
pub async fn tell(desk: &Desk, tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<(), ApiError> {
    match settlement.subject.kind.as_ref() {
        ORDER => tell_order(desk, tx, OrderId::from_uuid(settlement.subject.id), settlement, now).await,
        APPLICATION => {
            tell_application(desk, tx, HireApplicationId::from_uuid(settlement.subject.id), settlement, now).await
        }
        COURSE_APPLICATION => {
            tell_course(desk, tx, CourseApplicationId::from_uuid(settlement.subject.id), settlement, now).await
        }
        _ => tell_nobody(tx, settlement, now).await,
    }
}

async fn tell_order(
    desk: &Desk,
    tx: &mut TenantTx,
    id: OrderId,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), ApiError> {
    match settlement.outcome {
        Outcome::PartlyPaid { .. } => {}
        Outcome::Settled => match order::settle(tx, id, now).await? {
            Settled::Issued { order, tickets } => letters::order_confirmed(desk, tx, &order, &tickets, now).await?,
            Settled::Already { .. } => {}
            Settled::Lost { .. } => give_back(tx, settlement, now).await?,
        },
        Outcome::Late { why: Late::PaidAlready, .. } => {
            refund_late(tx, settlement.payment, now).await?;
        }
        Outcome::Late { .. } => match order::settle(tx, id, now).await? {
            Settled::Issued { order, tickets } => {
                accept_late(tx, settlement.payment, now).await?;
                letters::order_confirmed(desk, tx, &order, &tickets, now).await?;
            }
            Settled::Already { .. } | Settled::Lost { .. } => {
                refund_late(tx, settlement.payment, now).await?;
            }
        },
    }
    Ok(())
}

async fn tell_application(
    desk: &Desk,
    tx: &mut TenantTx,
    id: HireApplicationId,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), ApiError> {
    match settlement.outcome {
        Outcome::PartlyPaid { .. } => {}
        Outcome::Settled => match application::paid(tx, id, now).await? {
            Paid::Confirmed => hire_letters::permitted_by_id(desk, tx, id, now).await?,
            Paid::Already => {}
            Paid::Lost => give_back(tx, settlement, now).await?,
        },
        Outcome::Late { why: Late::PaidAlready, .. } => {
            refund_late(tx, settlement.payment, now).await?;
        }
        Outcome::Late { .. } => match application::paid(tx, id, now).await? {
            Paid::Confirmed => {
                accept_late(tx, settlement.payment, now).await?;
                hire_letters::permitted_by_id(desk, tx, id, now).await?;
            }
            Paid::Already | Paid::Lost => {
                refund_late(tx, settlement.payment, now).await?;
            }
        },
    }
    Ok(())
}

/// Late money admits while there are places and nobody waits; otherwise it goes back.
async fn tell_course(
    desk: &Desk,
    tx: &mut TenantTx,
    id: CourseApplicationId,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), ApiError> {
    let late = match settlement.outcome {
        Outcome::PartlyPaid { .. } => return Ok(()),
        Outcome::Late { why: Late::PaidAlready, .. } => {
            refund_late(tx, settlement.payment, now).await?;
            return Ok(());
        }
        Outcome::Late { .. } => true,
        Outcome::Settled => false,
    };
    let class = ::course::application::find(tx, id).await?.application.class_id;
    let (kept, told) = match seats::pay(tx, class, id, now).await? {
        seats::Paid::Admitted(told) => (true, told),
        seats::Paid::Already(told) => (!late, told),
        seats::Paid::Lost(told) => (false, told),
    };
    if !late && !kept {
        give_back(tx, settlement, now).await?;
    } else if late && kept {
        accept_late(tx, settlement.payment, now).await?;
    } else if late {
        refund_late(tx, settlement.payment, now).await?;
    }
    moves::follow(desk, tx, &told, now).await
}

/// Nobody waits for the money: what is owed stays owed, however late it comes.
async fn tell_nobody(tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<(), ApiError> {
    if let Outcome::Late { why, .. } = settlement.outcome {
        if why.reclaimable() {
            accept_late(tx, settlement.payment, now).await?;
        } else {
            refund_late(tx, settlement.payment, now).await?;
        }
    }
    Ok(())
}

/// The bill is paid, but what it was for is gone: what was paid goes back the way it came.
async fn give_back(tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<(), ApiError> {
    refund::give_back(tx, settlement.bill, &[], Reason::LatePayment, now).await?;
    Ok(())
}

/// The way back of what was paid for a bill: as the last payment for it came.
///
/// # Errors
/// A fault of the database.
pub async fn route_of(tx: &mut TenantTx, bill: BillId) -> Result<Route, ApiError> {
    let payments = payment::of_bill(tx, bill).await?;
    let captured = payments.iter().rev().find(|one| one.state == PaymentState::Captured);
    Ok(captured.map_or(Route::BankTransfer, |one| one.method.way_back()))
}

/// Whether the thing a bill is for may be paid by this method.
///
/// # Errors
/// What the service refuses with.
pub async fn takes(tx: &mut TenantTx, bill: BillId, method: Method, now: Instant) -> Result<(), ApiError> {
    let Some(id) = bill::subject_of(tx, bill).await?.as_ref().and_then(order_of) else { return Ok(()) };
    Ok(order::find(tx, id, Proof::Trusted, now).await?.takes(method.as_str())?)
}

/// Whether a guest's secret is that of the thing the bill is for: the secret of an order, the receipt code of an application.
///
/// # Errors
/// A fault of the database.
pub async fn opens(tx: &mut TenantTx, subject: &Subject, secret: &str, now: Instant) -> Result<bool, ApiError> {
    if subject.kind == COURSE_APPLICATION {
        let found = ::course::application::find(tx, CourseApplicationId::from_uuid(subject.id)).await?;
        return Ok(found.application.opens_with(secret));
    }
    let Some(id) = order_of(subject) else { return Ok(false) };
    match order::find(tx, id, Proof::Secret(secret), now).await {
        Ok(_) => Ok(true),
        Err(OrderError::Absent) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
