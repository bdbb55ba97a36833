//! Places of a class: the only way in which an application, the waiting list or the capacity changes.
//!
//! Every verb locks the row of `course.places`, judges what ran out by the clock, decides over what is committed, moves the
//! applications, and offers what is free to the line before it lets go. It promises, whatever happens at once:
//! - places taken never grow above the capacity; a lower capacity puts nobody out, and nobody is promoted until it is kept;
//! - nobody is seated while somebody waits, unless the staff does it with a reason that is recorded;
//! - a party is seated whole or not at all;
//! - every move is one row of the record, numbered without gaps within the class.

mod book;
mod entry;
mod events;
mod refused;
pub mod rules;
mod sql;
mod state;

use std::collections::BTreeMap;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, PersonId},
};

use self::{
    book::{Book, Step},
    rules::Place,
    sql::{Begun, PartyRow},
};
pub use entry::{Applied, Capacity, Drawn, Entry, Move, Paid, Role, Way};
pub use refused::SeatError;
pub use state::State;

/// Takes an application: seated, on the waiting list, in the draw or before the staff.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed`, `AlreadyApplied`, `PartyTooLarge`, `Full`, `Frozen` when the draw is, `NoReason`.
pub async fn apply(tx: &mut TenantTx, entry: &Entry, now: Instant) -> Result<Applied, SeatError> {
    let reason = entry.reason.as_deref();
    if entry.way == Way::Staff {
        given(reason.unwrap_or_default())?;
    }
    let mut book = open_published(tx, entry.class, now).await?;
    let people: Vec<PersonId> = entry.people.iter().map(|(person, _)| *person).collect();
    let rivals = sql::rivals(tx, entry.class, &people).await?;
    if !rivals.is_empty() {
        return Err(SeatError::AlreadyApplied(rivals));
    }
    let held_back = if entry.way == Way::Staff { 0 } else { book.places.held_back };
    let most = book.places.capacity.saturating_sub(held_back).max(0);
    if entry.units > most {
        return Err(SeatError::PartyTooLarge { most });
    }
    if entry.way == Way::Draw && sql::is_frozen(tx, entry.window).await? {
        return Err(SeatError::Frozen);
    }
    let begun = begin(&mut book, entry)?;
    let kind = if entry.way == Way::Staff { "seated_by_staff" } else { kind_of(begun.state) };
    book.begin(&begun, entry.units, kind, reason);
    sql::insert(tx, entry, &begun, now).await?;
    let moves = book.write(tx).await?;
    let Begun { id: application, receipt_number, draw_number, state, due_at, .. } = begun;
    Ok(Applied { application, receipt_number, draw_number, state, due_at, moves })
}

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
        State::Expired => return Err(SeatError::Over),
        other => return Err(SeatError::State(other)),
    }
    let (to, due_at) = rules::seated(party.total, book.payment_days, now);
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

/// An application ends: withdrawn by whoever applied, declined while it is offered, revoked by the staff. What it held is
/// offered to the line.
///
/// # Errors
/// [`SeatError`]: `Absent`, `State`, `NoReason` when the staff revokes without.
pub async fn leave(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    to: State,
    reason: Option<&str>,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    if matches!(to, State::Revoked | State::Rejected) {
        given(reason.unwrap_or_default())?;
    }
    let mut book = Book::open(tx, class, now).await?;
    let (party, from) = find(tx, class, id).await?;
    if !from.may_end_as(to) {
        return Err(SeatError::State(from));
    }
    book.shift(&party, &Step::new(to, to.as_str(), reason))?;
    book.promote(tx).await?;
    book.write(tx).await
}

