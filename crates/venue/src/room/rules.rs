//! What a room may be.

use std::collections::BTreeSet;

use kernel::Instant;

use super::{Room, RoomOfParts};
use crate::{catalogue::CatalogueError, span::Span, succession::RoomSuccession};

/// A room that is hired by the grid has one, and its shortest and longest use are whole steps of it, in their order.
pub(super) fn expect_lengths(
    time_unit: &str,
    grid: Option<i32>,
    min: Option<i32>,
    max: Option<i32>,
) -> Result<(), CatalogueError> {
    let fits = match (time_unit, grid) {
        ("grid", Some(grid)) => {
            (5..=1_440).contains(&grid)
                && 1_440 % grid == 0
                && [min, max].into_iter().flatten().all(|minutes| minutes % grid == 0)
        }
        ("grid", None) | (_, Some(_)) => false,
        _ => true,
    };
    let ordered = min.zip(max).is_none_or(|(min, max)| min <= max);
    if fits && ordered { Ok(()) } else { Err(CatalogueError::Lengths) }
}

/// What follows a room from a day on.
pub(crate) fn followed(
    before: RoomOfParts,
    change: RoomSuccession,
    now: Instant,
) -> Result<RoomOfParts, CatalogueError> {
    let old = before.room;
    let time_unit = change.time_unit.map_or(old.time_unit, str::to_owned);
    let grid = change.grid_minutes.unwrap_or(old.grid_minutes).filter(|_| time_unit == "grid");
    let room = Room {
        name: change.name.unwrap_or(old.name),
        name_en: change.name_en.unwrap_or(old.name_en),
        capacity: change.capacity.unwrap_or(old.capacity),
        grid_minutes: grid,
        gap_before_minutes: change.gap_before_minutes.unwrap_or(old.gap_before_minutes),
        gap_after_minutes: change.gap_after_minutes.unwrap_or(old.gap_after_minutes),
        gap_mode: change.gap_mode.map_or(old.gap_mode, str::to_owned),
        min_minutes: change.min_minutes.unwrap_or(old.min_minutes),
        max_minutes: change.max_minutes.unwrap_or(old.max_minutes),
        approval: change.approval.map_or(old.approval, str::to_owned),
        visibility: change.visibility.map_or(old.visibility, str::to_owned),
        open_to: change.open_to.map_or(old.open_to, str::to_owned),
        ordinal: change.ordinal.unwrap_or(old.ordinal),
        effective_from: change.from.day,
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
        time_unit,
        ..old
    };
    expect_lengths(&room.time_unit, room.grid_minutes, room.min_minutes, room.max_minutes)?;
    Ok(RoomOfParts {
        room,
        parts: parts(change.parts.unwrap_or(before.parts))?,
        purposes: change.purposes.unwrap_or(before.purposes),
        attached: change.attached.unwrap_or(before.attached),
    })
}

/// Labels in their order, each once.
pub(super) fn parts(mut labels: Vec<String>) -> Result<Vec<String>, CatalogueError> {
    let given = labels.len();
    labels.sort_unstable();
    let different: BTreeSet<&String> = labels.iter().collect();
    if different.len() == given { Ok(labels) } else { Err(CatalogueError::PartTwice) }
}

/// Whether there is a part among these that is none of the others: what keeps those taken does not keep this one.
pub(crate) fn gains(parts: &[String], before: &[String]) -> bool {
    parts.iter().any(|part| !before.contains(part))
}

/// What a use of a room takes: itself, and what must stay free beside it. When gaps do not add up, it is the longer one, on its own
/// side: so two uses are as far apart as the longer gap, and not as both.
///
/// That holds only among uses that keep the same gaps. Where a room that shares a part keeps others about that day (`mixed`), a use
/// takes both of its own: somebody else's use never ends within the set-up of the hall, though two uses of the hall are then as far
/// apart as its two gaps together. A use that takes both and one that takes the longer are never too close, whichever comes first.
pub fn occupied(room: &Room, mixed: bool, during: Span) -> Span {
    let (before, after) = (i64::from(room.gap_before_minutes), i64::from(room.gap_after_minutes));
    match room.gap_mode.as_str() {
        "max" if !mixed && before > after => during.widened(before, 0),
        "max" if !mixed => during.widened(0, after),
        _ => during.widened(before, after),
    }
}

#[cfg(test)]
mod tests {
    use kernel::ids::{FacilityId, RoomId};
    use proptest::prelude::*;
    use time::{
        Duration,
        macros::{date, datetime},
    };
    use uuid::Uuid;

    use super::*;

