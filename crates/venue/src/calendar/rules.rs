//! What of a room is free on which day.

use kernel::{clock::start_of_day, ids::RoomId};
use time::Date;

use super::{Busy, RoomCalendar, SlotOnDay, State};
use crate::{
    room::{Room, rules::occupied},
    slot_set::{SetOfSlots, rules},
    span::Span,
};

/// One room between two days, of what all rooms have.
pub(super) fn of_room(
    room: Room,
    sets: &[SetOfSlots],
    taken: &[(RoomId, Busy)],
    from: Date,
    until: Date,
) -> RoomCalendar {
    let taken: Vec<&Busy> = taken.iter().filter(|(of, _)| *of == room.id).map(|(_, busy)| busy).collect();
    let sets: Vec<&SetOfSlots> = sets.iter().filter(|one| one.set.room_id == room.id).collect();
    let mut slots = Vec::new();
    let mut day = from;
    while day < until {
        let open = room.effective_from <= day && room.effective_until.is_none_or(|until| day < until);
        let in_force = sets.iter().find(|one| open && rules::in_force(&one.set, day));
        for slot in in_force.into_iter().flat_map(|one| &one.slots) {
            if let Some(during) = rules::on(slot, day) {
                let state = state(&room, during, &taken);
                slots.push(SlotOnDay { day, code: slot.code.clone(), name: slot.name.clone(), during, state });
            }
        }
        let Some(next) = day.next_day() else { break };
        day = next;
    }
    let within = Span::new(start_of_day(from), start_of_day(until));
    let shown = |busy: &&&Busy| within.is_some_and(|within| busy.during.overlaps(within));
    RoomCalendar { room, slots, busy: taken.iter().filter(shown).map(|busy| (*busy).clone()).collect() }
}

/// The least free of everything that a use at this time would meet, its gaps included.
fn state(room: &Room, during: Span, taken: &[&Busy]) -> State {
    let wanted = occupied(room, during);
    let met = taken.iter().filter(|busy| busy.during.overlaps(wanted)).map(|busy| busy.state);
    met.max().unwrap_or(State::Free)
}
