//! 閉講: a class is over when it has met for the last time and nothing of it is open any more. Nobody has to say so; from then on nobody
//! enters or leaves it. Attendance is corrected, certificates are issued, honoraria are paid and money goes back as before.
//!
//! When that is, and when a class falls short of its minimum ([`crate::decision`]), is said twice: in SQL (`course.is_over`,
//! `course.falls_short`), which is asked of all classes at once, promises nothing and only finds those to look at; and in `rules`, which
//! decides under the lock of the class. A change of the one is a change of the other: a class that SQL does not find waits for ever.
//! Certificates wait for a cancelled session as long as the class does, by the same rule ([`crate::certificate`]).

pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, ids::CourseClassId};

use crate::seats::{self, Move, SeatError};

/// Classes that are over by now and not said to be.
///
/// # Errors
/// A [`Fault`].
pub async fn due(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    sql::due(tx, now, most).await
}

/// Says that a class is over: whoever is in it has taken part to the end. Nothing when it is not, or was said to be before. A fixed
/// number of statements, however many take part.
///
/// # Errors
/// [`SeatError`]: `Absent`.
pub async fn conclude(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Option<Vec<Move>>, SeatError> {
    seats::lock(tx, class).await?;
    let open = sql::openness(tx, class).await?.ok_or(SeatError::Absent)?;
    let meetings = sql::meetings(tx, class).await?;
    if rules::is_over(&open, &meetings, now) { seats::complete_class(tx, class, now).await.map(Some) } else { Ok(None) }
}
