//! What a draw promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::collections::{BTreeMap, BTreeSet};

use draw::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn word(text: &str) -> Word {
    Word::parse(text).unwrap()
}

fn seed_no(n: u64) -> Word {
    Word::sha256(&n.to_be_bytes())
}

fn slot_rules(mode: &str, changes: &[(&str, Value)]) -> Rules {
    let slots = ["A|2026-05-10|PM", "A|2026-05-11|PM", "B|2026-05-10|PM"];
    let slots: Vec<Value> = slots.iter().map(|id| json!({"id": id, "room": id[..1]})).collect();
    let mut draw =
        json!({"mode": mode, "slots": slots, "wins_per_applicant": 2, "slots_per_applicant": 2, "runners_up": 3});
    for (name, value) in changes {
        draw[*name] = value.clone();
    }
    serde_json::from_value(json!({"beacon": "drand round 1", "draw": draw})).unwrap()
}

fn class_rules(draw: &Value) -> Rules {
    let mut all = json!({"mode": "capacity", "capacity": 10, "group_policy": "skip_if_not_fit"});
    draw.as_object().unwrap().iter().for_each(|(name, value)| all[name] = value.clone());
    serde_json::from_value(json!({"draw": all})).unwrap()
}

/// The six entries of the published test vector.
fn six() -> Vec<Entry> {
    let (a10, b10, a11) = ("A|2026-05-10|PM", "B|2026-05-10|PM", "A|2026-05-11|PM");
    let wishes = [vec![a10, b10], vec![a10], vec![a10, a11], vec![b10], vec![a11, a10], vec![a10]];
    let entry = |(i, wishes): (usize, &Vec<&str>)| {
        let tier = u32::from(i % 3 == 0);
        let json = json!({"applicant": format!("grp-{}", 7 * i % 5), "id": format!("app-00{i}"), "tier": tier, "wishes": wishes});
        serde_json::from_value(json).unwrap()
    };
    wishes.iter().enumerate().map(entry).collect()
}

fn party(id: &str, tier: u32, units: u32) -> Entry {
    serde_json::from_value(json!({"applicant": id, "id": id, "tier": tier, "units": units})).unwrap()
}

fn slots(rules: Rules, entries: Vec<Entry>, n: u64) -> SlotResult {
    let beacon = rules.beacon.as_ref().map(|_| Word([0x11; 32]));
    match run(rules, entries, seed_no(n), beacon).unwrap().result {
        Outcome::Slots(result) => result,
        Outcome::Capacity(_) => panic!("slots"),
    }
}

fn class(rules: Rules, entries: Vec<Entry>, n: u64) -> CapacityResult {
    match run(rules, entries, seed_no(n), None).unwrap().result {
        Outcome::Capacity(result) => result,
        Outcome::Slots(_) => panic!("capacity"),
    }
}

