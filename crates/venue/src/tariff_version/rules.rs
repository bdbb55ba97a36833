//! The house as its tariff sees it.

use std::collections::BTreeSet;

use tariff::hire::{House, HouseRoom};
use time::Date;

use super::{TariffVersion, sql::RoomFrom};
use crate::slot_set::{SetOfSlots, Slot};

/// 販路, as hires are taken.
pub const CHANNELS: [&str; 3] = ["web", "server", "counter"];

/// What a tariff that applies from a day on is held against.
pub(super) fn house(
    rooms: Vec<RoomFrom>,
    sets: &[SetOfSlots],
    from: Date,
    (equipment, purposes, user_classes): (Vec<String>, Vec<String>, &BTreeSet<String>),
) -> House {
    let mut house = House {
        equipment: equipment.into_iter().collect(),
        purposes: purposes.into_iter().collect(),
        user_classes: user_classes.clone(),
        channels: CHANNELS.into_iter().map(str::to_owned).collect(),
        ..House::default()
    };
    for one in rooms {
        let in_force =
            |set: &&SetOfSlots| set.set.room_id == one.room && set.set.effective_until.is_none_or(|until| from < until);
        let room: &mut HouseRoom = house.rooms.entry(one.code).or_default();
        room.hired |= one.hired;
        for set in sets.iter().filter(in_force) {
            room.slots.extend(runs(set));
        }
    }
    house
}

/// Whether a version takes the place of one in force that has no end and begins before it. One that ends itself does not: after it
/// there would be no price.
pub(super) fn is_succeeded(before: &TariffVersion, by: &TariffVersion) -> bool {
    before.effective_until.is_none() && by.effective_until.is_none() && before.effective_from < by.effective_from
}

/// The slots of a set that may be hired in a row.
fn runs(set: &SetOfSlots) -> Vec<Vec<String>> {
    let apart =
        |before: &Slot, after: &Slot| set.set.gap_policy == "closed" && before.ends_minute < after.starts_minute;
    let together = |before: &Slot, after: &Slot| !apart(before, after);
    let codes = |run: &[Slot]| run.iter().map(|slot| slot.code.clone()).collect();
    set.slots.chunk_by(together).map(codes).collect()
}

#[cfg(test)]
mod tests {
    use kernel::ids::{RoomId, SlotSetId};
    use time::macros::{date, datetime};

    use super::*;
    use crate::slot_set::SlotSet;

    fn set(gap_policy: &str) -> SetOfSlots {
        let at = datetime!(2026-04-01 00:00 UTC);
        let (id, room_id) = (SlotSetId::new(at), RoomId::new(at));
        let (gap_policy, name) = (gap_policy.to_owned(), "通常".to_owned());
        let (created_at, updated_at, effective_from) = (at, at, date!(2026 - 04 - 01));
        let (effective_until, season_from, season_until, version) = (None, None, None, 1);
        let set = SlotSet {
            id,
            room_id,
            name,
            gap_policy,
            effective_from,
            effective_until,
            season_from,
            season_until,
            ended_despite: None,
            created_at,
            updated_at,
            version,
        };
        let slot = |code: &str, starts_minute: i32, ends_minute: i32| Slot {
            slot_set_id: id,
            code: code.to_owned(),
            name: code.to_owned(),
            starts_minute,
            ends_minute,
        };
        SetOfSlots { set, slots: vec![slot("AM", 540, 720), slot("PM", 780, 1_020), slot("NT", 1_020, 1_320)] }
    }

    #[test]
    fn a_time_that_is_closed_keeps_slots_apart() {
        assert_eq!(runs(&set("free_if_both")), [vec!["AM", "PM", "NT"]]);
        assert_eq!(runs(&set("closed")), [vec!["AM"], vec!["PM", "NT"]]);
    }
}
