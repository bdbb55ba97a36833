//! Seats of one class: who is seated, and in which order everybody else stands by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CapacityRules, Entry, GroupPolicy, Ranked};

/// A party in line for seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub entry: String,
    pub applicant: String,
    /// The seats it still needs.
    pub units: u32,
    pub splittable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seated {
    pub entry: String,
    pub seats: u32,
}

/// 補欠: rank 1 is promoted first; whoever is neither seated nor here has lost. A party that was split stands by for the rest of its seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standby {
    pub entry: String,
    pub rank: u32,
    pub units: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityResult {
    /// By the order of the draw.
    pub order: Vec<Ranked>,
    pub seated: Vec<Seated>,
    pub standby: Vec<Standby>,
}

/// Walks the line and gives out `free` seats; what each party got is taken off its `units`. `held` is what each applicant
/// has already, and `most` what one may have. An applicant who may have no more is passed under either policy.
/// The draw and the promotion of a standby line are this same walk.
pub fn seat(
    line: &mut [Party],
    mut free: u32,
    policy: GroupPolicy,
    most: Option<u32>,
    held: &mut BTreeMap<String, u32>,
) -> Vec<Seated> {
    let mut seated = Vec::new();
    for party in line.iter_mut().filter(|party| party.units > 0) {
        if free == 0 {
            break;
        }
        let has = held.entry(party.applicant.clone()).or_default();
        let may = most.map_or(party.units, |most| most.saturating_sub(*has));
        let wants = if party.splittable { party.units.min(may) } else { party.units };
        if may < wants || wants == 0 {
            continue;
        }
        let seats = if party.splittable { wants.min(free) } else { wants };
        if seats > free {
            match policy {
                GroupPolicy::StrictHead => break,
                GroupPolicy::SkipIfNotFit => continue,
            }
        }
        free -= seats;
        *has = has.saturating_add(seats);
        party.units -= seats;
        seated.push(Seated { entry: party.entry.clone(), seats });
    }
    seated
}

pub(crate) fn draw(rules: &CapacityRules, seats: u32, entries: &[Entry], order: Vec<Ranked>) -> CapacityResult {
    let entries: BTreeMap<&str, &Entry> = entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let party = |ranked: &Ranked| {
        let entry = entries.get(ranked.entry.as_str())?;
        let (applicant, units) = (entry.applicant.clone(), entry.units?);
        Some(Party { entry: entry.id.clone(), applicant, units, splittable: entry.splittable })
    };
    let mut line: Vec<Party> = order.iter().filter_map(party).collect();
    let (mut held, mut got, mut free) = (BTreeMap::new(), BTreeMap::<String, u32>::new(), seats);
    let mut walk = |line: &mut [Party], seats: u32| {
        let seated = seat(line, seats, rules.group_policy, rules.seats_per_applicant, &mut held);
        let taken: u32 = seated.iter().map(|seated| seated.seats).sum();
        for seated in seated {
            *got.entry(seated.entry).or_default() += seated.seats;
        }
        taken
    };
    for reserved in &rules.reserved {
        // the order is by tier, so that one tier is one run of it
        let start = order.partition_point(|ranked| ranked.tier < reserved.tier);
        let end = order.partition_point(|ranked| ranked.tier <= reserved.tier);
        let tier = line.get_mut(start..end).unwrap_or_default();
        free -= walk(tier, reserved.seats.min(free));
    }
    walk(&mut line, free);
    let seated = line
        .iter()
        .filter_map(|party| got.get(&party.entry).map(|seats| Seated { entry: party.entry.clone(), seats: *seats }));
    let waiting = line.iter().filter(|party| party.units > 0).zip(1..=rules.standby.unwrap_or(u32::MAX));
    let standby = waiting.map(|(party, rank)| Standby { entry: party.entry.clone(), rank, units: party.units });
    CapacityResult { seated: seated.collect(), standby: standby.collect(), order }
}
