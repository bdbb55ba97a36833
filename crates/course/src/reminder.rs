//! Reminders of deadlines: who is asked once more to accept or to pay, before the time is over. Each deadline is told of once.

mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, ids::CourseApplicationId};

/// Somebody whose time is nearly over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub application: CourseApplicationId,
    pub due_at: Instant,
}

/// Who is to be reminded now, the nearest deadline first; locked until the transaction ends. Whoever was given less time than a
/// reminder comes before the end is not reminded.
///
/// # Errors
/// A [`Fault`].
pub async fn due(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<Due>, Fault> {
    sql::due(tx, now, most).await
}

/// Somebody who is to be reminded, locked until the transaction ends; nobody once they are reminded, have answered or have another
/// deadline, or while somebody else is at work on them.
///
/// # Errors
/// A [`Fault`].
pub async fn hold(tx: &mut TenantTx, one: Due, now: Instant) -> Result<Option<Due>, Fault> {
    Ok(sql::hold(tx, one, now).await?.then_some(one))
}

/// Notes that these are reminded.
///
/// # Errors
/// A [`Fault`].
pub async fn noted(tx: &mut TenantTx, reminded: &[Due]) -> Result<(), Fault> {
    sql::noted(tx, reminded).await
}
