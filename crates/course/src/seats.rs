//! Places of a class: the only way in which an application, the waiting list or the capacity changes.
//!
//! Every verb locks the row of `course.places`, judges what ran out by the clock, decides over what is committed, moves the
//! applications, and offers what is free to the line before it lets go. It promises, whatever happens at once:
//! - places taken never grow above the capacity; a lower capacity puts nobody out, and nobody is promoted until it is kept;
//! - nobody is seated while somebody waits who came before, unless the staff does it with a reason that is recorded; nor while
//!   somebody who came before is still in a draw or before the staff, and whoever asks meanwhile waits behind those;
//! - what was free as a draw was frozen is kept for it until its results are out; where places became fewer meanwhile, those of an
//!   earlier window come first;
//! - whoever joins the line joins its end, or passes those at its end who were received later, and comes before everybody undecided
//!   when they apply in an earlier window than all of those; whoever has a place keeps it;
//! - a party is seated whole or not at all;
//! - every move is one row of the record, numbered without gaps within the class.

mod apply;
mod book;
mod entry;
pub(crate) mod events;
mod line;
mod part;
mod proof;
mod refused;
mod results;
pub mod rules;
mod sql;
mod state;

use audit::journal;
use db::{
    Fault, Remark, TenantTx,
    sealed::{self, Cell},
};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, TenantId},
};

use self::{
    book::{Book, Step},
    rules::{Among, Place},
    sql::PartyRow,
};
use crate::draw;
pub use apply::apply;
pub use entry::{Applied, Capacity, Drawn, Entry, Move, Paid, Role, Way};
pub use line::{close_line, reorder};
pub use part::{Leaving, leave_in_part};
pub use proof::{Miscount, miscounted};
pub use refused::SeatError;
pub(crate) use results::free_for_draw;
pub use results::{settle_draw, settle_screening};
pub(crate) use sql::rivals;
pub use state::State;

/// Accepts what was offered: admitted at once when nothing is to be paid.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Over`, `State`.
pub async fn accept(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = Book::open(tx, class, now).await?;
    let (party, from) = find(tx, class, id).await?;
    match from {
        State::Offered => {}
        State::Expired => return Err(SeatError::Over(party.due_at)),
        other => return Err(SeatError::State(other)),
    }
    let (to, due_at) = book.seated(party.total, &party.price);
    book.shift(&party, &Step { due_at, ..Step::new(to, "accepted", None) })?;
    book.write(tx).await
}

/// The money for an application is there, all of it. Money that comes late still admits while there are places and nobody
/// waits; otherwise nothing of the application moves, and the money is to go back.
///
/// # Errors
/// [`SeatError::Absent`].
pub async fn pay(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    now: Instant,
) -> Result<Paid, SeatError> {
    let mut book = Book::open(tx, class, now).await?;
    let (party, from) = find(tx, class, id).await?;
    let step = match from {
        State::Offered | State::PaymentDue => Step::new(State::Admitted, "paid", None),
        State::Admitted => return Ok(Paid::Already(book.write(tx).await?)),
        State::Expired if may_return(tx, &book, &party).await? => Step::new(State::Admitted, "readmitted", None),
        _ => return Ok(Paid::Lost(book.write(tx).await?)),
    };
    book.shift(&party, &step)?;
    Ok(Paid::Admitted(book.write(tx).await?))
}

/// Applications that were to be paid for, and of which nothing is to be paid after all, are admitted.
///
/// # Errors
/// [`SeatError::Absent`].
pub(crate) async fn excuse(
    tx: &mut TenantTx,
    class: CourseClassId,
    ids: Vec<CourseApplicationId>,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = Book::open(tx, class, now).await?;
    for party in sql::to_pay(tx, class, ids).await? {
        book.shift(&party, &Step::new(State::Admitted, "nothing_to_pay", None))?;
    }
    book.write(tx).await
}

/// An application ends: withdrawn by whoever applied, declined while it is offered, revoked by the staff. What it held is
/// offered to the line.
///
/// # Errors
/// [`SeatError`]: `Absent`, `State`, `Completed` when the class is over, `NoReason` when the staff revokes without.
pub async fn leave(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    to: State,
    reason: Option<&Remark>,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    if matches!(to, State::Revoked | State::Rejected) {
        expect_given(reason)?;
    }
    let mut book = open_unfinished(tx, class, now).await?;
    let (party, from) = find(tx, class, id).await?;
    if !from.may_end_as(to) {
        return Err(SeatError::State(from));
    }
    book.shift(&party, &Step::new(to, to.as_str(), reason))?;
    if from.undecided() {
        book.advance(tx).await?;
    }
    book.promote(tx).await?;
    book.write(tx).await
}

/// Another number of places. Fewer than are taken puts nobody out: nobody is promoted until there is a free place again.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed` when the class is over, `Numbers`, `NoReason`.
pub async fn resize(
    tx: &mut TenantTx,
    class: CourseClassId,
    to: Capacity,
    reason: &Remark,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    expect_given(Some(reason))?;
    let mut book = open_unfinished(tx, class, now).await?;
    let held_back = to.held_back.unwrap_or(book.places.held_back);
    let waiting_capacity = to.waiting_capacity.unwrap_or(book.places.waiting_capacity);
    if held_back < 0 || held_back > to.capacity || waiting_capacity.is_some_and(|most| most < 0) {
        return Err(SeatError::Numbers { capacity: to.capacity, held_back, waiting_capacity });
    }
    book.places.capacity = to.capacity;
    book.places.held_back = held_back;
    book.places.waiting_capacity = waiting_capacity;
    sql::plan(tx, class, to).await?;
    book.record(None, "capacity", (None, None), Some(reason));
    book.promote(tx).await?;
    book::tell_capacity(tx, &book).await?;
    book.write(tx).await
}