/// The staff takes somebody whose application is screened: seated when there is a place and nobody waits, else in line.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed`, `State`, `Full`.
pub async fn admit(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = open_published(tx, class, now).await?;
    let (party, from) = find(tx, class, id).await?;
    if from != State::Screening {
        return Err(SeatError::State(from));
    }
    let (to, due_at) = match rules::place(Way::FirstCome, &book.standing(), party.units) {
        Place::Seat => rules::seated(party.total, book.payment_days, now),
        Place::Full => return Err(SeatError::Full),
        Place::Wait | Place::Enter | Place::Screen => (State::Waitlisted, None),
    };
    book.shift(&party, &Step { due_at, ..Step::new(to, kind_of(to), None) })?;
    book.write(tx).await
}

/// Publishes a draw: who was drawn is seated as far as the places are still there, the others wait in the order of the draw.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed`.
pub async fn settle_draw(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
    drawn: &Drawn,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = open_published(tx, class, now).await?;
    let entered = sql::entered(tx, class, window).await?;
    let mut entered: BTreeMap<_, _> = entered.into_iter().map(|party| (party.id, party)).collect();
    seat_in_order(&mut book, &mut entered, drawn, "drawn")?;
    for party in entered.values() {
        book.shift(party, &Step::new(State::Lost, "lost", None))?;
    }
    write_and_promote(tx, book).await
}

/// Publishes what the staff decided of those who are screened, all at one moment: seated as far as there are places, in the
/// order given, then in line; or rejected with a reason. Whoever is not named stays before the staff.
///
/// # Errors
/// [`SeatError`]: `Absent` for somebody who is not screened, `Closed`, `NoReason` when somebody is rejected without.
pub async fn settle_screening(
    tx: &mut TenantTx,
    class: CourseClassId,
    chosen: &Drawn,
    (rejected, reason): (&[CourseApplicationId], Option<&str>),
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    if !rejected.is_empty() {
        given(reason.unwrap_or_default())?;
    }
    let mut book = open_published(tx, class, now).await?;
    let screened = sql::screened(tx, class).await?;
    let mut screened: BTreeMap<_, _> = screened.into_iter().map(|party| (party.id, party)).collect();
    let mut named = chosen.seated.iter().chain(&chosen.standby).chain(rejected);
    if !named.all(|id| screened.contains_key(id)) {
        return Err(SeatError::Absent);
    }
    for party in rejected.iter().filter_map(|id| screened.remove(id)) {
        book.shift(&party, &Step::new(State::Rejected, "rejected", reason))?;
    }
    seat_in_order(&mut book, &mut screened, chosen, "chosen")?;
    write_and_promote(tx, book).await
}

