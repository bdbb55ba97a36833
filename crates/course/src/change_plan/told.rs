//! What a plan has told everybody, for whoever tells it once more.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Yen,
    ids::{ChangePlanId, CourseApplicationId, CourseClassId},
};

use super::{Plan, PlanError, find, sql};
use crate::{
    catalogue::CatalogueError,
    session::{self, SessionWithPeople},
};

/// A plan that was carried out, and the session that it was about as it was then.
#[derive(Debug, Clone)]
pub struct Told {
    pub plan: Plan,
    /// Absent: it was about the class itself.
    pub session: Option<SessionWithPeople>,
}

/// What a plan of a class told everybody.
///
/// # Errors
/// [`PlanError`]: `Planned` of one that was not carried out; `Catalogue` with `Absent`, also for a plan of another class.
pub async fn told(tx: &mut TenantTx, class: CourseClassId, id: ChangePlanId) -> Result<Told, PlanError> {
    let kept = find(tx, id).await?;
    if kept.class_id != class {
        return Err(CatalogueError::Absent.into());
    }
    if kept.state == "planned" {
        return Err(PlanError::Planned);
    }
    let plan = kept.read()?;
    let Some(about) = plan.change.session() else { return Ok(Told { plan, session: None }) };
    let mut found = session::find(tx, about, true).await?;
    found.session.starts_at = plan.was_at.unwrap_or(found.session.starts_at);
    Ok(Told { plan, session: Some(found) })
}

/// What everybody was told that goes back to them, in yen, as a class was cancelled. Nothing of a class that was not.
///
/// # Errors
/// A [`Fault`].
pub async fn told_as_cancelled(
    tx: &mut TenantTx,
    class: CourseClassId,
) -> Result<BTreeMap<CourseApplicationId, Yen>, Fault> {
    let Some(plan) = sql::closing(tx, class).await? else { return Ok(BTreeMap::new()) };
    Ok(plan.read()?.affected.into_iter().map(|one| (one.application, Yen(one.refund))).collect())
}