#[test]
fn the_published_test_vector_is_met_byte_for_byte() {
    let server_seed = word("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    let proof = run(slot_rules("round_robin", &[]), six(), server_seed, Some(Word([0x11; 32]))).unwrap();
    assert_eq!(proof.entries_hash, word("ac1794fa39c7ec7ae7fe730dccc99f11750168a62e3de39e87eaa0859be3dd0d"));
    assert_eq!(proof.commit, word("630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"));
    assert_eq!(proof.seed, word("0b9b0fe5d3b118c7b49e308fd36a484ce88ea74a5d6e7f3d38cc656bb70273d7"));
    let Outcome::Slots(result) = &proof.result else { panic!("slots") };
    let order: Vec<(u32, &str)> = result.order.iter().map(|ranked| (ranked.tier, ranked.entry.as_str())).collect();
    let tier_0 = [(0, "app-004"), (0, "app-001"), (0, "app-002"), (0, "app-005")];
    assert_eq!(order, [&tier_0[..], &[(1, "app-000"), (1, "app-003")]].concat());
    assert!(result.order[0].key.to_string().starts_with("3da58157865fe62a"));
    assert_eq!(verify(&proof).unwrap().entries, 6);
}

#[test]
fn nobody_wins_twice_before_everybody_had_a_turn_and_caps_hold() {
    for n in 0..50 {
        let mut entries = six();
        entries.truncate(2);
        entries[0].tier = 0;
        entries[1].applicant = "other".to_owned();
        let wins = slots(slot_rules("round_robin", &[]), entries, n).wins;
        let firsts: BTreeSet<&str> = wins.iter().take(2).map(|win| win.entry.as_str()).collect();
        // whoever is first takes A; the one with a second wish has it only if A went elsewhere
        assert_eq!(firsts.len() == 2, wins[0].entry == "app-001", "{wins:?}");
        let one = slots(slot_rules("round_robin", &[("wins_per_applicant", json!(1))]), six(), n).wins;
        let groups: BTreeSet<&str> = one.iter().map(|win| win.entry.as_str()).collect();
        assert_eq!(groups.len(), one.len());
    }
}

#[test]
fn a_bundle_is_won_whole_or_not_at_all() {
    for mode in ["round_robin", "per_slot"] {
        for n in 0..40 {
            let mut entries = six();
            entries[0].tier = 0;
            entries[0].wishes = vec![Wish::Bundle(vec!["A|2026-05-10|PM".into(), "B|2026-05-10|PM".into()])];
            let result = slots(slot_rules(mode, &[]), entries, n);
            let taken: Vec<&String> = result.wins.iter().flat_map(|win| &win.slots).collect();
            assert_eq!(taken.len(), taken.iter().collect::<BTreeSet<_>>().len(), "a slot was won twice");
            assert!(result.wins.iter().filter(|win| win.entry == "app-000").all(|win| win.slots.len() == 2));
        }
    }
}

#[test]
fn a_share_gives_a_part_of_each_room_to_one_tier_first() {
    let rules = slot_rules("round_robin", &[("shares", json!([{"tier": 1, "percent": 50}]))]);
    for n in 0..50 {
        let result = slots(rules.clone(), six(), n);
        // half of the two slots of room A; tier 1 would be last without the share
        assert_eq!((result.wins[0].entry.as_str(), result.wins[0].slots[0].as_str()), ("app-000", "A|2026-05-10|PM"));
        assert_eq!(result.wins.iter().flat_map(|win| &win.slots).count(), 3);
    }
}

#[test]
fn runners_up_follow_the_order_and_never_hold_the_slot_already() {
    let result = slots(slot_rules("per_slot", &[]), six(), 7);
    let place = |id: &str| result.order.iter().position(|ranked| ranked.entry == id).unwrap();
    for next in &result.runners_up {
        assert!(next.entries.len() <= 3 && next.entries.is_sorted_by_key(|id| place(id)));
        let winner = result.wins.iter().find(|win| win.slots.contains(&next.slot)).unwrap();
        assert!(!next.entries.contains(&winner.entry));
    }
}

#[test]
fn tiers_come_first_and_everybody_not_seated_stands_by_in_order() {
    let entries: Vec<Entry> = (0..30).map(|i| party(&format!("e{i:02}"), u32::from(i >= 6), 1)).collect();
    let result = class(class_rules(&json!({})), entries, 3);
    assert_eq!(result.seated.len(), 10);
    assert_eq!(result.seated.iter().filter(|seated| seated.entry.as_str() < "e06").count(), 6);
    let line: Vec<&str> = result.seated.iter().map(|seated| seated.entry.as_str()).collect();
    let line: Vec<&str> = line.into_iter().chain(result.standby.iter().map(|next| next.entry.as_str())).collect();
    assert_eq!(line, result.order.iter().map(|ranked| ranked.entry.as_str()).collect::<Vec<_>>());
    assert_eq!(result.standby.iter().map(|next| next.rank).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
}

#[test]
fn reserved_seats_go_to_their_tier_and_what_it_leaves_to_everybody() {
    let entries = |late: u32| (0..30).map(|i| party(&format!("e{i:02}"), u32::from(i >= 30 - late), 1)).collect();
    let rules = class_rules(&json!({"reserved": [{"tier": 1, "seats": 4}]}));
    let of_tier = |late: u32| {
        let result = class(rules.clone(), entries(late), 1);
        assert_eq!(result.seated.len(), 10);
        let first = format!("e{:02}", 30 - late);
        result.seated.iter().filter(|seated| seated.entry >= first).count()
    };
    assert_eq!((of_tier(8), of_tier(2)), (4, 2));
}

#[test]
fn a_party_is_seated_whole_unless_it_may_be_split() {
    let line = |splittable| {
        [("a", 3), ("b", 3), ("c", 1)].map(|(id, units)| {
            let id = id.to_owned();
            Party { entry: id.clone(), applicant: id, units, splittable }
        })
    };
    let walk = |mut line: [Party; 3], policy| {
        let seated = seat(&mut line, 5, policy, None, &mut BTreeMap::new());
        seated.into_iter().map(|seated| (seated.entry, seated.seats)).collect::<Vec<_>>()
    };
    let pairs = |all: &[(&str, u32)]| all.iter().map(|(id, seats)| ((*id).to_owned(), *seats)).collect::<Vec<_>>();
    assert_eq!(walk(line(false), GroupPolicy::SkipIfNotFit), pairs(&[("a", 3), ("c", 1)]));
    assert_eq!(walk(line(false), GroupPolicy::StrictHead), pairs(&[("a", 3)]));
    assert_eq!(walk(line(true), GroupPolicy::StrictHead), pairs(&[("a", 3), ("b", 2)]));
}

#[test]
fn a_household_never_gets_more_seats_than_it_may_and_promotion_keeps_to_it() {
    let household = |id: &str| Party { entry: id.into(), applicant: "home".into(), units: 2, splittable: false };
    let mut line = [household("a"), household("b"), Party { applicant: "else".into(), ..household("c") }];
    let mut held = BTreeMap::new();
    let first = seat(&mut line, 2, GroupPolicy::StrictHead, Some(2), &mut held);
    let promoted = seat(&mut line, 2, GroupPolicy::StrictHead, Some(2), &mut held);
    assert_eq!((first[0].entry.as_str(), promoted[0].entry.as_str()), ("a", "c"));
}

#[test]
fn what_has_no_single_meaning_is_refused() {
    let refused = |rules: Rules, entries: Vec<Entry>| run(rules, entries, seed_no(0), None).unwrap_err();
    let class = class_rules(&json!({}));
    assert!(matches!(refused(class.clone(), vec![party("a", 0, 1), party("a", 0, 1)]), Unfit::Twice { .. }));
    assert_eq!(refused(class.clone(), vec![party("a", 0, 0)]), Unfit::Entry("a".into()));
    assert!(matches!(refused(class, six()), Unfit::Entry(_)));
    assert_eq!(refused(class_rules(&json!({"reserved": [{"tier": 0, "seats": 11}]})), vec![]), Unfit::Reserved);
    assert_eq!(refused(slot_rules("per_slot", &[]), six()), Unfit::Beacon);
    let none = slot_rules("per_slot", &[("slots", json!([]))]);
    assert!(matches!(refused(none, six()), Unfit::UnknownSlot { .. }));
}

/// How far counts of things that are alike are from each other, in units in which a fair draw gives χ² with one degree of freedom
/// less than there are things. `spread` is the sum over all draws of p(1−p), where p is the part of the things that was counted.
fn chi_square(counts: &BTreeMap<String, f64>, spread: f64) -> f64 {
    let many = counts.len() as f64;
    let mean = counts.values().sum::<f64>() / many;
    let apart: f64 = counts.values().map(|count| (count - mean).powi(2)).sum();
    apart / spread * (many - 1.0) / many
}

/// Counts, over many draws, which of some entries that are alike something happens to.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<String, f64>,
    spread: f64,
}

impl Tally {
    fn of(alike: &[String]) -> Self {
        Self { counts: alike.iter().map(|id| (id.clone(), 0.0)).collect(), spread: 0.0 }
    }

    fn note<'a>(&mut self, happened: impl Iterator<Item = &'a String>) {
        let mut times = 0.0;
        for id in happened {
            if let Some(count) = self.counts.get_mut(id) {
                *count += 1.0;
                times += 1.0;
            }
        }
        let part = times / self.counts.len() as f64;
        self.spread += part * (1.0 - part);
    }
}

