//! 照合: what the row of a class counts is what its applications hold, by construction. Here that is looked at.

use audit::journal_many;
use db::{Fault, TenantTx};
use kernel::{Instant, ids::CourseClassId};
use serde::Serialize;

use super::sql;

/// A class whose row counts otherwise than its applications do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Miscount {
    pub class: CourseClassId,
    /// Places that are taken as the row says, in the unit of the class.
    pub taken: i32,
    /// Places that its applications hold.
    pub held: i64,
    /// Applications before a draw or a screening, as the row says.
    pub undecided: i32,
    /// Those that there are.
    pub entered: i64,
}

/// The classes of a tenant that miscount, in one statement for all of them. The journal is told of each; nothing is changed.
///
/// # Errors
/// A [`Fault`].
pub async fn miscounted(tx: &mut TenantTx, now: Instant) -> Result<Vec<Miscount>, Fault> {
    let found = sql::miscounted(tx).await?;
    journal_many(tx, now, &found).await?;
    Ok(found)
}
