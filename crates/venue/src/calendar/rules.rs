//! What of a room is free on which day.

use std::collections::HashMap;

use kernel::{Instant, ids::AtomId};
use time::Date;
use uuid::Uuid;

use super::{Busy, DayOfRoom, RoomCalendar, SlotOnDay, State, View, sql::BusyPart};
use crate::{
    opening::{DayPlan, Opening},
    plan::RoomPlan,
    slot_set::rules,
    span::Span,
};

/// What takes each part, in the order of time: of one part nothing lies over anything else.
#[derive(Debug, Default)]
pub(super) struct Taken(HashMap<AtomId, Vec<(Uuid, Busy)>>);

impl Taken {
    /// Of rows in the order of part and time. What somebody has in pieces that follow each other is one.
    pub fn of(rows: Vec<BusyPart>) -> Self {
        let mut taken: HashMap<AtomId, Vec<(Uuid, Busy)>> = HashMap::new();
        for BusyPart { atom, source, busy } in rows {
            let of_atom = taken.entry(atom).or_default();
            let longer = match of_atom.last() {
                Some((last, before)) if *last == source && before.during.until() == busy.during.from() => {
                    Span::new(before.during.from(), busy.during.until())
                }
                _ => None,
            };
            match (longer, of_atom.last_mut()) {
                (Some(longer), Some((_, before))) => before.during = longer,
                _ => of_atom.push((source, busy)),
            }
        }
        Self(taken)
    }

    /// What a part has to do with a time.
    fn over(&self, atom: AtomId, span: Span) -> &[(Uuid, Busy)] {
        let all = self.0.get(&atom).map(Vec::as_slice).unwrap_or_default();
        let from = all.partition_point(|(_, busy)| busy.during.until() <= span.from());
        let until = all.partition_point(|(_, busy)| busy.during.from() < span.until());
        all.get(from..until).unwrap_or_default()
    }

    /// How taken parts are in a time: free when none of them is touched with what must stay free beside it, partly unless every
    /// one of them is taken all through.
    fn state(&self, atoms: &[AtomId], during: Span, occupied: Span) -> State {
        let near: Vec<&[(Uuid, Busy)]> = atoms.iter().map(|atom| self.over(*atom, occupied)).collect();
        if near.iter().all(|busy| busy.is_empty()) {
            return State::Free;
        }
        let full = near.iter().all(|busy| fills(busy, during));
        let within = near.iter().flat_map(|busy| *busy).filter(|(_, busy)| busy.during.overlaps(during));
        within.map(|(_, busy)| busy.state).max().filter(|_| full).unwrap_or(State::Partly)
    }
}

/// Whether what takes a part, in the order of time, takes it all through a time.
fn fills(busy: &[(Uuid, Busy)], during: Span) -> bool {
    let further = |reached: Instant, one: Span| if one.from() <= reached { reached.max(one.until()) } else { reached };
    busy.iter().map(|(_, busy)| busy.during).fold(during.from(), further) >= during.until()
}

/// Who looks, at what.
pub(super) struct Eye<'a> {
    pub opening: &'a Opening,
    pub taken: &'a Taken,
    pub view: View,
    /// Whether the house itself looks.
    pub house: bool,
    pub now: Instant,
}