/// Four singles and two pairs of tier 0, and as many of tier 1, for which two seats are reserved; seven seats in all.
fn town() -> (Rules, Vec<Entry>) {
    let rules = json!({"draw": {"mode": "capacity", "reserved": [{"tier": 1, "seats": 2}], "group_policy": "skip_if_not_fit",
                                "standby": 5}});
    let of_tier = |tier: u32| {
        let singles = (0..4).map(move |n| party(&format!("single-{tier}-{n}"), tier, 1));
        singles.chain((0..2).map(move |n| party(&format!("pair-{tier}-{n}"), tier, 2)))
    };
    (serde_json::from_value(rules).unwrap(), (0..2).flat_map(of_tier).collect())
}

#[test]
fn a_hundred_thousand_draws_of_tiers_parties_and_standby_are_fair() {
    const DRAWS: u64 = 100_000;
    let (rules, entries) = town();
    let frozen = Frozen { capacity: Some(7), entries: entries.clone() };
    let like = |kind: &str| -> Vec<String> {
        entries.iter().map(|entry| entry.id.clone()).filter(|id| id.starts_with(kind)).collect()
    };
    let kinds = ["single-0", "single-1", "pair-0", "pair-1"];
    let mut seated: Vec<Tally> = kinds.iter().map(|kind| Tally::of(&like(kind))).collect();
    let mut next: Vec<Tally> = kinds.iter().map(|kind| Tally::of(&like(kind))).collect();
    let tier: BTreeMap<&str, u32> = entries.iter().map(|entry| (entry.id.as_str(), entry.tier)).collect();
    for n in 0..DRAWS {
        let proof = run(rules.clone(), frozen.clone(), seed_no(n), None).unwrap();
        let Outcome::Capacity(result) = proof.result else { panic!("capacity") };
        seated.iter_mut().for_each(|tally| tally.note(result.seated.iter().map(|one| &one.entry)));
        next.iter_mut().for_each(|tally| tally.note(result.standby.iter().take(1).map(|one| &one.entry)));
        // tiers are no chance: two reserved seats for tier 1, all others for tier 0 but a seat that a pair left
        let seats = |of: u32| -> u32 {
            result.seated.iter().filter(|one| tier[one.entry.as_str()] == of).map(|one| one.seats).sum()
        };
        assert_eq!((seats(0) + seats(1), result.standby.len()), (7, 5), "{n}");
        assert!(seats(1) == 2 || seats(1) == 3, "{n}");
        let out = result.standby.iter().filter(|one| tier[one.entry.as_str()] == 0);
        assert!(seats(1) == 2 || out.clone().all(|one| one.units == 2), "{n}: a single of tier 0 was passed");
        assert!(result.standby.is_sorted_by_key(|one| tier[one.entry.as_str()]), "{n}");
    }
    // one fair draw in a thousand is above: 16.27 with three degrees of freedom, 10.83 with one; the seeds are fixed
    let judged = seated.iter().chain(&next).filter(|tally| tally.spread > 0.0);
    for tally in judged.clone() {
        let most = if tally.counts.len() == 4 { 16.27 } else { 10.83 };
        let found = chi_square(&tally.counts, tally.spread);
        assert!(found < most, "{found} {:?}", tally.counts);
    }
    assert!(judged.count() >= 6, "each kind was drawn at times and left out at times");
}

