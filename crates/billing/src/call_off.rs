//! 取りやめ: a bill that is not to be paid any more, or was not in time. Nobody keeps a part of it: what came in goes back, and
//! then it is cancelled.

use db::{Db, Fault, TenantTx};
use kernel::{
    Instant,
    ids::{BillId, TenantId},
};

use crate::{
    Bill, BillState, PaymentState,
    bill::{self as bills, CancelBillError},
    document,
    refund::{self, Reason, RecordRefundError, Refund, RefundDraft},
};

/// What became of a bill that was called off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalledOff {
    /// It asks for nothing, and everything that came in for it went back.
    Cancelled { returned: Vec<Refund> },
    /// It is paid in full. Nothing was changed: what is to go back of it is for the service to say.
    Paid,
}

/// Calls off a bill that is open. What was paid of it goes back, each payment the way it came. A cancelled bill stays as it is.
///
/// # Errors
/// [`CancelBillError::Absent`], or a fault.
pub async fn bill(tx: &mut TenantTx, id: BillId, reason: Reason, now: Instant) -> Result<CalledOff, CancelBillError> {
    let found = bills::sql::lock(tx, id).await?.ok_or(CancelBillError::Absent)?;
    if found.state == BillState::Paid {
        return Ok(CalledOff::Paid);
    }
    let returned = return_all(tx, &found, reason, now).await?;
    bills::cancel_unpaid(tx, id, now).await?;
    Ok(CalledOff::Cancelled { returned })
}

async fn return_all(tx: &mut TenantTx, bill: &Bill, reason: Reason, now: Instant) -> Result<Vec<Refund>, Fault> {
    let payments = crate::payment::of_bill(tx, bill.id).await?;
    let mut returned = Vec::new();
    for payment in payments.iter().filter(|one| one.state == PaymentState::Captured) {
        let route = payment.method.way_back();
        let draft = RefundDraft { bill: bill.id, payment: Some(payment.id), lines: Vec::new(), route, reason };
        let refund = refund::record(tx, &draft, now).await.map_err(|error| match error {
            RecordRefundError::Fault(fault) => fault,
            _ => Fault::Unexpected("a captured payment of an open bill can be returned"),
        })?;
        document::credit(tx, &refund, now).await?;
        returned.push(refund);
    }
    Ok(returned)
}

/// The tenants that have open bills whose time is over.
///
/// # Errors
/// A [`Fault`].
pub async fn tenants_with_overdue(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    bills::sql::tenants_with_overdue(db, now).await
}

/// Tidies up: calls off at most `limit` bills whose time is over, passing by what somebody else is at work on, and says which.
/// They took no payments any more before that.
///
/// # Errors
/// [`CancelBillError`].
pub async fn overdue(tx: &mut TenantTx, limit: i64, now: Instant) -> Result<Vec<BillId>, CancelBillError> {
    let overdue = bills::sql::overdue(tx, limit, now, true).await?;
    for id in &overdue {
        bill(tx, *id, Reason::Lapsed, now).await?;
    }
    Ok(overdue)
}

/// At most `limit` bills whose time is over, the longest overdue first: for whoever calls them off one by one, with [`if_overdue`].
///
/// # Errors
/// A [`Fault`].
pub async fn due(tx: &mut TenantTx, limit: i64, now: Instant) -> Result<Vec<BillId>, Fault> {
    bills::sql::overdue(tx, limit, now, false).await
}

/// Calls off a bill if its time is over, and says whether it was.
///
/// # Errors
/// [`CancelBillError`].
pub async fn if_overdue(tx: &mut TenantTx, id: BillId, now: Instant) -> Result<bool, CancelBillError> {
    let found = bills::sql::lock(tx, id).await?;
    let overdue = found.is_some_and(|one| one.overdue(now));
    if overdue {
        bill(tx, id, Reason::Lapsed, now).await?;
    }
    Ok(overdue)
}
