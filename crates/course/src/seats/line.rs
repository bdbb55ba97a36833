//! 空席待ち: what the staff does with those who wait.

use audit::journal;
use db::TenantTx;
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId},
};

use super::{Move, SeatError, events, find, given, open_unfinished, rules, sql, write_and_promote};

/// Gives somebody in line another position, counted from 1.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed`, `State` when it does not wait, `NoPosition`, `NoReason`.
pub async fn reorder(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    position: usize,
    reason: &str,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    given(reason)?;
    let mut book = open_unfinished(tx, class, now).await?;
    let (_, from) = find(tx, class, id).await?;
    let line = sql::line(tx, class).await?;
    let Some(at) = line.iter().position(|(one, _)| one.id == id) else { return Err(SeatError::State(from)) };
    let before = line.iter().filter(|(_, key)| book.waits_before(*key)).count();
    let ids: Vec<CourseApplicationId> = line.iter().map(|(party, _)| party.id).collect();
    let moved = position.checked_sub(1).and_then(|to| rules::reordered(ids, before, at, to));
    let (line, before) = moved.ok_or(SeatError::NoPosition(line.len()))?;
    // keys from 1 on are below every number that will be given
    let keys: Vec<i64> = line.iter().zip(1..).map(|(_, key)| key).collect();
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    book.places.undecided_after = book.places.undecided_after.map(|_| before);
    sql::rekey(tx, line, keys).await?;
    book.record(Some(id), "reordered", (Some(from), Some(from)), Some(reason));
    journal(tx, now, &events::LineReordered { application: id, class, position }).await?;
    write_and_promote(tx, book).await
}

/// Ends the line: whoever waits waits no longer, and nobody waits any more.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed`, `NoReason`.
pub async fn close_line(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &str,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    given(reason)?;
    let mut book = open_unfinished(tx, class, now).await?;
    book.end_line(tx, Some(reason)).await?;
    book.places.waiting_capacity = Some(0);
    book.record(None, "line_closed", (None, None), Some(reason));
    journal(tx, now, &events::LineClosed { class }).await?;
    book.write(tx).await
}
