//! Whether what was let would still be possible.

use std::collections::BTreeMap;

use kernel::ids::{AtomId, FacilityId, RoomId};
use time::Date;

use super::sql::LetThen;
use crate::{
    holiday::Holidays,
    layer::Laid,
    opening::Opening,
    plan::Plan,
    room::Room,
    slot_set::{Slot, SlotDraft},
    span::Span,
};

/// A house that opens by what is a holiday, before and after that changes.
#[derive(Debug)]
pub(super) struct House {
    pub before: Opening,
    pub after: Opening,
    /// The layers by which it does.
    by: Vec<Laid>,
}

impl House {
    fn turns(&self, day: Date) -> bool {
        self.by.iter().any(|laid| self.before.holds(laid, day) != self.after.holds(laid, day))
    }
}

/// Whether every slot of a hire, by its codes joined with `+`, is the same among those that follow.
pub fn stay(slots: &[Slot], next: &[SlotDraft], span: &str) -> bool {
    span.split('+').all(|code| {
        let was = slots.iter().find(|slot| slot.code == code).map(|slot| (slot.starts_minute, slot.ends_minute));
        let is = next.iter().find(|slot| slot.code == code).map(|slot| (slot.starts_minute, slot.ends_minute));
        was.is_some() && was == is
    })
}

/// The days between two on which any of these layers says something about the hours, as half-open stretches.
pub(super) fn touched(plan: &Plan, layers: [Option<&Laid>; 2], days: (Date, Date)) -> Vec<(Date, Date)> {
    stretches(days, |day| layers.iter().flatten().any(|laid| laid.hours.is_some() && plan.opening.holds(laid, day)))
}

/// Of layers of any facilities, in the order in which they decide: the houses whose hours go by what is a holiday.
pub(super) fn houses(layers: Vec<Laid>, (before, after): (&Holidays, &Holidays)) -> BTreeMap<FacilityId, House> {
    let mut of_facility: BTreeMap<FacilityId, Vec<Laid>> = BTreeMap::new();
    for one in layers {
        of_facility.entry(one.layer.facility_id).or_default().push(one);
    }
    let house = |(id, layers): (FacilityId, Vec<Laid>)| {
        let follows = |one: &&Laid| one.hours.is_some() && one.rule.follows_holidays();
        let by: Vec<Laid> = layers.iter().filter(follows).cloned().collect();
        if by.is_empty() {
            return None;
        }
        let before = Opening::new(layers.clone(), before.clone());
        Some((id, House { before, after: Opening::new(layers, after.clone()), by }))
    };
    of_facility.into_iter().filter_map(house).collect()
}

/// The days between two on which a layer holds in one of these houses before or after, and not both, as half-open stretches.
pub(super) fn turned(houses: &BTreeMap<FacilityId, House>, days: (Date, Date)) -> Vec<(Date, Date)> {
    stretches(days, |day| houses.values().any(|house| house.turns(day)))
}

/// The days between two that are meant, as half-open stretches.
fn stretches((from, until): (Date, Date), meant: impl Fn(Date) -> bool) -> Vec<(Date, Date)> {
    let mut stretches: Vec<(Date, Date)> = Vec::new();
    let mut day = from;
    while day < until {
        let Some(next) = day.next_day() else { break };
        if meant(day) {
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
pub(super) fn closes(room: &Room, (before, after): (&Opening, &Opening), one: &LetThen) -> bool {
    let open = |opening: &Opening| {
        let of_day = opening.day(room.id, one.day).open;
        match (room.time_unit.as_str(), of_day) {
            ("slots" | "day", None) => true,
            // a day is what the house is open, breaks included
            ("day", Some(spans)) => Span::across(&spans).is_some_and(|open| open.covers(one.during)),
            _ => opening.covers(room.id, one.during),
        }
    };
    open(before) && !open(after)
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
