//! Between a bill and what it is for: billing knows money, a service knows its orders, and this is where one tells the
//! other, in the same transaction. The bill's row is locked before the order's, here and everywhere.

use billing::{
    BillState, Method, Outcome, Settlement, Subject, bill,
    payment::{accept_late, refund_late},
    refund::{self, Reason},
};
use contract::ApiError;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{BillId, CourseApplicationId, HireApplicationId, HireQuoteId, OrderId},
};
use ticket::{
    order::{self, OrderError, Settled},
    secret::Proof,
};
use time::Date;

use ::course::seats;
use ::venue::application::{self, Paid};

use crate::{
    Desk,
    course::{moves, refunds},
    letters,
    subject::{APPLICATION, COURSE_APPLICATION, ORDER, SUPPLEMENT, order_of},
    venue::{letters as hire_letters, money},
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
        SUPPLEMENT => tell_supplement(desk, tx, HireQuoteId::from_uuid(settlement.subject.id), settlement, now).await,
        _ => tell_nobody(desk, tx, settlement, now).await,
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
            Settled::Lost { .. } => {
                give_back(desk, tx, settlement, now).await?;
            }
        },
        Outcome::Late { amount, .. } if !covers(tx, settlement.bill, amount).await? => {
            return_late(desk, tx, settlement, now).await?;
        }
        Outcome::Late { .. } => match order::settle(tx, id, now).await? {
            Settled::Issued { order, tickets } => {
                accept_late(tx, settlement.payment, now).await?;
                letters::order_confirmed(desk, tx, &order, &tickets, now).await?;
            }
            Settled::Already { .. } | Settled::Lost { .. } => {
                return_late(desk, tx, settlement, now).await?;
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
            Paid::Lost => {
                give_back(desk, tx, settlement, now).await?;
                hire_letters::lapsed_by_id(desk, tx, id, now).await?;
            }
        },
        Outcome::Late { amount, .. }
            if money::bill_of(tx, id).await? != Some(settlement.bill)
                || !covers(tx, settlement.bill, amount).await? =>
        {
            return_late(desk, tx, settlement, now).await?;
        }
        Outcome::Late { .. } => match application::paid(tx, id, now).await? {
            Paid::Confirmed => {
                accept_late(tx, settlement.payment, now).await?;
                hire_letters::permitted_by_id(desk, tx, id, now).await?;
            }
            Paid::Already => {
                return_late(desk, tx, settlement, now).await?;
            }
            Paid::Lost => {
                return_late(desk, tx, settlement, now).await?;
                hire_letters::lapsed_by_id(desk, tx, id, now).await?;
            }
        },
    }
    Ok(())
}

/// Late money admits while there are places and nobody waits; otherwise it goes back. Of what admits, the part goes back that is for
/// sessions that were given up since the price was made, and, when it is late, for joining fees that another application carries.
async fn tell_course(
    desk: &Desk,
    tx: &mut TenantTx,
    id: CourseApplicationId,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), ApiError> {
    let late = match settlement.outcome {
        Outcome::PartlyPaid { .. } => return Ok(()),
        Outcome::Late { amount, .. }
            if moves::bill_of(tx, id).await? != Some(settlement.bill)
                || !covers(tx, settlement.bill, amount).await? =>
        {
            return_late(desk, tx, settlement, now).await?;
            return Ok(());
        }
        Outcome::Late { .. } => true,
        Outcome::Settled => false,
    };
    let class = ::course::application::find(tx, id).await?.application.class_id;
    let (admitted, told) = match seats::pay(tx, class, id, now).await? {
        seats::Paid::Admitted(told) => (true, told),
        seats::Paid::Already(told) if late => {
            return_late(desk, tx, settlement, now).await?;
            return moves::follow(desk, tx, &told, now).await;
        }
        seats::Paid::Already(told) => return moves::follow(desk, tx, &told, now).await,
        seats::Paid::Lost(told) => (false, told),
    };
    match (admitted, late) {
        (true, true) => drop(accept_late(tx, settlement.payment, now).await?),
        (false, true) => {
            return_late(desk, tx, settlement, now).await?;
        }
        _ => {}
    }
    let bill = bill::find(tx, settlement.bill).await?.filter(|bill| bill.state == BillState::Paid);
    let back = match bill {
        Some(bill) if admitted => refunds::give_back_unheld(tx, (id, &bill), late, now).await?,
        Some(_) if !late => give_back(desk, tx, settlement, now).await?,
        _ => Yen::ZERO,
    };
    moves::follow_with(desk, tx, &told, &[(id, back)].into(), now).await
}

/// Whether late money is all that is missing of its bill: a part of a price admits nobody, confirms nothing and issues no ticket. Nor does
/// a bill that is not the one that counts any more, from before a party or a price became smaller.
async fn covers(tx: &mut TenantTx, bill: BillId, amount: Yen) -> Result<bool, ApiError> {
    Ok(bill::find(tx, bill).await?.is_some_and(|bill| bill.missing() == amount))
}

/// Nobody waits for the money: what is owed stays owed, however late it comes.
async fn tell_nobody(desk: &Desk, tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<(), ApiError> {
    if let Outcome::Late { why, .. } = settlement.outcome {
        if why.reclaimable() {
            accept_late(tx, settlement.payment, now).await?;
        } else {
            return_late(desk, tx, settlement, now).await?;
        }
    }
    Ok(())
}

/// Late money counts while the supplement is what is still asked for; when a later change, the settlement or the end of the
/// application took its place, it goes back.
async fn tell_supplement(
    desk: &Desk,
    tx: &mut TenantTx,
    quote: HireQuoteId,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), ApiError> {
    if let Outcome::Late { amount, .. } = settlement.outcome
        && !(covers(tx, settlement.bill, amount).await? && application::asks_for(tx, quote).await?)
    {
        return_late(desk, tx, settlement, now).await?;
        return Ok(());
    }
    tell_nobody(desk, tx, settlement, now).await
}

/// The bill is paid, but what it was for is gone: what was paid goes back the way it came, and the payer hears of each payment. Says how
/// much that is.
async fn give_back(desk: &Desk, tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<Yen, ApiError> {
    let returned = refund::give_back(tx, settlement.bill, &[], Reason::LatePayment, now).await?;
    for one in &returned {
        letters::payment_returned(desk, tx, one, now).await?;
    }
    Ok(returned.iter().map(|one| one.amount).sum())
}

/// Late money goes back the way it came, and the payer hears of it.
async fn return_late(desk: &Desk, tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<(), ApiError> {
    let refund = refund_late(tx, settlement.payment, now).await?;
    letters::payment_returned(desk, tx, &refund, now).await
}

/// The last day of use of the hires that a bill is for; none when it is for something else.
///
/// # Errors
/// A fault of the database.
pub async fn last_day(tx: &mut TenantTx, subject: &Subject) -> Result<Option<Date>, Fault> {
    match subject.kind.as_ref() {
        APPLICATION => application::last_day(tx, HireApplicationId::from_uuid(subject.id)).await,
        SUPPLEMENT => application::last_day_of_supplement(tx, HireQuoteId::from_uuid(subject.id)).await,
        _ => Ok(None),
    }
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
