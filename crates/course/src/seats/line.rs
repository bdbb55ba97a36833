//! 空席待ち: what the staff does with those who wait.

use audit::journal;
use db::{Remark, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId},
};

use super::{
    Entry, Move, SeatError, State,
    book::Book,
    events, expect_given, find, open_unfinished,
    rules::{self, Among},
    sql::{self, Begun, InLine},
    write_and_promote,
};

/// Gives somebody in line another position, counted from 1.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed`, `State` when it does not wait, `NoPosition`, `NoReason`.
pub async fn reorder(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    position: usize,
    reason: &Remark,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    expect_given(Some(reason))?;
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

/// Somebody who was given the last number of the line joins it: before everybody undecided when they come before all of those, and in
/// the order of receipt.
pub(super) async fn join(
    tx: &mut TenantTx,
    book: &mut Book,
    entry: &Entry,
    begun: &Begun,
    among: Among,
) -> Result<(), SeatError> {
    let Some(number) = begun.waiting_number else { return Ok(()) };
    let key = if among.first { book.join_ahead(tx, begun.id, number).await? } else { number };
    if entry.received_at < book.now { by_receipt(tx, book, entry, (begun, key)).await } else { Ok(()) }
}

/// 窓口・電話・郵送: whoever was received before they were entered waits before those at the end of the line who were received later.
/// Nobody passes whom a draw or the staff put where they are, nor somebody of the other side of whoever is undecided.
async fn by_receipt(
    tx: &mut TenantTx,
    book: &mut Book,
    entry: &Entry,
    (begun, key): (&Begun, i64),
) -> Result<(), SeatError> {
    let side = book.waits_before(Some(key));
    let mut line = sql::line_by_receipt(tx, book.class).await?;
    line.retain(|one| one.id != begun.id);
    let others: Vec<InLine> = line.iter().copied().filter(|one| book.waits_before(one.key) == side).collect();
    let received: Vec<Option<Instant>> = others.iter().map(|one| one.received_at).collect();
    let later = rules::received_later(&received, entry.received_at);
    let passed = others.get(others.len().saturating_sub(later)..).unwrap_or_default();
    if passed.is_empty() {
        return Ok(());
    }
    let ids = std::iter::once(begun.id).chain(passed.iter().map(|one| one.id)).collect();
    let keys: Vec<i64> = passed.iter().filter_map(|one| one.key).chain([key]).collect();
    let before = line.iter().filter(|one| one.key < keys.first().copied()).count();
    sql::rekey(tx, ids, keys).await?;
    book.record(Some(begun.id), "received_before", (Some(State::Waitlisted), Some(State::Waitlisted)), None);
    let (application, class, position) = (begun.id, book.class, before.saturating_add(1));
    journal(tx, book.now, &events::LineReordered { application, class, position }).await?;
    Ok(())
}

/// Ends the line: whoever waits waits no longer, and nobody waits any more, nor whoever stands by in a draw or is put in line by the
/// staff, until the house says again how many may wait.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed`, `NoReason`.
pub async fn close_line(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &Remark,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    expect_given(Some(reason))?;
    let mut book = open_unfinished(tx, class, now).await?;
    book.end_line(tx, Some(reason)).await?;
    book.places.waiting_capacity = Some(0);
    sql::renumber(tx, class, now).await?;
    book.record(None, "line_closed", (None, None), Some(reason));
    journal(tx, now, &events::LineClosed { class }).await?;
    book.write(tx).await
}