/// Seats whom an order names as far as the places go; the others of it wait, before its standby.
fn seat_in_order(
    book: &mut Book,
    parties: &mut BTreeMap<CourseApplicationId, PartyRow>,
    order: &Drawn,
    kind: &'static str,
) -> Result<(), SeatError> {
    let mut line = Vec::new();
    for party in order.seated.iter().filter_map(|id| parties.remove(id)) {
        if party.units <= book.standing().free() {
            let (to, due_at) = rules::seated(party.total, book.payment_days, book.now);
            book.shift(&party, &Step { due_at, ..Step::new(to, kind, None) })?;
        } else {
            line.push(party);
        }
    }
    line.extend(order.standby.iter().filter_map(|id| parties.remove(id)));
    for party in &line {
        book.shift(party, &Step::new(State::Waitlisted, "standby", None))?;
    }
    Ok(())
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

/// Another number of places. Fewer than are taken puts nobody out: nobody is promoted until there is a free place again.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Numbers`, `NoReason`.
pub async fn resize(
    tx: &mut TenantTx,
    class: CourseClassId,
    to: Capacity,
    reason: &str,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    given(reason)?;
    if to.held_back < 0 || to.held_back > to.capacity || to.waiting_capacity.is_some_and(|most| most < 0) {
        return Err(SeatError::Numbers);
    }
    let mut book = Book::open(tx, class, now).await?;
    book.places.capacity = to.capacity;
    book.places.held_back = to.held_back;
    book.places.waiting_capacity = to.waiting_capacity;
    book.record(None, "capacity", (None, None), Some(reason));
    book.promote(tx).await?;
    book::tell_capacity(tx, &book).await?;
    book.write(tx).await
}

/// Gives somebody in line another position, counted from 1.
///
/// # Errors
/// [`SeatError`]: `Absent`, `State` when it does not wait, `NoPosition`, `NoReason`.
pub async fn reorder(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    position: usize,
    reason: &str,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    given(reason)?;
    let mut book = Book::open(tx, class, now).await?;
    let (_, from) = find(tx, class, id).await?;
    let mut line: Vec<_> = sql::line(tx, class).await?.into_iter().map(|(party, _)| party.id).collect();
    let Some(at) = line.iter().position(|one| *one == id) else { return Err(SeatError::State(from)) };
    let place = position.checked_sub(1).filter(|place| *place < line.len());
    let place = place.ok_or(SeatError::NoPosition(line.len()))?;
    line.remove(at);
    line.insert(place, id);
    sql::rekey(tx, line).await?;
    book.record(Some(id), "reordered", (Some(from), Some(from)), Some(reason));
    journal(tx, now, &events::LineReordered { application: id, class, position }).await?;
    write_and_promote(tx, book).await
}

/// 中止: the class does not take place, and every application that was active ends. Nobody is promoted.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed` when it is over already, `NoReason`.
pub async fn cancel_class(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &str,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    given(reason)?;
    let mut book = Book::open(tx, class, now).await?;
    if matches!(book.state.as_str(), "cancelled" | "completed") {
        return Err(SeatError::Closed(book.state));
    }
    for party in sql::active(tx, class).await? {
        book.shift(&party, &Step::new(State::ClassCancelled, "class_cancelled", Some(reason)))?;
    }
    book.record(None, "cancelled", (None, None), Some(reason));
    sql::end_class(tx, class, reason, now).await?;
    journal(tx, now, &events::ClassCancelled { class }).await?;
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

/// Classes in which something has run out, the longest overdue first.
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

async fn find(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
) -> Result<(PartyRow, State), SeatError> {
    let party = sql::party(tx, class, id).await?.ok_or(SeatError::Absent)?;
    let state = State::parse(&party.state)?;
    Ok((party, state))
}

/// Late money admits only while there are places, nobody waits and nobody of the party has applied again.
async fn may_return(tx: &mut TenantTx, book: &Book, party: &PartyRow) -> Result<bool, SeatError> {
    let place = rules::place(Way::FirstCome, &book.standing(), party.units);
    if book.state != "published" || place != Place::Seat {
        return Ok(false);
    }
    let people = sql::people(tx, party.id).await?;
    Ok(sql::rivals(tx, book.class, &people).await?.is_empty())
}

fn begin(book: &mut Book, entry: &Entry) -> Result<Begun, SeatError> {
    let (state, due_at) = match rules::place(entry.way, &book.standing(), entry.units) {
        Place::Seat => rules::seated(entry.total, book.payment_days, book.now),
        Place::Wait => (State::Waitlisted, None),
        Place::Enter => (State::Entered, None),
        Place::Screen => (State::Screening, None),
        Place::Full => return Err(SeatError::Full),
    };
    if entry.way == Way::Staff {
        book.take_held_back(entry.units);
    }
    let places = &mut book.places;
    places.receipt_number = places.receipt_number.saturating_add(1);
    let receipt_number = places.receipt_number;
    let draw_number = (state == State::Entered).then(|| {
        places.draw_number = places.draw_number.saturating_add(1);
        places.draw_number
    });
    let waiting_number = (state == State::Waitlisted).then(|| book.next_waiting());
    let id = CourseApplicationId::new(book.now);
    Ok(Begun { id, receipt_number, draw_number, waiting_number, state, due_at })
}

const fn kind_of(state: State) -> &'static str {
    match state {
        State::PaymentDue | State::Admitted => "confirmed",
        other => other.as_str(),
    }
}

fn given(reason: &str) -> Result<(), SeatError> {
    if reason.trim().is_empty() { Err(SeatError::NoReason) } else { Ok(()) }
}
