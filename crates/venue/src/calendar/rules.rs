//! What of a room is free on which day.

use kernel::{clock::start_of_day, ids::RoomId};
use time::{Date, Duration};

use super::{Busy, RoomCalendar, SlotOnDay, State};
use crate::{
    opening::Opening,
    plan::RoomPlan,
    room::{Room, rules::occupied},
    slot_set::rules,
    span::Span,
};

/// One room between two days, of what all rooms have.
pub(super) fn of_room(
    one: &RoomPlan,
    opening: &Opening,
    taken: &[(RoomId, Busy)],
    from: Date,
    until: Date,
) -> RoomCalendar {
    let room = &one.room;
    let taken: Vec<&Busy> = taken.iter().filter(|(of, _)| *of == room.id).map(|(_, busy)| busy).collect();
    let (mut slots, mut days) = (Vec::new(), Vec::new());
    let mut day = from;
    while day < until {
        let plan = opening.day(room.id, day);
        let for_hire = room.effective_from <= day && room.effective_until.is_none_or(|until| day < until);
        // what may meet a slot of this day, gaps and slots over midnight included
        let near = Span::new(start_of_day(day) - Duration::days(1), start_of_day(day) + Duration::days(3));
        let met: Vec<&Busy> =
            taken.iter().filter(|busy| near.is_some_and(|near| busy.during.overlaps(near))).copied().collect();
        for slot in one.slots(day).iter().filter(|_| for_hire) {
            if let Some(during) = rules::on(slot, day) {
                let open = plan.open.is_none() || opening.covers(room.id, during);
                let state = if open { state(room, during, &met) } else { State::Closed };
                slots.push(SlotOnDay { day, code: slot.code.clone(), name: slot.name.clone(), during, state });
            }
        }
        days.push(plan);
        let Some(next) = day.next_day() else { break };
        day = next;
    }
    let within = Span::new(start_of_day(from), start_of_day(until));
    let shown = |busy: &&&Busy| within.is_some_and(|within| busy.during.overlaps(within));
    let busy = taken.iter().filter(shown).map(|busy| (*busy).clone()).collect();
    RoomCalendar { room: room.clone(), days, slots, busy }
}

/// The least free of everything that a use at this time would meet, its gaps included.
fn state(room: &Room, during: Span, taken: &[&Busy]) -> State {
    let wanted = occupied(room, during);
    let met = taken.iter().filter(|busy| busy.during.overlaps(wanted)).map(|busy| busy.state);
    met.max().unwrap_or(State::Free)
}
