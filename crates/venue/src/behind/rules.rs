//! Whether what was let would still be possible.

use kernel::ids::{AtomId, RoomId};
use time::Date;

use super::sql::LetThen;
use crate::{
    layer::Laid,
    opening::Opening,
    plan::Plan,
    slot_set::{Slot, SlotDraft},
};

/// Whether every slot of a hire, by its codes joined with `+`, is the same among those that follow.
pub fn stay(slots: &[Slot], next: &[SlotDraft], span: &str) -> bool {
    span.split('+').all(|code| {
        let was = slots.iter().find(|slot| slot.code == code).map(|slot| (slot.starts_minute, slot.ends_minute));
        let is = next.iter().find(|slot| slot.code == code).map(|slot| (slot.starts_minute, slot.ends_minute));
        was.is_some() && was == is
    })
}

/// The days between two on which any of these layers says something about the hours, as half-open stretches.
pub(super) fn touched(plan: &Plan, layers: [Option<&Laid>; 2], (from, until): (Date, Date)) -> Vec<(Date, Date)> {
    let mut stretches: Vec<(Date, Date)> = Vec::new();
    let mut day = from;
    while day < until {
        let Some(next) = day.next_day() else { break };
        if layers.iter().flatten().any(|laid| laid.hours.is_some() && plan.opening.holds(laid, day)) {
            match stretches.last_mut() {
                Some(last) if last.1 == day => last.1 = next,
                _ => stretches.push((day, next)),
            }
        }
        day = next;
    }
    stretches
}

/// The parts of one room, or of all.
pub(super) fn atoms(plan: &Plan, room: Option<RoomId>) -> Vec<AtomId> {
    let of = plan.rooms.iter().filter(|one| room.is_none_or(|room| room == one.room.id));
    let mut atoms: Vec<AtomId> = of.flat_map(|one| one.atoms.iter().copied()).collect();
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

/// Whether the house was open for something that was let, and is not any more.
pub(super) fn closes(plan: &Plan, after: &Opening, one: &LetThen) -> bool {
    let Some(room) = one.collision.room.and_then(|room| plan.room(room)) else { return false };
    let open = |opening: &Opening| {
        let of_day = opening.day(room.room.id, one.day).open;
        match room.room.time_unit.as_str() {
            "slots" if of_day.is_none() => true,
            "day" => of_day.is_none_or(|spans| !spans.is_empty()),
            _ => opening.covers(room.room.id, one.during),
        }
    };
    open(&plan.opening) && !open(after)
}

#[cfg(test)]
mod tests {
    use kernel::ids::SlotSetId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_hire_stays_when_each_of_its_slots_does() {
        let slot = |code: &str, starts_minute, ends_minute| Slot {
            slot_set_id: SlotSetId::from_uuid(Uuid::nil()),
            code: code.into(),
            name: code.into(),
            starts_minute,
            ends_minute,
        };
        let next = |code: &str, starts_minute, ends_minute| SlotDraft {
            code: code.into(),
            name: "another name".into(),
            starts_minute,
            ends_minute,
        };
        let slots = [slot("AM", 540, 720), slot("PM", 780, 1_020)];
        let later = [next("AM", 540, 720), next("PM", 780, 1_080)];
        assert!(stay(&slots, &later, "AM"));
        assert!(!stay(&slots, &later, "AM+PM") && !stay(&slots, &later, "PM"));
        assert!(!stay(&slots, &[], "AM") && !stay(&slots, &later, "NT"));
    }
}
