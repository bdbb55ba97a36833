//! 納付期限の延長: the house gives more time to pay.

use audit::journal;
use db::{Fault, Remark, TenantTx};
use kernel::{Instant, ids::HireApplicationId};

use super::{ApplicationError, Applied, events, locked, store, words};
use crate::{
    due, hire,
    hire_hold::{self, HoldError},
};

/// Gives more time to pay for a granted application, for a reason; its rooms are kept as long. It may be done again. The caller holds
/// the lock of its bill, and puts that off in the same transaction: of an extension and a lapse, whoever has the lock first counts.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State` when it is paid, has lapsed or waits for no money, `HireOver`, `Due` when the new
/// deadline is not after the one there is, or after the first use begins.
pub async fn extend(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    (due_at, reason): (Instant, &Remark),
    now: Instant,
) -> Result<Applied, ApplicationError> {
    let mut application = locked(tx, id, version, now, &["awaiting_payment"]).await?;
    let before = application.due_at.ok_or(Fault::Unexpected("what waits for money has a deadline"))?;
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    let latest = due::latest(tx, &application, &hires, now).await?;
    due::rules::expect_between(due_at, (before, latest))?;
    match hire_hold::keep(tx, &hires, Some(due_at), now).await {
        Err(HoldError::Over(_)) => return Err(ApplicationError::State("lapsed".to_owned())),
        kept => kept?,
    }
    let kept = reason.seal(&words::cell(tx.tenant(), id, words::DUE_REASON))?;
    (application.due_at, application.due_reason) = (Some(due_at), Some(kept));
    let told = events::ApplicationExtended {
        application: id,
        due_before: kernel::clock::written(before),
        due_at: kernel::clock::written(due_at),
    };
    journal(tx, now, &told).await?;
    store(tx, &mut application, now).await?;
    Ok(Applied { application, hires })
}
