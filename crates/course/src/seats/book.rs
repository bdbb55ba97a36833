//! The one transaction on a class: locked, decided, written. Nobody else reads or changes its places meanwhile.

mod ahead;

use std::collections::BTreeMap;

use audit::{ByTheHouse, journal, journal_many};
use db::{Fault, Remark, TenantTx};
use kernel::{
    Actor, Instant,
    ids::{CourseApplicationId, CourseClassId},
};

use super::{
    Move, SeatError, State, events,
    rules::{self, Among, Standing},
    sql::{self, EventRow, PartyRow, PlacesRow},
};
use crate::application::is_for_nothing;

/// What became of an application in this transaction.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub from: State,
    pub to: State,
    pub due_at: Option<Instant>,
    pub kept_until: Option<Instant>,
    pub reason: Option<Remark>,
    pub waiting_number: Option<i64>,
}

/// Where somebody is moved to, and what that is called in the record.
pub(super) struct Step<'a> {
    pub to: State,
    pub kind: &'static str,
    pub due_at: Option<Instant>,
    pub reason: Option<&'a Remark>,
}

impl<'a> Step<'a> {
    pub const fn new(to: State, kind: &'static str, reason: Option<&'a Remark>) -> Self {
        Self { to, kind, due_at: None, reason }
    }
}

/// The places of a class while they are locked.
pub(super) struct Book {
    pub class: CourseClassId,
    pub state: String,
    pub places: PlacesRow,
    pub now: Instant,
    pub waiting: i64,
    pub strict: bool,
    /// A party is one place, however many it is.
    pub by_party: bool,
    /// What is given was kept for whom it is given to since before anybody waited.
    pub kept: bool,
    head: Option<i64>,
    promised: i32,
    payment_days: i32,
    payment_grace_days: i32,
    offer_minutes: i32,
    /// When its first session begins, and when its last.
    begins: [Option<Instant>; 2],
    promotes_until: Option<Instant>,
    /// Who does what is done.
    actor: Actor,
    changes: BTreeMap<CourseApplicationId, Change>,
    log: Vec<EventRow>,
    /// With who did it.
    moves: Vec<(Actor, Move)>,
    /// What ran out before, written already.
    earlier: Vec<Move>,
}

