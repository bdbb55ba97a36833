//! How full a class is, as far as everybody may know: counts that are so small that they would tell of somebody are left out.

use crate::class::ClassWithPlaces;

use super::sql::{Count, LATE};

/// Fewer than this are told to nobody.
const FEWEST: i64 = 5;

/// How full a class is, in the unit of its capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fullness {
    /// For everybody: without what is held back.
    pub capacity: i64,
    /// For whoever applies now: what was not accepted or paid in time is free again; none while somebody waits or an earlier window is
    /// undecided, of what a frozen draw will give, nor of a class that is not offered any more.
    pub places_left: i64,
    /// How many applications wait.
    pub waiting: i64,
    /// 抽選倍率: those who are in a draw, by tier; all left out while fewer than five are in one of them, as how many would follow from
    /// the others.
    pub tiers: Vec<TierOdds>,
    /// All who are in a draw; absent while there are fewer than five.
    pub entered: Option<i64>,
    /// Places that the draws share out: none while somebody waits, who comes first.
    pub drawn: i64,
}

/// Those of one tier who are in a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierOdds {
    /// What the class calls it; absent: everybody else.
    pub label: Option<String>,
    pub entered: i64,
    /// Places that it can reach: those that are reserved for it, and what the tiers before it leave.
    pub places: i64,
}

impl Fullness {
    /// Of a class, from the counts of many. `free`: places for whoever applies now.
    pub(super) fn of(one: &ClassWithPlaces, free: i64, counts: &[Count]) -> Self {
        let of = |state: &'static str| {
            counts.iter().filter(move |count| count.class == one.class.id && count.state == state)
        };
        let waiting: i64 = of("waitlisted").map(|count| count.applications).sum();
        let capacity = i64::from(one.places.capacity.saturating_sub(one.places.held_back).max(0));
        let late: i64 = of(LATE).map(|count| count.units).sum();
        let offered = one.class.state == "published" && waiting == 0;
        let untaken = capacity.saturating_sub(i64::from(one.places.taken).saturating_sub(late)).max(0);
        let drawn = if offered { untaken } else { 0 };
        let rules = one.class.class_rules();
        let tier_of = |count: &Count| usize::try_from(count.tier).ok().and_then(|tier| rules.tiers.get(tier));
        let asked: Vec<(i64, i64)> = of("entered")
            .map(|count| (count.units, i64::from(tier_of(count).and_then(|tier| tier.reserved).unwrap_or_default())))
            .collect();
        let few = of("entered").any(|count| count.applications < FEWEST);
        let tiers = of("entered").zip(reached(drawn, &asked)).filter(|_| !few).map(|(count, places)| TierOdds {
            label: tier_of(count).map(|tier| tier.label.clone()),
            entered: count.units,
            places,
        });
        let entered: i64 = of("entered").map(|count| count.applications).sum();
        Self {
            capacity,
            places_left: free,
            waiting,
            tiers: tiers.collect(),
            entered: (entered >= FEWEST).then(|| of("entered").map(|count| count.units).sum()),
            drawn,
        }
    }
}

/// How many of so many places each tier can reach, in their order, of what is asked for in it and reserved for it: as a draw gives them,
/// first what is reserved, then the rest tier by tier.
fn reached(places: i64, tiers: &[(i64, i64)]) -> Vec<i64> {
    let mut left = places;
    let first: Vec<i64> = tiers
        .iter()
        .map(|(asked, reserved)| {
            let got = (*asked).min(*reserved).min(left);
            left = left.saturating_sub(got);
            got
        })
        .collect();
    let rest = tiers.iter().zip(first).map(|((asked, _), got)| {
        let reached = got.saturating_add(left);
        left = left.saturating_sub(asked.saturating_sub(got).min(left));
        reached
    });
    rest.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::reached;

    #[test]
    fn a_tier_reaches_what_is_reserved_for_it_and_what_those_before_it_leave() {
        assert_eq!(reached(2, &[(5, 0), (1, 0)]), [2, 0], "the first tier takes everything");
        assert_eq!(reached(10, &[(4, 0), (20, 0)]), [10, 6]);
        assert_eq!(reached(10, &[(20, 3), (20, 2)]), [8, 2], "nobody else gets what is reserved");
        assert_eq!(reached(10, &[(20, 0), (1, 4)]), [9, 1], "but for what is not asked for");
        assert!(reached(0, &[(3, 3)]) == [0] && reached(4, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_reached_and_asked_for_is_never_more_than_there_is(
            places in 0_i64..50, tiers in proptest::collection::vec((0_i64..30, 0_i64..10), 0..6),
        ) {
            let reached = reached(places, &tiers);
            let given: i64 = reached.iter().zip(&tiers).map(|(reached, (asked, _))| (*reached).min(*asked)).sum();
            let asked: i64 = tiers.iter().map(|(asked, _)| asked).sum();
            prop_assert_eq!(given, asked.min(places), "and nothing is left over that somebody could have");
        }
    }
}
