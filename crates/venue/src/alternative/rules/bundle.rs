//! Which uses are had together or not at all: a room that another is never hired without, and whatever needs it.

use kernel::{Instant, ids::RoomId};

use super::Missed;
use crate::{hire_quote::UseAsk, plan::Plan, span::Span};

/// For how many of them ways are looked for.
const MOST: usize = 10;

/// A use that could not be had, and those that never go without each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// The use that could not be had.
    pub at: usize,
    /// The use that the others are there for; often the same.
    pub lead: usize,
    /// All of them.
    pub places: Vec<usize>,
}

/// What is to be had instead, each with all that moves along.
pub(crate) fn bundles(plan: &Plan, missed: &Missed, now: Instant) -> Vec<Bundle> {
    let during = |one: &UseAsk| Some(missed.ask.at(plan, plan.room(one.room)?, &one.time, now).ok()?.during);
    let wanted = |one: &UseAsk| Some((one.room, during(one)?));
    let wanted: Vec<Option<(RoomId, Span)>> = missed.ask.uses.iter().map(wanted).collect();
    let needs = |one: usize, other: usize| match (wanted.get(one), wanted.get(other)) {
        (Some(Some((room, then))), Some(Some((with, all_along)))) => {
            plan.requires(*room, *with) && all_along.covers(*then)
        }
        _ => false,
    };
    of(wanted.len(), &missed.uses, needs)
}

/// Of so many uses, those that could not be had, as far as they are the first; `needs`: whether one never goes without another.
fn of(uses: usize, missed: &[usize], needs: impl Fn(usize, usize) -> bool) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for at in missed {
        if bundles.iter().any(|one| one.places.contains(at)) {
            continue;
        }
        if bundles.len() == MOST {
            break;
        }
        let mut places = vec![*at];
        let tied = |more: &usize, to: &[usize]| to.iter().any(|one| needs(*one, *more) || needs(*more, *one));
        while let Some(more) = (0..uses).find(|more| !places.contains(more) && tied(more, &places)) {
            places.push(more);
        }
        let leads = |one: &usize| places.iter().all(|other| !needs(*other, *one));
        let lead = places.iter().copied().find(leads).unwrap_or(*at);
        bundles.push(Bundle { at: *at, lead, places });
    }
    bundles
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bundle(at: usize, lead: usize, places: &[usize]) -> Bundle {
        Bundle { at, lead, places: places.to_vec() }
    }

    #[test]
    fn a_hall_leads_whichever_of_its_rooms_could_not_be_had() {
        // 0 and 3 are halls, 1 and 2 the rooms that the first needs, and 2 is needed by the second too
        let needs = |one: usize, other: usize| [(0, 1), (0, 2), (3, 2)].contains(&(one, other));
        assert_eq!(of(5, &[1], needs), [bundle(1, 0, &[1, 0, 2, 3])]);
        assert_eq!(of(5, &[0, 1, 4], needs), [bundle(0, 0, &[0, 1, 2, 3]), bundle(4, 4, &[4])]);
    }

    #[test]
    fn ways_are_looked_for_of_the_first_ten_and_of_all_that_move_along() {
        let all: Vec<usize> = (0..13).collect();
        let found = of(13, &all, |one, other| (one, other) == (0, 12));
        assert_eq!(found.iter().map(|one| one.at).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn each_is_in_one_bundle_with_all_that_it_needs_and_all_that_need_it(
            needs in prop::collection::btree_set((0usize..4, 4usize..9), 0..8), missed in prop::collection::btree_set(0usize..9, 0..9),
        ) {
            let missed: Vec<usize> = missed.into_iter().collect();
            let bundles = of(9, &missed, |one, other| needs.contains(&(one, other)));
            for at in missed {
                prop_assert_eq!(bundles.iter().filter(|one| one.places.contains(&at)).count(), 1);
            }
            for one in &bundles {
                prop_assert!(one.places.contains(&one.lead) && one.places.contains(&one.at));
                prop_assert!(needs.iter().all(|(of, with)| one.places.contains(of) == one.places.contains(with)));
                prop_assert!(needs.iter().all(|(_, with)| *with != one.lead));
            }
        }
    }
}
