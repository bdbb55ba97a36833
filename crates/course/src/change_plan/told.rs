//! What a plan has told everybody, for whoever tells it once more.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Yen,
    ids::{CourseApplicationId, CourseClassId},
};

use super::sql;

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
