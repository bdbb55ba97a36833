//! How far a plan is: begun, taken step by step, and what could not be done of it.

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant,
    ids::{ChangePlanId, CourseApplicationId, CourseClassId},
};

use super::{Affected, Change, ChangePlan, Failure, Plan, PlanError, events, failures_of, rules, sql};
use crate::{application, catalogue::CatalogueError, joining, schema::change_plans};

/// How far a plan is, without what it says.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = change_plans)]
pub struct Progress {
    pub id: ChangePlanId,
    pub class_id: CourseClassId,
    pub(super) state: String,
    pub(super) done: i32,
    pub(super) version: i32,
    pub(super) failures: serde_json::Value,
}

impl Progress {
    fn failures(&self) -> Result<Vec<Failure>, Fault> {
        failures_of(&self.failures)
    }

    fn taken(&self) -> usize {
        usize::try_from(self.done).unwrap_or_default()
    }
}

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
pub async fn begun(tx: &mut TenantTx, kept: ChangePlan, plan: &Plan, now: Instant) -> Result<(), PlanError> {
    journal(tx, now, &events::ChangeMade { plan: kept.id, class: kept.class_id }).await?;
    if matches!(plan.change, Change::CancelClass { .. }) {
        keep_joined(tx, plan).await?;
    }
    let ChangePlan { id, class_id, state, done, version, failures, .. } = kept;
    let one = Progress { id, class_id, state, done, version, failures };
    step(tx, one, (0, plan.steps().count()), now).await
}

/// Of a class that ends half way, whoever is not given back all of a joining fee has joined.
async fn keep_joined(tx: &mut TenantTx, plan: &Plan) -> Result<(), Fault> {
    let paid = plan.affected.iter().filter(|one| !one.lines.is_empty());
    let found = application::find_all(tx, paid.map(|one| one.application).collect()).await?;
    let mut joined = Vec::new();
    for one in &found {
        let price = one.lines();
        for told in plan.affected.iter().filter(|told| told.application == one.id) {
            let people = joining::rules::kept(&price, &told.lines, &told.people);
            joined.extend(people.into_iter().map(|person| (one.id, person)));
        }
    }
    joining::keep(tx, joined).await
}

/// How many steps of a plan are taken, and all of them in their order. A plan stays as it was told: whoever carries it out reads it
/// once.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn steps(tx: &mut TenantTx, id: ChangePlanId) -> Result<(usize, Vec<Affected>), PlanError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok((usize::try_from(found.done).unwrap_or_default(), found.read()?.into_steps().collect()))
}

/// Locks a plan that is being carried out, if the step at a place, from 0, is the next: nothing when somebody else has taken it.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn turn(tx: &mut TenantTx, id: ChangePlanId, at: usize) -> Result<Option<Progress>, PlanError> {
    let found = sql::progress_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok(Some(found).filter(|found| found.state == "running" && found.taken() == at))
}

/// So many more steps are taken, of all there are.
///
/// # Errors
/// A [`Fault`].
pub async fn step(
    tx: &mut TenantTx,
    kept: Progress,
    (more, all): (usize, usize),
    now: Instant,
) -> Result<(), PlanError> {
    let failed = kept.failures()?.len();
    let done = kept.taken().saturating_add(more);
    let over = done >= all;
    let state = match (over, failed) {
        (false, _) => "running",
        (true, 0) => "done",
        (true, _) => "unfinished",
    };
    let row = Progress {
        done: i32::try_from(done).unwrap_or(i32::MAX),
        state: state.to_owned(),
        version: kept.version.saturating_add(1),
        ..kept
    };
    sql::update(tx, &row, now).await?;
    if over {
        let (plan, class, refunds) = (row.id, row.class_id, all.saturating_sub(failed));
        journal(tx, now, &events::ChangeDone { plan, class, refunds, failed }).await?;
    }
    Ok(())
}

/// The step at a place, of so many, cannot be taken; the plan says so and goes on. Nothing when somebody else took it meanwhile.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn fail(
    tx: &mut TenantTx,
    id: ChangePlanId,
    (at, all): (usize, usize),
    failure: Failure,
    now: Instant,
) -> Result<(), PlanError> {
    let Some(kept) = turn(tx, id, at).await? else { return Ok(()) };
    let mut failures = kept.failures()?;
    failures.push(failure);
    let failures = written(&failures)?;
    step(tx, Progress { failures, ..kept }, (1, all), now).await
}

/// Who could not be given back what a plan says that is not done.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn unfinished(tx: &mut TenantTx, id: ChangePlanId) -> Result<Vec<CourseApplicationId>, PlanError> {
    let found = sql::progress(tx, id).await?.ok_or(CatalogueError::Absent)?;
    let failed = if found.state == "unfinished" { found.failures()? } else { Vec::new() };
    Ok(failed.into_iter().map(|one| one.application).collect())
}

/// Locks a plan that is not done, if somebody of it was not given theirs; nothing when they have it by now.
///
/// # Errors
/// [`PlanError`]: `Catalogue` with `Absent`.
pub async fn to_settle(
    tx: &mut TenantTx,
    id: ChangePlanId,
    application: CourseApplicationId,
) -> Result<Option<Progress>, PlanError> {
    let found = sql::progress_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    let failed = found.failures()?.iter().any(|one| one.application == application);
    Ok(Some(found).filter(|_| failed))
}

/// Somebody has what they could not be given back before, of so many steps as there are.
///
/// # Errors
/// A [`Fault`].
pub async fn settled(
    tx: &mut TenantTx,
    kept: Progress,
    (application, all): (CourseApplicationId, usize),
    now: Instant,
) -> Result<(), PlanError> {
    let left: Vec<Failure> = kept.failures()?.into_iter().filter(|one| one.application != application).collect();
    let failures = written(&left)?;
    step(tx, Progress { failures, ..kept }, (0, all), now).await
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