#[test]
fn an_unfair_draw_would_be_noticed() {
    let alike: Vec<String> = (0..4).map(|n| n.to_string()).collect();
    let mut tally = Tally::of(&alike);
    for n in 0..100_000_u32 {
        // the last is drawn in 24% of the draws instead of 25
        let who = if n % 100 < 24 { 3 } else { usize::try_from(n % 3).unwrap() };
        tally.note(std::iter::once(&alike[who]));
    }
    assert!(chi_square(&tally.counts, tally.spread) > 16.27);
}

#[test]
fn what_is_free_is_fixed_at_the_freeze_and_hashed_with_who_takes_part() {
    let (rules, entries) = town();
    let at = |capacity: Option<u32>| Frozen { capacity, entries: entries.clone() };
    let drawn = |capacity| run(rules.clone(), at(Some(capacity)), seed_no(1), None).unwrap();
    let (one, other) = (drawn(7), drawn(8));
    assert_eq!(one.rules_hash, other.rules_hash, "the rules were announced before anybody knew");
    assert_ne!(one.entries_hash, other.entries_hash);
    let Outcome::Capacity(none) = drawn(0).result else { panic!("capacity") };
    assert!(none.seated.is_empty() && none.standby.len() == 5, "reserved seats are none when there are none");
    let Outcome::Capacity(few) = drawn(1).result else { panic!("capacity") };
    assert_eq!(few.seated.iter().map(|one| one.seats).sum::<u32>(), 1);
    assert_eq!(run(rules.clone(), at(None), seed_no(1), None).unwrap_err(), Unfit::Capacity);
    assert_eq!(run(class_rules(&json!({})), at(Some(7)), seed_no(1), None).unwrap_err(), Unfit::Capacity);
    let slots = Frozen { capacity: Some(1), entries: six() };
    assert_eq!(run(slot_rules("per_slot", &[]), slots, seed_no(1), Some(seed_no(2))).unwrap_err(), Unfit::Capacity);
}

