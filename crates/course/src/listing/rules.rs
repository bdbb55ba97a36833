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
    /// For whoever applies now: what was not accepted or paid in time is free again; none while somebody waits, nor of a class that is
    /// not offered any more.
    pub places_left: i64,
    /// How many applications wait.
    pub waiting: i64,
    /// 抽選倍率: those who are in a draw, by tier; left out while there are fewer than five of them.
    pub tiers: Vec<TierOdds>,
    /// All who are in a draw; absent while there are fewer than five.
    pub entered: Option<i64>,
}

/// Those of one tier who are in a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierOdds {
    /// What the class calls it; absent: everybody else.
    pub label: Option<String>,
    pub entered: i64,
}

impl Fullness {
    /// Of a class, from the counts of many.
    pub(super) fn of(one: &ClassWithPlaces, counts: &[Count]) -> Self {
        let of = |state: &'static str| {
            counts.iter().filter(move |count| count.class == one.class.id && count.state == state)
        };
        let waiting: i64 = of("waitlisted").map(|count| count.applications).sum();
        let capacity = i64::from(one.places.capacity.saturating_sub(one.places.held_back).max(0));
        let late: i64 = of(LATE).map(|count| count.units).sum();
        let free = capacity.saturating_sub(i64::from(one.places.taken).saturating_sub(late)).max(0);
        let offered = one.class.state == "published";
        let rules = one.class.class_rules();
        let label = |tier: i32| {
            usize::try_from(tier).ok().and_then(|tier| rules.tiers.get(tier)).map(|tier| tier.label.clone())
        };
        let tiers = of("entered").filter(|count| count.applications >= FEWEST);
        let entered: i64 = of("entered").map(|count| count.applications).sum();
        Self {
            capacity,
            places_left: if waiting > 0 || !offered { 0 } else { free },
            waiting,
            tiers: tiers.map(|count| TierOdds { label: label(count.tier), entered: count.units }).collect(),
            entered: (entered >= FEWEST).then(|| of("entered").map(|count| count.units).sum()),
        }
    }
}