/// Records something of applications that moves none of them. What ran out before has moved all the same.
///
/// # Errors
/// [`SeatError::Absent`].
pub(crate) async fn note(
    tx: &mut TenantTx,
    class: CourseClassId,
    ids: &[CourseApplicationId],
    kind: &'static str,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = Book::open(tx, class, now).await?;
    for id in ids {
        book.record(Some(*id), kind, (None, None), None);
    }
    book.write(tx).await
}

/// 中止: the class does not take place, every application that was active ends, and no draw of it goes on. Nobody is promoted.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed` when it is over already, `NoReason`.
pub async fn cancel_class(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &Remark,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    expect_given(Some(reason))?;
    let mut book = Book::open(tx, class, now).await?;
    if matches!(book.state.as_str(), "cancelled" | "completed") {
        return Err(SeatError::Closed(book.state));
    }
    for party in sql::active(tx, class).await? {
        book.shift(&party, &Step::new(State::ClassCancelled, "class_cancelled", Some(reason)))?;
    }
    book.record(None, "cancelled", (None, None), Some(reason));
    sql::end_class(tx, class, reason.text(), now).await?;
    draw::void_all(tx, class, now).await?;
    journal(tx, now, &events::ClassCancelled { class }).await?;
    book.write(tx).await
}

/// 閉講: the class is over, and whoever takes part has done so to the end. Whoever calls has made sure that nothing of it is open.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed` unless it is published.
pub(crate) async fn complete_class(
    tx: &mut TenantTx,
    class: CourseClassId,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = open_published(tx, class, now).await?;
    book.record(None, "completed", (None, None), None);
    sql::complete_class(tx, class, now).await?;
    journal(tx, now, &events::ClassCompleted { class }).await?;
    book.write(tx).await
}

/// Lets expire what ran out in a class, and offers its places to the line.
///
/// # Errors
/// [`SeatError::Absent`].
pub async fn expire(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Vec<Move>, SeatError> {
    let mut book = Book::open(tx, class, now).await?;
    book.promote(tx).await?;
    book.write(tx).await
}

/// Classes in which something has run out or the line is at its end, the longest overdue first.
///
/// # Errors
/// A [`Fault`].
pub async fn overdue(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    sql::overdue(tx, now, most).await
}

/// Locks a class, so that nobody applies until the transaction ends.
pub(crate) async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<(), SeatError> {
    sql::lock(tx, class).await?.map(drop).ok_or(SeatError::Absent)
}

async fn open_published(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Book, SeatError> {
    let book = Book::open(tx, class, now).await?;
    if book.state == "published" { Ok(book) } else { Err(SeatError::Closed(book.state)) }
}

/// A class that is over stays as it was.
async fn open_unfinished(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Book, SeatError> {
    let book = Book::open(tx, class, now).await?;
    if book.state == "completed" { Err(SeatError::Completed) } else { Ok(book) }
}

/// The line that has just been written may have a head that fits.
async fn write_and_promote(tx: &mut TenantTx, book: Book) -> Result<Vec<Move>, SeatError> {
    let (class, now) = (book.class, book.now);
    let earlier = book.write(tx).await?;
    let mut book = Book::open(tx, class, now).await?;
    book.promote(tx).await?;
    let later = book.write(tx).await?;
    Ok(earlier.into_iter().chain(later).collect())
}

async fn find(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
) -> Result<(PartyRow, State), SeatError> {
    let party = sql::party(tx, class, id).await?.ok_or(SeatError::Absent)?;
    let state = State::parse(&party.state)?;
    Ok((party, state))
}

/// Where whoever applies in a window stands among those who are still in a draw or before the staff.
async fn among(tx: &mut TenantTx, book: &Book, window: ApplicationWindowId) -> Result<Among, SeatError> {
    if book.places.undecided == 0 {
        return Ok(Among { behind: false, first: true });
    }
    Ok(sql::among(tx, book.class, window).await?)
}

/// Late money admits only while there are places, nobody who came before waits or is undecided, and nobody of the party has
/// applied again.
async fn may_return(tx: &mut TenantTx, book: &Book, party: &PartyRow) -> Result<bool, SeatError> {
    let undecided = among(tx, book, party.window_id).await?.behind;
    let place = rules::place(Way::FirstCome, &book.standing(undecided), party.units);
    if book.state != "published" || place != Place::Seat {
        return Ok(false);
    }
    let people = sql::people(tx, party.id).await?;
    Ok(sql::rivals(tx, book.class, &people).await?.is_empty())
}

/// Where the reason of a row of the record is kept.
pub(crate) fn event_cell(tenant: TenantId, class: CourseClassId, number: i64) -> Cell {
    let row = sealed::row_of(&[class.uuid().as_bytes(), &number.to_be_bytes()]);
    Cell { tenant, table: "course.application_events", column: "reason", row }
}

pub(crate) fn expect_given(reason: Option<&Remark>) -> Result<(), SeatError> {
    if reason.is_none_or(Remark::is_blank) { Err(SeatError::NoReason) } else { Ok(()) }
}
