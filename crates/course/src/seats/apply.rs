//! 申込み: how somebody comes into a class.

use db::TenantTx;
use kernel::{Instant, ids::PersonId};

use super::{
    Applied, Entry, SeatError, State, Way, among,
    book::Book,
    expect_given, line, open_published,
    rules::{self, Among, Place},
    sql::{self, Begun},
};
use crate::draw;

/// Takes an application: seated, on the waiting list, in the draw or before the staff; offered what is free, where those who wait
/// before it may be passed because they do not fit. In line it comes before everybody undecided, when it applies in an earlier window
/// than all of them, as it would be seated before them. Whoever calls holds its people, so that none of them turns out to be somebody
/// else meanwhile. One that was received before it is entered waits before those in line who were received later.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed`, `AlreadyApplied`, `PartyTooLarge`, `Full`, which is told with
/// [`crate::application::Guide::with_the_next_window`], `Frozen` when the draw is, `NoReason`.
pub async fn apply(tx: &mut TenantTx, entry: &Entry, now: Instant) -> Result<Applied, SeatError> {
    let (reason, despite) = (entry.reason.as_ref(), entry.despite.as_ref());
    if entry.way == Way::Staff {
        expect_given(reason)?;
    }
    if despite.is_some() {
        expect_given(despite)?;
    }
    let mut book = open_published(tx, entry.class, now).await?;
    let people: Vec<PersonId> = entry.people.iter().map(|(person, _)| *person).collect();
    let known_as: Vec<PersonId> = people.iter().chain(&entry.known_as).copied().collect();
    let rivals = sql::rivals(tx, entry.class, &known_as).await?;
    if !rivals.is_empty() {
        return Err(SeatError::AlreadyApplied(rivals));
    }
    let most = book.standing(false).most(entry.way);
    if entry.units > most {
        return Err(SeatError::PartyTooLarge { most });
    }
    if entry.way == Way::Draw && draw::fixed_windows(tx, entry.class).await?.contains(&entry.window) {
        return Err(SeatError::Frozen);
    }
    let among = among(tx, &book, entry.window).await?;
    let begun = begin(&mut book, entry, among)?;
    let kind = if entry.way == Way::Staff { "seated_by_staff" } else { kind_of(begun.state) };
    book.begin(&begun, entry.units, kind, reason);
    if despite.is_some() {
        book.record(Some(begun.id), "taken_though_suspended", (None, None), despite);
    }
    sql::insert(tx, entry, &begun, now).await.map_err(|fault| match fault {
        // whoever calls holds the persons and this the class, so that this is never met; the index is the referee all the same
        fault if fault.violates("one_active_application_per_person") => SeatError::AlreadyApplied(people),
        fault => fault.into(),
    })?;
    if begun.state == State::Waitlisted {
        line::join(tx, &mut book, entry, &begun, among).await?;
        // whoever waits before may need more than is free
        book.promote(tx).await?;
    }
    let moves = book.write(tx).await?;
    let Begun { id: application, receipt_number, draw_number, .. } = begun;
    let last = moves.iter().rfind(|one| one.application == application);
    let (state, due_at) = last.map_or((begun.state, begun.due_at), |one| (one.to, one.due_at));
    Ok(Applied { application, receipt_number, draw_number, state, due_at, moves })
}

fn begin(book: &mut Book, entry: &Entry, among: Among) -> Result<Begun, SeatError> {
    let standing = book.standing_of(among);
    let (state, due_at) = match rules::place(entry.way, &standing, entry.units) {
        Place::Seat => book.seated(entry.total, &entry.price),
        Place::Wait => (State::Waitlisted, None),
        Place::Enter => (State::Entered, None),
        Place::Screen => (State::Screening, None),
        Place::Full => return Err(SeatError::Full(standing.crowded(entry.way))),
    };
    if entry.way == Way::Staff {
        book.take_held_back(entry.units);
    }
    let kept_until = book.kept_until(state, due_at);
    let places = &mut book.places;
    places.receipt_number = places.receipt_number.saturating_add(1);
    let receipt_number = places.receipt_number;
    let draw_number = (state == State::Entered).then(|| {
        places.draw_number = places.draw_number.saturating_add(1);
        places.draw_number
    });
    let waiting_number = (state == State::Waitlisted).then(|| book.next_waiting());
    Ok(Begun { id: entry.id, receipt_number, draw_number, waiting_number, state, due_at, kept_until })
}

const fn kind_of(state: State) -> &'static str {
    match state {
        State::PaymentDue | State::Admitted => "confirmed",
        other => other.as_str(),
    }
}
