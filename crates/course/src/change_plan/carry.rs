//! How far a plan is: begun, taken step by step, and what could not be done of it.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{ChangePlanId, CourseApplicationId},
};

use super::{Affected, ChangePlan, Failure, Plan, PlanError, events, rules, sql};
use crate::catalogue::CatalogueError;

/// Locks a plan that is to be carried out; nothing when that was begun already.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn to_begin(tx: &mut TenantTx, id: ChangePlanId) -> Result<Option<ChangePlan>, PlanError> {
    let found = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok((found.state == "planned").then_some(found))
}

/// Holds what a plan says against what would happen now. Whoever calls has locked everything that it is about.
///
/// # Errors
/// [`PlanError::Outdated`] with what differs.
pub fn expect_same(kept: &ChangePlan, now: &Plan) -> Result<(), PlanError> {
    if rules::hash(now)? == kept.plan_hash {
        return Ok(());
    }
    Err(PlanError::Outdated(rules::difference(&kept.read()?, now)))
}

/// The change is made, and everybody is told; what is left is to pay back.
///
/// # Errors
/// A [`Fault`].
pub async fn begun(tx: &mut TenantTx, kept: ChangePlan, now: Instant) -> Result<ChangePlan, PlanError> {
    journal(tx, now, &events::ChangeMade { plan: kept.id, class: kept.class_id }).await?;
    step(tx, kept, 0, now).await
}

/// Locks a plan that is being carried out, with the next of its steps, at most so many.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn next(
    tx: &mut TenantTx,
    id: ChangePlanId,
    most: usize,
) -> Result<Option<(ChangePlan, Vec<Affected>)>, PlanError> {
    let found = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if found.state != "running" {
        return Ok(None);
    }
    let done = usize::try_from(found.done).unwrap_or_default();
    let left = found.read()?.steps().skip(done).take(most).cloned().collect();
    Ok(Some((found, left)))
}

/// So many more steps are taken.
///
/// # Errors
/// A [`Fault`].
pub async fn step(tx: &mut TenantTx, kept: ChangePlan, more: usize, now: Instant) -> Result<ChangePlan, PlanError> {
    let failed = kept.failures()?.len();
    let steps = kept.read()?.steps().count();
    let done = usize::try_from(kept.done).unwrap_or_default().saturating_add(more);
    let over = done >= steps;
    let state = match (over, failed) {
        (false, _) => "running",
        (true, 0) => "done",
        (true, _) => "unfinished",
    };
    let row = ChangePlan {
        done: i32::try_from(done).unwrap_or(i32::MAX),
        state: state.to_owned(),
        updated_at: now,
        version: kept.version.saturating_add(1),
        ..kept
    };
    sql::update(tx, &row).await?;
    if over {
        let (plan, class, refunds) = (row.id, row.class_id, steps.saturating_sub(failed));
        journal(tx, now, &events::ChangeDone { plan, class, refunds, failed }).await?;
    }
    Ok(row)
}

/// The next step cannot be taken; the plan says so and goes on. Nothing when somebody else took it meanwhile.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn fail(tx: &mut TenantTx, id: ChangePlanId, failure: Failure, now: Instant) -> Result<(), PlanError> {
    let Some((kept, left)) = next(tx, id, 1).await? else { return Ok(()) };
    if left.iter().all(|one| one.application != failure.application) {
        return Ok(());
    }
    let mut failures = kept.failures()?;
    failures.push(failure);
    let failures = written(&failures)?;
    step(tx, ChangePlan { failures, ..kept }, 1, now).await?;
    Ok(())
}

/// Who could not be given back what a plan says that is not done.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn unfinished(tx: &mut TenantTx, id: ChangePlanId) -> Result<Vec<CourseApplicationId>, PlanError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    let failed = if found.state == "unfinished" { found.failures()? } else { Vec::new() };
    Ok(failed.into_iter().map(|one| one.application).collect())
}

/// Locks a plan that is not done, with what somebody could not be given back; nothing when they have it by now.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn to_settle(
    tx: &mut TenantTx,
    id: ChangePlanId,
    application: CourseApplicationId,
) -> Result<Option<(ChangePlan, Affected)>, PlanError> {
    let found = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    let failed = found.failures()?.iter().any(|one| one.application == application);
    let step = found.read()?.steps().find(|one| one.application == application).cloned();
    Ok(step.filter(|_| failed).map(|step| (found, step)))
}

/// Somebody has what they could not be given back before.
///
/// # Errors
/// A [`Fault`].
pub async fn settled(
    tx: &mut TenantTx,
    kept: ChangePlan,
    application: CourseApplicationId,
    now: Instant,
) -> Result<ChangePlan, PlanError> {
    let left: Vec<Failure> = kept.failures()?.into_iter().filter(|one| one.application != application).collect();
    let failures = written(&left)?;
    step(tx, ChangePlan { failures, ..kept }, 0, now).await
}

/// Plans that are being carried out, the oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn running(tx: &mut TenantTx, most: i64) -> Result<Vec<ChangePlanId>, Fault> {
    sql::running(tx, most).await
}

fn written(failures: &[Failure]) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(failures).map_err(|_| Fault::Unexpected("the failures of a plan can be written"))
}