    fn room(before: i32, after: i32, mode: &str) -> Room {
        let at = datetime!(2026-01-01 0:00 UTC);
        Room {
            id: RoomId::from_uuid(Uuid::nil()),
            facility_id: FacilityId::from_uuid(Uuid::nil()),
            code: "HALL".into(),
            name: "HALL".into(),
            name_en: None,
            capacity: None,
            time_unit: "grid".into(),
            grid_minutes: Some(30),
            gap_before_minutes: before,
            gap_after_minutes: after,
            gap_mode: mode.into(),
            min_minutes: None,
            max_minutes: None,
            approval: "staff".into(),
            visibility: "bookable".into(),
            open_to: "everybody".into(),
            ordinal: 0,
            effective_from: date!(2026 - 04 - 01),
            effective_until: None,
            created_at: at,
            updated_at: at,
            version: 1,
            ended_despite: None,
        }
    }

    fn span(from: Instant, until: Instant) -> Span {
        Span::new(from, until).unwrap()
    }

    #[test]
    fn a_room_of_some_of_the_parts_that_it_had_gains_none() {
        let of = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect::<Vec<String>>();
        assert!(!gains(&of(&["A", "B"]), &of(&["A", "B"])) && !gains(&of(&["B"]), &of(&["A", "B"])));
        assert!(gains(&of(&["A", "B", "C"]), &of(&["A", "B"])) && gains(&of(&["1"]), &of(&["A"])));
    }

    #[test]
    fn what_stays_free_beside_a_use_is_the_longer_gap_or_both() {
        let noon = span(datetime!(2026-12-01 12:00 +9), datetime!(2026-12-01 13:00 +9));
        let taken = |room: &Room, mixed| {
            let taken = occupied(room, mixed, noon);
            ((noon.from() - taken.from()).whole_minutes(), (taken.until() - noon.until()).whole_minutes())
        };
        assert_eq!(taken(&room(30, 60, "max"), false), (0, 60));
        assert_eq!(taken(&room(60, 30, "max"), false), (60, 0), "the one after this is within the one before the next");
        assert_eq!(taken(&room(30, 60, "sum"), false), (30, 60));
        assert_eq!(taken(&room(60, 0, "max"), true), (60, 0), "beside rooms with other gaps each use keeps its own");
        assert_eq!(taken(&room(0, 0, "max"), true), (0, 0));
    }

    proptest! {
        #[test]
        fn no_two_uses_are_closer_than_either_of_their_gaps(
            one in (0i32..3, 0i32..3), other in (0i32..3, 0i32..3), sum: bool, apart in 0i64..10,
        ) {
            let mode = if sum { "sum" } else { "max" };
            let (first, second) = (room(one.0 * 30, one.1 * 30, mode), room(other.0 * 30, other.1 * 30, mode));
            let mixed = one != other;
            let ends = datetime!(2026-12-01 12:00 +9);
            let begins = ends + Duration::minutes(apart * 15);
            let before = occupied(&first, mixed, span(ends - Duration::HOUR, ends));
            let after = occupied(&second, mixed, span(begins, begins + Duration::HOUR));
            let needed = i64::from(first.gap_after_minutes.max(second.gap_before_minutes));
            prop_assert!(before.overlaps(after) || apart * 15 >= needed);
            if !mixed && !sum {
                // of uses that keep the same gaps, exactly the longer one
                let longer = i64::from(first.gap_after_minutes.max(first.gap_before_minutes));
                prop_assert_eq!(before.overlaps(after), apart * 15 < longer);
            }
        }
    }

    proptest! {
        #[test]
        fn where_others_keep_other_gaps_on_one_of_two_days_the_room_keeps_its_own_on_both(
            gaps in (0i32..4, 0i32..4), mixed: (bool, bool), apart in 0i64..12,
        ) {
            let room = room(gaps.0 * 30, gaps.1 * 30, "max");
            let ends = datetime!(2026-12-01 12:00 +9);
            let begins = ends + Duration::minutes(apart * 15);
            let before = occupied(&room, mixed.0, span(ends - Duration::HOUR, ends));
            let after = occupied(&room, mixed.1, span(begins, begins + Duration::HOUR));
            let longer = i64::from(room.gap_after_minutes.max(room.gap_before_minutes));
            prop_assert!(before.overlaps(after) || apart * 15 >= longer);
        }
    }

    #[test]
    fn a_grid_divides_the_day_and_the_lengths_are_whole_steps() {
        assert!(expect_lengths("grid", Some(30), Some(60), Some(240)).is_ok());
        assert!(expect_lengths("slots", None, None, None).is_ok());
        for wrong in [
            ("grid", None, None, None),
            ("grid", Some(25), None, None),
            ("grid", Some(30), Some(45), None),
            ("grid", Some(30), Some(120), Some(60)),
            ("slots", Some(30), None, None),
        ] {
            assert!(expect_lengths(wrong.0, wrong.1, wrong.2, wrong.3).is_err(), "{wrong:?}");
        }
    }
}
