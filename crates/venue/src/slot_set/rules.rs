//! What a set of slots may be, and on which days it is in force.

use kernel::clock::{is_in_season, start_of_day};
use time::{Date, Duration};

use super::{Slot, SlotDraft, SlotSet};
use crate::{
    catalogue::{self, CatalogueError, SlotFault},
    room::Room,
    span::Span,
};

/// A season comes back every year, the 29th of February every eighth at the latest.
const LONGEST_WAIT: i64 = 8 * 366;

/// Every slot ends after it starts, none overlaps another, and each has a code of its own without the sign that joins codes.
///
/// # Errors
/// [`CatalogueError::Slots`] with everything that is wrong.
pub(crate) fn expect_sound(slots: &[SlotDraft]) -> Result<(), CatalogueError> {
    let mut faults = Vec::new();
    for (at, slot) in slots.iter().enumerate() {
        let earlier = slots.iter().take(at);
        let overlaps =
            |other: &SlotDraft| other.starts_minute < slot.ends_minute && slot.starts_minute < other.ends_minute;
        if slot.ends_minute <= slot.starts_minute {
            faults.push(SlotFault { at, code: "ends_before_it_starts" });
        } else if earlier.clone().any(overlaps) {
            faults.push(SlotFault { at, code: "overlaps" });
        }
        if earlier.clone().any(|other| other.code == slot.code) {
            faults.push(SlotFault { at, code: "code_twice" });
        }
        if slot.code.contains('+') {
            faults.push(SlotFault { at, code: "code_has_plus" });
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(CatalogueError::Slots(faults)) }
}

/// Only a room that is hired by slots has any.
///
/// # Errors
/// [`CatalogueError::NoSlots`] with how it is hired.
pub(super) fn expect_by_slots(room: &Room) -> Result<(), CatalogueError> {
    if room.time_unit == "slots" { Ok(()) } else { Err(CatalogueError::NoSlots { time_unit: room.time_unit.clone() }) }
}

/// Whether a set is in force on a day.
pub fn in_force(set: &SlotSet, day: Date) -> bool {
    let within = catalogue::in_force(set.effective_from, set.effective_until, day);
    within && set.season_from.zip(set.season_until).is_none_or(|season| is_in_season(season, day))
}

/// The first day on which both sets are in force.
pub fn both_in_force(one: &SlotSet, other: &SlotSet) -> Option<Date> {
    let first = one.effective_from.max(other.effective_from);
    let days = (0..=LONGEST_WAIT).map_while(|days| first.checked_add(Duration::days(days)));
    let ended = |day: &Date| [one, other].into_iter().any(|set| set.effective_until.is_some_and(|until| *day >= until));
    days.take_while(|day| !ended(day)).find(|day| in_force(one, *day) && in_force(other, *day))
}

/// When a slot is on a day of use.
pub fn on(slot: &Slot, day: Date) -> Option<Span> {
    let midnight = start_of_day(day);
    let at = |minute: i32| midnight.checked_add(Duration::minutes(minute.into()));
    Span::new(at(slot.starts_minute)?, at(slot.ends_minute)?)
}

#[cfg(test)]
mod tests {
    use kernel::ids::{RoomId, SlotSetId};
    use proptest::prelude::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;

    fn draft(code: &str, starts: i32, ends: i32) -> SlotDraft {
        SlotDraft { code: code.into(), name: code.into(), starts_minute: starts, ends_minute: ends }
    }

    fn set(from: Date, until: Option<Date>, season: Option<(i32, i32)>) -> SlotSet {
        let at = datetime!(2026-01-01 0:00 UTC);
        SlotSet {
            id: SlotSetId::from_uuid(Uuid::nil()),
            room_id: RoomId::from_uuid(Uuid::nil()),
            name: "通常".into(),
            gap_policy: "closed".into(),
            effective_from: from,
            effective_until: until,
            season_from: season.map(|season| season.0),
            season_until: season.map(|season| season.1),
            created_at: at,
            updated_at: at,
            version: 1,
            ended_despite: None,
        }
    }

    #[test]
    fn every_fault_of_the_slots_is_told_at_once() {
        let slots = [draft("AM", 540, 720), draft("AM", 700, 780), draft("P+M", 900, 800)];
        let Err(CatalogueError::Slots(faults)) = expect_sound(&slots) else { panic!() };
        let told: Vec<_> = faults.iter().map(|fault| (fault.at, fault.code)).collect();
        assert_eq!(told, [(1, "overlaps"), (1, "code_twice"), (2, "ends_before_it_starts"), (2, "code_has_plus")]);
        assert!(
            expect_sound(&[draft("PM", 780, 1020), draft("AM", 540, 780)]).is_ok(),
            "one may begin as another ends"
        );
    }

    #[test]
    fn winter_and_summer_take_turns_and_never_meet() {
        let winter = set(date!(2026 - 04 - 01), None, Some((1101, 430)));
        let summer = set(date!(2026 - 04 - 01), None, Some((501, 1031)));
        assert_eq!(both_in_force(&winter, &summer), None);
        assert!(in_force(&winter, date!(2027 - 01 - 15)) && !in_force(&winter, date!(2027 - 05 - 01)));
        let year = set(date!(2027 - 05 - 01), None, None);
        assert_eq!(both_in_force(&winter, &year), Some(date!(2027 - 11 - 01)));
    }

    #[test]
    fn one_set_may_begin_on_the_day_that_another_ends() {
        let old = set(date!(2026 - 04 - 01), Some(date!(2027 - 04 - 01)), None);
        assert_eq!(both_in_force(&old, &set(date!(2027 - 04 - 01), None, None)), None);
        assert_eq!(both_in_force(&old, &set(date!(2027 - 03 - 31), None, None)), Some(date!(2027 - 03 - 31)));
    }

    #[test]
    fn a_slot_may_go_on_after_midnight() {
        let late = Slot {
            slot_set_id: SlotSetId::from_uuid(Uuid::nil()),
            code: "LATE".into(),
            name: "深夜".into(),
            starts_minute: 22 * 60,
            ends_minute: 26 * 60,
        };
        let span = on(&late, date!(2026 - 12 - 31)).unwrap();
        assert_eq!((span.from(), span.until()), (datetime!(2026-12-31 13:00 UTC), datetime!(2026-12-31 17:00 UTC)));
    }

    proptest! {
        #[test]
        fn whether_two_sets_meet_does_not_depend_on_which_is_asked_first(
            a in 0i64..800, b in 0i64..800, length in 1i64..600, season in prop::option::of((1u8..=12, 1u8..=12)),
        ) {
            let day = |days: i64| date!(2026 - 01 - 01) + Duration::days(days);
            let season = season.map(|(from, until)| (i32::from(from) * 100 + 1, i32::from(until) * 100 + 28));
            let (one, other) = (set(day(a), Some(day(a + length)), season), set(day(b), None, None));
            prop_assert_eq!(both_in_force(&one, &other), both_in_force(&other, &one));
            if let Some(met) = both_in_force(&one, &other) {
                prop_assert!(in_force(&one, met) && in_force(&other, met));
            }
        }
    }
}
