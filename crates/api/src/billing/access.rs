//! Who may know of a bill: those who work for the tenant all of them, a patron their own, a guest the one they hold the
//! secret of. For everybody else it does not exist.

use billing::{Bill, Payment, bill, payment};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Actor, Service,
    ids::{BillId, PaymentId},
};
use tenancy::Permit;

use crate::{Desk, May, acting, problems, settle};

fn absent() -> ApiError {
    ApiError::of(problems::ABSENT.refuse())
}

/// The service whose thing the bill is for; its role does the work.
pub async fn service_of<P: Permit>(desk: &Desk, caller: &May<P>, id: BillId) -> Result<Service, ApiError> {
    let found = desk.db.read(&caller.scope(), async |tx| bill::subject_of(tx, id).await).await?;
    Ok(found.ok_or_else(absent)?.service())
}

/// The service and the bill of a payment.
pub async fn bill_of<P: Permit>(desk: &Desk, caller: &May<P>, id: PaymentId) -> Result<(Service, BillId), ApiError> {
    let found = desk.db.read(&caller.scope(), async |tx| payment::find(tx, id).await).await?;
    let bill = found.ok_or_else(absent)?.bill;
    Ok((service_of(desk, caller, bill).await?, bill))
}

/// What a guest shows: the secret of an order, or the code of the receipt of an application for a course.
pub fn shown(secret: Option<String>, code: Option<String>) -> Option<String> {
    secret.or(code)
}

/// The bill, if this caller may know of it. `secret` is what a guest shows.
pub async fn admitted<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    id: BillId,
    secret: Option<&str>,
) -> Result<Bill, ApiError> {
    let bill = bill::find(tx, id).await?.ok_or_else(absent)?;
    if may_know(tx, caller, &bill, secret).await? { Ok(bill) } else { Err(absent()) }
}

/// Whether this caller may know of the bill.
pub async fn may_know<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    bill: &Bill,
    secret: Option<&str>,
) -> Result<bool, ApiError> {
    match (caller.actor(), secret) {
        (Actor::Patron(_), _) => match bill.payer {
            Some(payer) => Ok(acting::may(tx, caller, payer).await?),
            None => Ok(false),
        },
        (Actor::Guest(_), Some(secret)) => settle::opens(tx, &bill.subject, secret, caller.now()).await,
        (Actor::Guest(_), None) => Ok(false),
        _ => Ok(true),
    }
}

/// The payment, if this caller may know of its bill.
pub async fn admitted_payment<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    id: PaymentId,
    secret: Option<&str>,
) -> Result<Payment, ApiError> {
    let payment = payment::find(tx, id).await?.ok_or_else(absent)?;
    admitted(tx, caller, payment.bill, secret).await?;
    Ok(payment)
}

/// Whether this caller may pay with play money: in a sandbox, or where the house has opened it to everybody.
pub fn sandbox<P: Permit>(desk: &Desk, caller: &May<P>) -> Result<(), ApiError> {
    if desk.sandbox_payments || !caller.principal().live {
        return Ok(());
    }
    Err(ApiError::of(billing::problems::SANDBOX_ONLY.refuse()))
}
