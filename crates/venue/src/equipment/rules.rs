//! How many of an item are left, and when.

use kernel::{Instant, clock::start_of_day};

use super::{Available, Equipment};
use crate::span::Span;

/// How many are left in a time, as a step function: every stretch has another number than the one before it.
pub(super) fn steps(item: &Equipment, claims: &[(Span, i64)], within: Span) -> Vec<Available> {
    let (since, until) = (start_of_day(item.effective_from), item.effective_until.map(start_of_day));
    let ends = claims.iter().flat_map(|(span, _)| [span.from(), span.until()]);
    let mut cuts: Vec<Instant> = ends.chain([since]).chain(until).collect();
    cuts.retain(|at| within.from() < *at && *at < within.until());
    cuts.extend([within.from(), within.until()]);
    cuts.sort_unstable();
    cuts.dedup();
    let left = |at: Instant| {
        let claimed: i64 =
            claims.iter().filter(|(span, _)| span.from() <= at && at < span.until()).map(|(_, many)| many).sum();
        let there = since <= at && until.is_none_or(|until| at < until);
        if there { (i64::from(item.capacity) - claimed).max(0) } else { 0 }
    };
    let mut steps: Vec<Available> = Vec::new();
    for pair in cuts.windows(2) {
        let [from, until] = pair else { continue };
        let Some(during) = Span::new(*from, *until) else { continue };
        let free = left(*from);
        match steps.last_mut() {
            Some(last) if last.free == free => last.during = Span::new(last.during.from(), *until).unwrap_or(during),
            _ => steps.push(Available { during, free }),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use kernel::ids::{EquipmentId, FacilityId};
    use proptest::prelude::*;
    use time::{
        Duration,
        macros::{date, datetime},
    };
    use uuid::Uuid;

    use super::*;

    const MIDNIGHT: Instant = datetime!(2026-12-01 0:00 +9);

    fn hours(from: i64, until: i64) -> Span {
        Span::new(MIDNIGHT + Duration::hours(from), MIDNIGHT + Duration::hours(until)).unwrap()
    }

    fn chairs(capacity: i32) -> Equipment {
        Equipment {
            id: EquipmentId::from_uuid(Uuid::nil()),
            facility_id: FacilityId::from_uuid(Uuid::nil()),
            code: "CHAIR".into(),
            name: "椅子".into(),
            name_en: None,
            unit: "脚".into(),
            capacity,
            gap_before_minutes: 0,
            gap_after_minutes: 0,
            max_per_hire: None,
            effective_from: date!(2026 - 04 - 01),
            effective_until: Some(date!(2026 - 12 - 02)),
            created_at: MIDNIGHT,
            updated_at: MIDNIGHT,
            version: 1,
            ended_despite: None,
        }
    }

    #[test]
    fn what_ends_as_something_else_begins_does_not_add_up_with_it() {
        let claims = [(hours(9, 12), 40), (hours(12, 15), 40), (hours(14, 16), 10)];
        let steps = steps(&chairs(100), &claims, hours(8, 30));
        let told: Vec<_> = steps.iter().map(|step| (step.during, step.free)).collect();
        let expected = [
            (hours(8, 9), 100),
            (hours(9, 14), 60),
            (hours(14, 15), 50),
            (hours(15, 16), 90),
            (hours(16, 24), 100),
            (hours(24, 30), 0),
        ];
        assert_eq!(told, expected, "after its last day there are none");
    }

    proptest! {
        #[test]
        fn at_every_moment_as_many_are_left_as_nobody_has(
            claims in prop::collection::vec((0i64..40, 1i64..9, 1i64..5), 0..12), moment in 0i64..24,
        ) {
            let claims: Vec<(Span, i64)> = claims.into_iter().map(|(from, long, many)| (hours(from, from + long), many)).collect();
            let steps = steps(&chairs(1_000), &claims, hours(0, 24));
            let at = hours(moment, moment + 1).from();
            let had: i64 = claims.iter().filter(|(span, _)| span.from() <= at && at < span.until()).map(|(_, many)| many).sum();
            let step = steps.iter().find(|step| step.during.from() <= at && at < step.during.until()).unwrap();
            prop_assert_eq!(step.free, 1_000 - had);
            prop_assert!(steps.windows(2).all(|pair| pair[0].during.until() == pair[1].during.from() && pair[0].free != pair[1].free));
        }
    }
}