#[test]
fn whoever_announces_late_names_a_public_value() {
    let (rules, entries) = town();
    let late = Rules { late: true, ..rules };
    let frozen = Frozen { capacity: Some(7), entries };
    assert_eq!(run(late.clone(), frozen.clone(), seed_no(1), None).unwrap_err(), Unfit::Beacon);
    let named = Rules { beacon: Some("drand quicknet round 1".to_owned()), ..late };
    let proof = run(named, frozen, seed_no(1), Some(seed_no(2))).unwrap();
    assert!(verify(&proof).is_ok());
    let mut hidden = proof;
    hidden.rules.late = false;
    assert!(verify(&hidden).is_err(), "the proof says that it was late");
}

#[test]
fn each_field_of_rules_entries_and_seed_is_in_a_published_hash() {
    let rules = json!({"beacon": "drand quicknet round 1", "late": true, "draw": {"mode": "capacity", "capacity": 10,
                       "reserved": [{"tier": 1, "seats": 2}], "group_policy": "skip_if_not_fit", "seats_per_applicant": 3,
                       "standby": 4}});
    let mut slots = serde_json::to_value(slot_rules("round_robin", &[])).unwrap();
    slots["draw"]["slots"] = json!([{"id": "A|1", "room": "A", "atoms": ["A1"]}]);
    slots["draw"]["shares"] = json!([{"tier": 1, "percent": 50}]);
    let entry = json!({"applicant": "grp-1", "id": "app-1", "tier": 1, "units": 2, "splittable": true,
                       "wishes": ["A|1", ["A|1", "B|1"]]});
    let frozen = json!({"capacity": 7, "entries": [entry]});
    let of_rules = |text: &Value| serde_json::from_value::<Rules>(text.clone()).map(|one| rules_hash(&one).unwrap());
    let of_frozen =
        |text: &Value| serde_json::from_value::<Frozen>(text.clone()).map(|one| entries_hash(&one).unwrap());
    changes_its_hash(&rules, 9, of_rules);
    changes_its_hash(&slots, 10, of_rules);
    changes_its_hash(&frozen, 9, of_frozen);
    for bit in 0..256 {
        let mut seed = seed_no(1);
        seed.0[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(commitment(&seed), commitment(&seed_no(1)));
    }
}

/// Whatever field is changed or left out, the hash is another, or there is nothing to hash.
fn changes_its_hash<E: std::fmt::Debug>(document: &Value, fields: usize, hash: impl Fn(&Value) -> Result<Word, E>) {
    let before = hash(document).unwrap();
    let mut all = Vec::new();
    leaves(document, String::new(), &mut all);
    assert!(all.len() >= fields, "{all:?}");
    for path in all {
        let mut changed = document.clone();
        tampered(changed.pointer_mut(&path).unwrap());
        assert!(hash(&changed).map_or(true, |after| after != before), "{path} is not in the hash");
        let mut gone = document.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        match gone.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => unreachable!(),
        }
        assert!(hash(&gone).map_or(true, |after| after != before), "{path} is not in the hash");
    }
}

/// Every place of a document where a value stands.
fn leaves(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, format!("{path}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, value)| leaves(value, format!("{path}/{n}"), found));
        }
        _ => found.push(path),
    }
}