impl Book {
    /// Locks the class. Whatever ran out before this moment has expired, and the next in line have been offered its places; the
    /// line has ended when nothing is offered to it any more: the clock did that, not whoever asks now.
    pub async fn open(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Self, SeatError> {
        let (mut book, late) = Self::lock(tx, class, now).await?;
        let over = book.waiting > 0 && book.state == "published" && !book.promotes();
        if late.is_empty() && !over {
            return Ok(book);
        }
        book.actor = Actor::System;
        for party in &late {
            book.shift(party, &Step::new(State::Expired, "expired", None))?;
        }
        if over {
            book.end_line(tx, None).await?;
        }
        book.promote(tx).await?;
        let earlier = book.write(tx).await?;
        let (again, _) = Self::lock(tx, class, now).await?;
        Ok(Self { earlier, ..again })
    }

    async fn lock(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<(Self, Vec<PartyRow>), SeatError> {
        let places = sql::lock(tx, class).await?.ok_or(SeatError::Absent)?;
        let facts = sql::facts(tx, class, now).await?.ok_or(SeatError::Absent)?;
        let late = if facts.overdue { sql::late(tx, class, now).await? } else { Vec::new() };
        let book = Self {
            class,
            state: facts.state,
            places,
            now,
            waiting: facts.waiting,
            strict: facts.group_policy == "strict_head",
            by_party: facts.capacity_unit == "party",
            kept: false,
            head: facts.head,
            promised: facts.promised,
            payment_days: facts.payment_days,
            payment_grace_days: facts.payment_grace_days,
            offer_minutes: facts.offer_minutes,
            begins: [facts.begins_at, facts.last_begins_at],
            promotes_until: facts.promotes_until,
            actor: *tx.scope().actor(),
            changes: BTreeMap::new(),
            log: Vec::new(),
            moves: Vec::new(),
            earlier: Vec::new(),
        };
        Ok((book, late))
    }

    /// As whoever asks meets it. `undecided`: somebody who comes before them is still in a draw or before the staff.
    pub fn standing(&self, undecided: bool) -> Standing {
        Standing {
            capacity: self.places.capacity,
            held_back: self.places.held_back,
            taken: self.places.taken,
            promised: self.promised,
            waiting: self.waiting,
            waiting_capacity: self.places.waiting_capacity,
            undecided,
            promotes: self.promotes(),
            passes: false,
        }
    }

    /// As somebody meets it who asks for places.
    pub fn standing_of(&self, among: Among) -> Standing {
        let nobody_before = self.head.is_none_or(|head| !self.waits_before(Some(head)));
        Standing { passes: among.first && (!self.strict || nobody_before), ..self.standing(among.behind) }
    }

    /// Places that whoever is next may have.
    pub fn free(&self) -> i32 {
        self.standing(false).free()
    }

    /// The state in which somebody has a place at once at this price, and until when it is to be paid.
    pub fn seated(&self, total: i64, price: &serde_json::Value) -> (State, Option<Instant>) {
        rules::seated(is_for_nothing(total, price), self.payment_days, self.begins, self.now)
    }

    /// Until when a place in this state is kept after its deadline.
    pub fn kept_until(&self, state: State, due_at: Option<Instant>) -> Option<Instant> {
        rules::kept_until(state, self.payment_grace_days, due_at)
    }

    /// Whether places are offered: nobody is surprised by one after the class has begun.
    fn promotes(&self) -> bool {
        self.promotes_until.is_none_or(|until| self.now < until)
    }

    /// Whether the staff closed the line, and let nobody wait since. A class in which nobody may wait has the standby of its draws all the
    /// same.
    pub async fn line_is_closed(&self, tx: &mut TenantTx) -> Result<bool, Fault> {
        Ok(self.places.waiting_capacity == Some(0) && sql::line_closed(tx, self.class).await?)
    }

    /// Whether a place in the line comes before everybody who is undecided.
    pub fn waits_before(&self, key: Option<i64>) -> bool {
        key.zip(self.places.undecided_after).is_none_or(|(key, after)| key <= after)
    }

    /// Seats somebody whom the staff chose: from what is held back, as far as that lasts.
    pub fn take_held_back(&mut self, units: i32) {
        self.places.held_back = self.places.held_back.saturating_sub(units).max(0);
    }

    /// The number of the last in line.
    pub const fn next_waiting(&mut self) -> i64 {
        self.places.waiting_number = self.places.waiting_number.saturating_add(1);
        self.places.waiting_number
    }

    /// Somebody applied.
    pub fn begin(&mut self, begun: &sql::Begun, units: i32, kind: &'static str, reason: Option<&Remark>) {
        if begun.state.holds_places() {
            self.places.taken = self.places.taken.saturating_add(units);
        }
        self.decide(None, begun.state);
        self.record(Some(begun.id), kind, (None, Some(begun.state)), reason);
        let (application, to, due_at) = (begun.id, begun.state, begun.due_at);
        self.moves.push((self.actor, Move { application, from: None, to, due_at }));
        self.wait(begun.waiting_number);
    }

    /// Moves somebody, with the places that come free or are taken.
    pub fn shift(&mut self, party: &PartyRow, step: &Step<'_>) -> Result<(), Fault> {
        let from = State::parse(&party.state)?;
        match (from.holds_places(), step.to.holds_places()) {
            (false, true) => self.places.taken = self.places.taken.saturating_add(party.units),
            (true, false) => self.places.taken = self.places.taken.saturating_sub(party.units),
            _ => {}
        }
        self.record(Some(party.id), step.kind, (Some(from), Some(step.to)), step.reason);
        self.decide(Some(from), step.to);
        if from == State::Waitlisted {
            self.waiting = self.waiting.saturating_sub(1);
        }
        let waiting_number = if step.to == State::Waitlisted { Some(self.next_waiting()) } else { None };
        self.wait(waiting_number);
        let (to, due_at) = (step.to, step.due_at);
        self.moves.push((self.actor, Move { application: party.id, from: Some(from), to, due_at }));
        let (kept_until, reason) = (self.kept_until(to, due_at), step.reason.cloned());
        self.changes.insert(party.id, Change { from, to, due_at, kept_until, reason, waiting_number });
        Ok(())
    }

    /// Some of a party leave: their places come free.
    pub fn reduce(&mut self, party: &PartyRow, state: State, units: i32) {
        if state.holds_places() {
            self.places.taken = self.places.taken.saturating_sub(units);
        }
        self.record(Some(party.id), "reduced", (Some(state), Some(state)), None);
    }

    /// Counts who is undecided. Whoever waits as the first of them comes is before all of them.
    fn decide(&mut self, from: Option<State>, to: State) {
        let places = &mut self.places;
        match (from.is_some_and(State::undecided), to.undecided()) {
            (false, true) => {
                places.undecided_after = places.undecided_after.or(Some(places.waiting_number));
                places.undecided = places.undecided.saturating_add(1);
            }
            (true, false) => {
                places.undecided = places.undecided.saturating_sub(1);
                places.undecided_after = places.undecided_after.filter(|_| places.undecided > 0);
            }
            _ => {}
        }
    }

    fn wait(&mut self, number: Option<i64>) {
        if let Some(number) = number {
            self.waiting = self.waiting.saturating_add(1);
            self.head = Some(self.head.map_or(number, |head| head.min(number)));
        }
    }

    /// One more row of the record, with the places as they are after it and the first in line as it was decided: of those who are
    /// before a draw or a screening, where these are decided.
    pub fn record(
        &mut self,
        application_id: Option<CourseApplicationId>,
        kind: &'static str,
        (from, to): (Option<State>, Option<State>),
        reason: Option<&Remark>,
    ) {
        self.places.event_number = self.places.event_number.saturating_add(1);
        let batch = from.is_some_and(State::undecided);
        let head = self.head.filter(|head| !batch || (!self.kept && self.waits_before(Some(*head))));
        self.log.push(EventRow {
            class_id: self.class,
            number: self.places.event_number,
            application_id,
            kind,
            from_state: from.map(State::as_str),
            to_state: to.map(State::as_str),
            reason: reason.cloned(),
            actor: self.actor.id().unwrap_or_else(|| self.actor.kind().to_owned()),
            taken: self.places.taken,
            capacity: self.places.capacity,
            head,
            at: self.now,
        });
    }

    /// Offers free places to the line, as far as it comes before whoever is undecided. By whoever's act they came free, the house offers
    /// them: nobody reads of somebody else in what became of their own application.
    pub async fn promote(&mut self, tx: &mut TenantTx) -> Result<(), SeatError> {
        if self.state != "published" || !self.promotes() || self.waiting == 0 || self.free() <= 0 {
            return Ok(());
        }
        let line: Vec<_> = sql::line(tx, self.class).await?.into_iter().filter(|one| !self.moved(one.0.id)).collect();
        let units: Vec<i32> =
            line.iter().take_while(|(_, key)| self.waits_before(*key)).map(|(party, _)| party.units).collect();
        let chosen = rules::promoted(&units, self.free(), self.strict);
        let due_at = Some(rules::offered_until(self.offer_minutes, self.promotes_until, self.now));
        let (mut rest, whoever_asks) = (Vec::new(), std::mem::replace(&mut self.actor, Actor::System));
        for (at, (party, key)) in line.iter().enumerate() {
            if chosen.binary_search(&at).is_ok() {
                self.shift(party, &Step { due_at, ..Step::new(State::Offered, "promoted", None) })?;
            } else {
                rest.push(*key);
            }
        }
        self.actor = whoever_asks;
        self.head = rest.into_iter().flatten().min();
        Ok(())
    }

    /// Nobody waits any more.
    pub async fn end_line(&mut self, tx: &mut TenantTx, reason: Option<&Remark>) -> Result<(), SeatError> {
        for (party, _) in sql::line(tx, self.class).await? {
            self.shift(&party, &Step::new(State::Lost, "line_ended", reason))?;
        }
        self.head = None;
        Ok(())
    }

    fn moved(&self, id: CourseApplicationId) -> bool {
        self.changes.contains_key(&id)
    }

    /// Writes what was decided, in as many statements whatever the number of people.
    pub async fn write(self, tx: &mut TenantTx) -> Result<Vec<Move>, SeatError> {
        if self.log.is_empty() {
            return Ok(self.earlier);
        }
        if !sql::keep(tx, self.class, &self.places).await? {
            return Err(Fault::Unexpected("nobody is seated above the capacity").into());
        }
        let changes: Vec<(CourseApplicationId, Change)> = self.changes.into_iter().collect();
        if !changes.is_empty() {
            sql::move_all(tx, &changes, self.now).await?;
            let ended: Vec<_> =
                changes.iter().filter_map(|(id, change)| Some((*id, change.ends_enrolment()?))).collect();
            if !ended.is_empty() {
                sql::end_enrolments(tx, &ended, self.now).await?;
            }
        }
        let admitted = self.moves.iter().filter(|(_, one)| one.to == State::Admitted);
        let admitted: Vec<_> = admitted.map(|(_, one)| one.application).collect();
        if !admitted.is_empty() {
            sql::enrol(tx, self.class, admitted, self.now).await?;
        }
        sql::log(tx, &self.log).await?;
        tell(tx, self.class, &self.moves, self.now).await?;
        let mut moves = self.earlier;
        moves.extend(self.moves.into_iter().map(|(_, one)| one));
        Ok(moves)
    }
}

impl Change {
    fn ends_enrolment(&self) -> Option<&'static str> {
        match (self.from, self.to) {
            (State::Admitted, State::ClassCancelled) => Some("ended"),
            (State::Admitted, _) => Some("withdrawn"),
            _ => None,
        }
    }
}

/// Journals who is somewhere else: what the house did as its own doing, whoever asked for something in the same transaction.
async fn tell(tx: &mut TenantTx, class: CourseClassId, moves: &[(Actor, Move)], now: Instant) -> Result<(), Fault> {
    let told = |by_the_house: bool| -> Vec<events::ApplicationMoved> {
        let done = moves.iter().filter(|(actor, _)| (*actor == Actor::System) == by_the_house);
        let moved = |&(_, Move { application, from, to, .. }): &(Actor, Move)| events::ApplicationMoved {
            application,
            class,
            from,
            to,
        };
        done.map(moved).collect()
    };
    let (theirs, house) = (told(false), told(true));
    journal_many(tx, now, &theirs).await?;
    journal_many(&mut ByTheHouse(tx), now, &house).await
}

/// Journals that a class has another number of places.
pub(super) async fn tell_capacity(tx: &mut TenantTx, book: &Book) -> Result<(), Fault> {
    sql::renumber(tx, book.class, book.now).await?;
    let PlacesRow { capacity, held_back, .. } = book.places;
    journal(tx, book.now, &events::CapacityChanged { class: book.class, capacity, held_back }).await
}