impl Eye<'_> {
    /// One room between two days.
    pub fn room(&self, one: &RoomPlan, from: Date, until: Date) -> RoomCalendar {
        let (mut days, mut slots, mut stretches) = (Vec::new(), Vec::new(), Vec::new());
        let mut day = from;
        while day < until {
            let plan = self.opening.day(one.room.id, day);
            let state = match self.view {
                View::Slots => {
                    slots.extend(self.slots(one, &plan).into_iter().map(|(slot, _)| slot));
                    None
                }
                View::Grid => {
                    stretches.extend(self.stretches(one, &plan));
                    None
                }
                View::Days => Some(self.day(one, &plan)),
            };
            days.push(DayOfRoom { plan, state });
            let Some(next) = day.next_day() else { break };
            day = next;
        }
        let busy = if self.view == View::Days { Vec::new() } else { self.busy(one, from, until) };
        RoomCalendar { room: one.room.clone(), days, slots, stretches, busy }
    }

    /// The slots of a day, each with whether the house is open then.
    fn slots(&self, one: &RoomPlan, plan: &DayPlan) -> Vec<(SlotOnDay, bool)> {
        let of_day = one.slots(plan.day).iter().filter(|_| one.is_there(plan.day));
        let slot = |slot: &crate::slot_set::Slot| {
            let during = rules::on(slot, plan.day)?;
            // what goes over midnight may need the next day's hours, too
            let open = plan.covers(during) || self.opening.covers(one.room.id, during);
            let state = if open { self.state(one, during) } else { State::Closed };
            let slot = SlotOnDay { day: plan.day, code: slot.code.clone(), name: slot.name.clone(), during, state };
            Some((slot, open))
        };
        of_day.filter_map(slot).collect()
    }

    /// What a use of this time would be.
    fn state(&self, one: &RoomPlan, during: Span) -> State {
        let state = self.taken.state(&one.atoms, during, one.occupied(during));
        self.seen(one, state, during.from() < self.now)
    }

    /// A state as whoever looks sees it; `over`: it is too late for the time.
    fn seen(&self, one: &RoomPlan, state: State, over: bool) -> State {
        match state {
            State::Free | State::Partly if over => State::Past,
            State::Free if !self.house && one.room.visibility != "bookable" => State::StaffOnly,
            state => state,
        }
    }

    /// The open time of a day, cut where its state changes.
    fn stretches(&self, one: &RoomPlan, plan: &DayPlan) -> Vec<(Span, State)> {
        let mut found: Vec<(Span, State)> = Vec::new();
        for open in self.open(one, plan) {
            let busy = one.atoms.iter().flat_map(|atom| self.taken.over(*atom, open));
            let mut cuts: Vec<Instant> =
                busy.flat_map(|(_, busy)| [busy.during.from(), busy.during.until()]).chain([self.now]).collect();
            cuts.retain(|at| open.from() < *at && *at < open.until());
            cuts.extend([open.from(), open.until()]);
            cuts.sort_unstable();
            cuts.dedup();
            for pair in cuts.windows(2) {
                let [from, until] = pair else { continue };
                let Some(piece) = Span::new(*from, *until) else { continue };
                let state = self.seen(one, self.taken.state(&one.atoms, piece, piece), *until <= self.now);
                match found.last_mut() {
                    Some((last, before)) if *before == state && last.until() == *from => {
                        *last = Span::new(last.from(), *until).unwrap_or(*last);
                    }
                    _ => found.push((piece, state)),
                }
            }
        }
        found
    }

    /// When a room can be had on a day, as far as the house says.
    fn open(&self, one: &RoomPlan, plan: &DayPlan) -> Vec<Span> {
        match &plan.open {
            _ if !one.is_there(plan.day) => Vec::new(),
            Some(open) => open.clone(),
            None => Span::of_day(plan.day).into_iter().collect(),
        }
    }

    /// One state for all that could be hired on a day, as far as it is not over.
    fn day(&self, one: &RoomPlan, plan: &DayPlan) -> State {
        let states: Vec<State> = match one.room.time_unit.as_str() {
            "slots" => {
                self.slots(one, plan).into_iter().filter(|(_, open)| *open).map(|(slot, _)| slot.state).collect()
            }
            _ => self.stretches(one, plan).into_iter().map(|(_, state)| state).collect(),
        };
        let left: Vec<State> = states.iter().copied().filter(|state| *state != State::Past).collect();
        let free = |state: &State| matches!(state, State::Free | State::StaffOnly);
        match (states.is_empty(), left.as_slice()) {
            (true, _) => State::Closed,
            (_, []) => State::Past,
            (_, [first, ..]) if left.iter().all(free) => *first,
            _ if left.iter().any(|state| free(state) || *state == State::Partly) => State::Partly,
            _ => left.into_iter().max().unwrap_or(State::Closed),
        }
    }

    /// What is taken of a room between two days: each once, of however many parts.
    fn busy(&self, one: &RoomPlan, from: Date, until: Date) -> Vec<Busy> {
        let Some(within) = Span::of_days((from, until)) else { return Vec::new() };
        let mut busy: Vec<&(Uuid, Busy)> = one.atoms.iter().flat_map(|atom| self.taken.over(*atom, within)).collect();
        busy.sort_by_key(|(source, busy)| (busy.during, *source));
        busy.dedup_by_key(|(source, busy)| (busy.during, *source));
        busy.into_iter().map(|(_, busy)| busy.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};

    use super::*;

    const PARTS: [AtomId; 2] = [AtomId::from_uuid(Uuid::from_u128(1)), AtomId::from_uuid(Uuid::from_u128(2))];

    fn hours(from: i64, until: i64) -> Span {
        let at = |hour| datetime!(2026-12-01 0:00 UTC) + Duration::hours(hour);
        Span::new(at(from), at(until)).unwrap()
    }

    fn part(atom: usize, source: u128, during: Span, state: State) -> BusyPart {
        BusyPart { atom: PARTS[atom], source: Uuid::from_u128(source), busy: Busy { during, state, label: None } }
    }

    #[test]
    fn a_hall_of_which_a_half_is_taken_is_partly_taken() {
        let taken = Taken::of(vec![part(0, 1, hours(9, 12), State::Booked)]);
        let seen = |atoms: &[AtomId], during| taken.state(atoms, during, during);
        assert_eq!(seen(&PARTS, hours(9, 12)), State::Partly);
        assert_eq!(seen(&PARTS[..1], hours(9, 12)), State::Booked);
        assert_eq!(seen(&PARTS[1..], hours(9, 12)), State::Free);
        assert_eq!(seen(&PARTS[..1], hours(9, 13)), State::Partly, "an hour of it is left");
        assert_eq!(seen(&PARTS, hours(12, 13)), State::Free);
        assert_eq!(taken.state(&PARTS[..1], hours(13, 17), hours(11, 17)), State::Partly, "its gap is not free");
    }

    #[test]
    fn what_takes_all_of_it_together_is_as_bad_as_the_worst_of_it() {
        let rows = vec![
            part(0, 1, hours(9, 10), State::Held),
            part(0, 2, hours(10, 12), State::Booked),
            part(1, 3, hours(8, 13), State::Closed),
        ];
        let taken = Taken::of(rows);
        assert_eq!(taken.state(&PARTS[..1], hours(9, 10), hours(9, 10)), State::Held);
        assert_eq!(taken.state(&PARTS, hours(9, 12), hours(9, 12)), State::Closed);
    }

    #[test]
    fn a_long_closure_is_one_however_many_pieces_it_is_kept_in() {
        let rows = vec![part(0, 1, hours(0, 24), State::Closed), part(0, 1, hours(24, 48), State::Closed)];
        let taken = Taken::of(rows);
        assert_eq!(
            taken.over(PARTS[0], hours(30, 31)).iter().map(|(_, busy)| busy.during).collect::<Vec<_>>(),
            [hours(0, 48)]
        );
    }

    proptest! {
        #[test]
        fn of_what_takes_a_part_exactly_what_overlaps_is_found_and_whether_it_leaves_anything(
            pieces in prop::collection::vec((1i64..5, 0i64..4), 0..12), from in 0i64..60, length in 1i64..20,
        ) {
            let (mut at, mut rows) = (0, Vec::new());
            for (n, (long, gap)) in pieces.into_iter().enumerate() {
                rows.push(part(0, u128::try_from(n).unwrap(), hours(at + gap, at + gap + long), State::Booked));
                at += gap + long;
            }
            let wanted = hours(from, from + length);
            let expected: Vec<Span> =
                rows.iter().map(|row| row.busy.during).filter(|during| during.overlaps(wanted)).collect();
            let taken = Taken::of(rows);
            let filled = fills(taken.over(PARTS[0], wanted), wanted);
            prop_assert_eq!(filled, wanted.without(expected.iter().copied()).is_empty());
            let found: Vec<Span> = taken.over(PARTS[0], wanted).iter().map(|(_, busy)| busy.during).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