fn tampered(value: &mut Value) {
    *value = match value.take() {
        Value::String(text) if text.ends_with('0') => json!(format!("{}1", &text[..text.len() - 1])),
        Value::String(text) if text.len() == 64 => json!(format!("{}0", &text[..63])),
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(yes) => json!(!yes),
        other => json!(other.as_u64().unwrap_or(0) + 1),
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_tampered_field_is_found(n in any::<u64>(), kind in 0..3_usize) {
        let proof = match kind {
            0 => run(slot_rules("round_robin", &[("shares", json!([{"tier": 0, "percent": 50}]))]), six(), seed_no(n), Some(seed_no(1))),
            1 => run(slot_rules("per_slot", &[]), six(), seed_no(n), Some(seed_no(1))),
            _ => {
                let mut parties: Vec<Entry> = (0..8).map(|i| party(&format!("e{i}"), i % 2, 1 + i % 3)).collect();
                parties[0].splittable = true;
                let rules = class_rules(&json!({"seats_per_applicant": 3, "reserved": [{"tier": 1, "seats": 2}]}));
                run(rules, parties, seed_no(n), None)
            }
        }.unwrap();
        let document = serde_json::to_value(&proof).unwrap();
        prop_assert!(verify(&serde_json::from_value(document.clone()).unwrap()).is_ok());
        let mut all = Vec::new();
        leaves(&document, String::new(), &mut all);
        for path in all {
            let mut changed = document.clone();
            tampered(changed.pointer_mut(&path).unwrap());
            let found = serde_json::from_value::<Proof>(changed).map_or(true, |proof| verify(&proof).is_err());
            prop_assert!(found, "{path} was changed unseen");
        }
    }

    #[test]
    fn the_order_of_submission_changes_nothing(n in any::<u64>(), shuffled in Just(six()).prop_shuffle()) {
        let draw = |entries| run(slot_rules("round_robin", &[]), entries, seed_no(n), Some(seed_no(1))).unwrap();
        prop_assert_eq!(draw(shuffled), draw(six()));
    }

    #[test]
    fn a_changed_entrant_rule_or_seed_changes_what_was_published(n in any::<u64>(), who in 0..6_usize, field in 0..4_usize) {
        let mut entries = six();
        match field {
            0 => entries[who].tier += 1,
            1 => entries[who].applicant.push('x'),
            2 => entries[who].wishes.push(Wish::Slot("A|2026-05-12|PM".into())),
            _ => drop(entries.remove(who)),
        }
        prop_assert_ne!(entries_hash(&entries.into()).unwrap(), entries_hash(&six().into()).unwrap());
        let cap = 3 + u32::try_from(n % 1000).unwrap();
        let rules = |cap| rules_hash(&slot_rules("per_slot", &[("wins_per_applicant", json!(cap))])).unwrap();
        prop_assert_ne!(rules(2), rules(cap));
        prop_assert_ne!(commitment(&seed_no(n)), commitment(&seed_no(n.wrapping_add(1))));
    }

    #[test]
    fn seats_are_never_more_than_the_capacity_and_everybody_is_seated_or_stands_by_or_comes_after_the_last_who_does(
        n in any::<u64>(), units in prop::collection::vec((1..5_u32, 0..3_u32, any::<bool>()), 0..20), strict in any::<bool>(),
        standby in prop::option::of(0..20_u32),
    ) {
        let policy = if strict { "strict_head" } else { "skip_if_not_fit" };
        let rules = class_rules(&json!({"group_policy": policy, "reserved": [{"tier": 2, "seats": 3}], "standby": standby}));
        let entries: Vec<Entry> = units.iter().enumerate().map(|(i, (units, tier, splittable))| {
            Entry { splittable: *splittable, ..party(&format!("e{i}"), *tier, *units) }
        }).collect();
        let result = class(rules, entries.clone(), n);
        prop_assert!(result.seated.iter().map(|seated| seated.seats).sum::<u32>() <= 10);
        let cutoff = standby.map_or(entries.len(), |most| usize::try_from(most).unwrap());
        for entry in &entries {
            let got = result.seated.iter().find(|seated| seated.entry == entry.id).map_or(0, |seated| seated.seats);
            let waits = result.standby.iter().find(|next| next.entry == entry.id).map_or(0, |next| next.units);
            prop_assert!(entry.units == Some(got + waits) || (waits == 0 && result.standby.len() == cutoff));
            prop_assert!(entry.splittable || got == 0 || waits == 0);
        }
        prop_assert!(result.standby.len() <= cutoff);
    }
}
