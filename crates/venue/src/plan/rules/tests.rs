use kernel::ids::{FacilityId, RoomId, SlotSetId};
use proptest::prelude::*;
use time::macros::{date, datetime};
use uuid::Uuid;

use super::*;
use crate::{room::Room, slot_set::SlotSet};

const DAY: Date = date!(2026 - 12 - 11);
const NOW: Instant = datetime!(2026-11-20 10:00 +9);
const SLOTS: [(&str, i32, i32); 3] = [("AM", 540, 720), ("PM", 780, 960), ("NT", 1_020, 1_260)];

/// A hall with its slots, hired for so many minutes at most.
fn hall(max_minutes: Option<i32>) -> RoomPlan {
    let at = datetime!(2026-01-01 0:00 UTC);
    let (id, effective_from) = (RoomId::from_uuid(Uuid::nil()), date!(2026 - 04 - 01));
    let room = Room {
        id,
        facility_id: FacilityId::from_uuid(Uuid::nil()),
        code: "HALL".into(),
        name: "HALL".into(),
        name_en: None,
        capacity: None,
        time_unit: "slots".into(),
        grid_minutes: None,
        gap_before_minutes: 0,
        gap_after_minutes: 0,
        gap_mode: "max".into(),
        min_minutes: None,
        max_minutes,
        approval: "staff".into(),
        visibility: "bookable".into(),
        open_to: "everybody".into(),
        ordinal: 0,
        effective_from,
        effective_until: None,
        created_at: at,
        updated_at: at,
        version: 1,
        ended_despite: None,
    };
    let set = SlotSet {
        id: SlotSetId::from_uuid(Uuid::nil()),
        room_id: id,
        name: "通常".into(),
        gap_policy: "billable_extension".into(),
        effective_from,
        effective_until: None,
        season_from: None,
        season_until: None,
        created_at: at,
        updated_at: at,
        version: 1,
        ended_despite: None,
    };
    let slot = |(code, starts_minute, ends_minute): (&str, i32, i32)| Slot {
        slot_set_id: set.id,
        code: code.into(),
        name: code.into(),
        starts_minute,
        ends_minute,
    };
    let slots = SLOTS.map(slot).to_vec();
    RoomPlan {
        room,
        in_force: (effective_from, None),
        atoms: Vec::new(),
        sets: vec![SetOfSlots { set, slots }],
        purposes: Vec::new(),
        attached: Vec::new(),
        mixed: Vec::new(),
    }
}

fn asked(codes: &[&str], (early, late): (i64, i64)) -> TimeAsk {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    TimeAsk::Slots { day: DAY, codes, extension: Extension { early, late } }
}

fn at(codes: &[&str], extension: (i64, i64)) -> Result<Use, TimeError> {
    hall(None).at(&Opening::default(), &asked(codes, extension), NOW)
}

fn span(from: Instant, until: Instant) -> Span {
    Span::new(from, until).unwrap()
}

/// From the first slot to the last.
fn all_day() -> Span {
    span(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 21:00 +9))
}

#[test]
fn an_extension_is_hired_with_its_slots_and_charged_by_itself() {
    let use_ = at(&["AM", "PM"], (0, 60)).unwrap();
    assert_eq!(use_.during, span(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 17:00 +9)));
    assert_eq!(use_.extensions, [("12:00".to_owned(), 60), ("16:00".to_owned(), 60)]);
    assert_eq!(use_.occupied, use_.during, "the gap between slots is part of the use");
    assert_eq!((use_.minutes(), use_.during.minutes()), (360, 480), "and is charged once, as the extension that it is");
    let use_ = at(&["PM"], (30, 0)).unwrap();
    assert_eq!(use_.during, span(datetime!(2026-12-11 12:30 +9), datetime!(2026-12-11 16:00 +9)));
    assert_eq!((use_.extensions, use_.extension), (vec![("12:30".to_owned(), 30)], Extension { early: 30, late: 0 }));
}

#[test]
fn what_begins_on_the_evening_before_has_the_clock_of_that_evening_and_what_goes_on_after_midnight_that_of_its_day() {
    let slot = |starts_minute, ends_minute| Slot {
        slot_set_id: SlotSetId::from_uuid(Uuid::nil()),
        code: "S".into(),
        name: "S".into(),
        starts_minute,
        ends_minute,
    };
    let clocks = |slot: Slot| with_extension(&[&slot], Vec::new(), Extension { early: 90, late: 30 });
    assert_eq!(clocks(slot(60, 600)), [("23:30".to_owned(), 90), ("10:00".to_owned(), 30)]);
    assert_eq!(clocks(slot(1_320, 1_560)), [("20:30".to_owned(), 90), ("26:00".to_owned(), 30)]);
}

#[test]
fn an_extension_counts_for_what_is_past_and_for_how_long_a_room_is_hired() {
    let late = |minutes| hall(Some(240)).at(&Opening::default(), &asked(&["PM"], (0, minutes)), NOW);
    assert!(late(60).is_ok());
    assert_eq!(late(61), Err(TimeError::Length { min: None, max: Some(240) }));
    let now = datetime!(2026-12-11 12:30 +9);
    let early = |minutes| hall(None).at(&Opening::default(), &asked(&["PM"], (minutes, 0)), now);
    assert!(early(30).is_ok());
    assert!(matches!(early(31), Err(TimeError::Past { .. })));
}

#[test]
fn nobody_plans_to_be_there_after_the_last_slot_when_no_calendar_says_that_the_house_is_open() {
    let next_open = Some(date!(2026 - 12 - 12));
    let closed = Err(TimeError::Closed { why: None, open: vec![all_day()], next_open });
    assert_eq!(at(&["NT"], (0, 1)), closed);
    assert_eq!(at(&["AM"], (1, 0)), closed);
}

proptest! {
    #[test]
    fn what_is_planned_beside_slots_is_all_that_a_use_is_longer_by(
        slot in 0usize..3, early in 0i64..1_440, late in 0i64..1_440,
    ) {
        let codes = [SLOTS[slot].0];
        let alone = at(&codes, (0, 0)).unwrap();
        let wide = alone.during.widened(early, late);
        match at(&codes, (early, late)) {
            Ok(use_) => {
                prop_assert!(all_day().covers(wide));
                prop_assert_eq!(use_.during, wide);
                prop_assert_eq!(use_.minutes(), alone.minutes());
                prop_assert_eq!(use_.extensions.iter().map(|(_, minutes)| minutes).sum::<i64>(), early + late);
            }
            Err(error) => {
                prop_assert!(!all_day().covers(wide));
                let closed = matches!(error, TimeError::Closed { .. });
                prop_assert!(closed);
            }
        }
    }
}
