//! Slots and wishes: who wins which slot, and who comes next for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Entry, Ranked, Slot, SlotRules, Word, seed::slot_key};

/// A wish that was won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Win {
    pub entry: String,
    pub slots: Vec<String>,
    /// Which of its wishes, 1 the best.
    pub wish: u32,
}

/// Who comes next for a slot, first one first. Whether a bundle or a cap lets them have it is decided at the promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunnersUp {
    pub slot: String,
    pub entries: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotResult {
    pub order: Vec<Ranked>,
    /// The slots in the order in which they are taken one after the other.
    pub slots: Vec<String>,
    /// In the order in which they were won.
    pub wins: Vec<Win>,
    /// By the order of `slots`.
    pub runners_up: Vec<RunnersUp>,
}

/// What is given away so far.
struct Table<'a> {
    rules: &'a SlotRules,
    slots: BTreeMap<&'a str, &'a Slot>,
    taken: BTreeSet<&'a str>,
    /// Per applicant: wishes and slots won.
    won: BTreeMap<&'a str, (u32, u32)>,
    /// Slots that a share may still give away, per room; `None` while all is open.
    budget: Option<BTreeMap<&'a str, u32>>,
    done: BTreeSet<(&'a str, u32)>,
    wins: Vec<Win>,
}

impl<'a> Table<'a> {
    fn wins_of(&self, applicant: &str) -> u32 {
        self.won.get(applicant).map_or(0, |(wins, _)| *wins)
    }

    fn feasible(&self, entry: &Entry, slots: &'a [String]) -> bool {
        let (wins, koma) = self.won.get(entry.applicant.as_str()).copied().unwrap_or_default();
        let more = u32::try_from(slots.len()).unwrap_or(u32::MAX);
        if wins >= self.rules.wins_per_applicant || koma.saturating_add(more) > self.rules.slots_per_applicant {
            return false;
        }
        let mut rooms = BTreeMap::<&str, u32>::new();
        for slot in slots.iter().filter_map(|id| self.slots.get(id.as_str())) {
            if slot.occupies().iter().any(|atom| self.taken.contains(atom.as_str())) {
                return false;
            }
            *rooms.entry(&slot.room).or_default() += 1;
        }
        let within = |budget: &BTreeMap<&str, u32>| {
            rooms.iter().all(|(room, wanted)| budget.get(room).is_some_and(|left| wanted <= left))
        };
        self.budget.as_ref().is_none_or(within)
    }

    /// The best wish still to be had, among those with `slot` if one is named; `true` when it was won.
    fn take(&mut self, entry: &'a Entry, slot: Option<&str>) -> bool {
        for (wish, rank) in entry.wishes.iter().zip(1_u32..) {
            let slots = wish.slots();
            let named = slot.is_none_or(|slot| slots.iter().any(|id| id == slot));
            if !named || self.done.contains(&(entry.id.as_str(), rank)) || !self.feasible(entry, slots) {
                continue;
            }
            for slot in slots.iter().filter_map(|id| self.slots.get(id.as_str()).copied()) {
                self.taken.extend(slot.occupies().iter().map(String::as_str));
                if let Some(left) = self.budget.as_mut().and_then(|budget| budget.get_mut(slot.room.as_str())) {
                    *left = left.saturating_sub(1);
                }
            }
            let won = self.won.entry(&entry.applicant).or_default();
            *won = (won.0 + 1, won.1.saturating_add(u32::try_from(slots.len()).unwrap_or(u32::MAX)));
            self.done.insert((&entry.id, rank));
            self.wins.push(Win { entry: entry.id.clone(), slots: slots.to_vec(), wish: rank });
            return true;
        }
        false
    }

    /// Pass p gives a p-th win to applicants with fewer, in order.
    fn round_robin(&mut self, line: &[&'a Entry]) {
        for pass in 1..=self.rules.wins_per_applicant {
            let mut more = false;
            for entry in line {
                // one who is ahead from an earlier share waits for the others
                more |= self.wins_of(&entry.applicant) >= pass || self.take(entry, None);
            }
            if !more {
                break;
            }
        }
    }

    fn per_slot(&mut self, line: &[&'a Entry], slots: &[String]) {
        let mut wishing = BTreeMap::<&str, Vec<&'a Entry>>::new();
        for entry in line {
            let wished: BTreeSet<&str> =
                entry.wishes.iter().flat_map(|wish| wish.slots()).map(String::as_str).collect();
            wished.into_iter().for_each(|slot| wishing.entry(slot).or_default().push(entry));
        }
        for slot in slots {
            for entry in wishing.get(slot.as_str()).into_iter().flatten() {
                if self.take(entry, Some(slot)) {
                    break;
                }
            }
        }
    }
}

/// `in_turn`: round robin; otherwise slot after slot.
pub(crate) fn draw(rules: &SlotRules, entries: &[Entry], seed: &Word, order: Vec<Ranked>, in_turn: bool) -> SlotResult {
    let by_id: BTreeMap<&str, &Entry> = entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let mut slots: Vec<String> = rules.slots.iter().map(|slot| slot.id.clone()).collect();
    slots.sort_by_cached_key(|slot| (slot_key(seed, slot), slot.clone()));
    let mut table = Table {
        rules,
        slots: rules.slots.iter().map(|slot| (slot.id.as_str(), slot)).collect(),
        taken: BTreeSet::new(),
        won: BTreeMap::new(),
        budget: None,
        done: BTreeSet::new(),
        wins: Vec::new(),
    };
    let mut give = |line: &[&Ranked], budget: Option<BTreeMap<_, _>>| {
        let line: Vec<&Entry> = line.iter().filter_map(|ranked| by_id.get(ranked.entry.as_str()).copied()).collect();
        table.budget = budget;
        if in_turn { table.round_robin(&line) } else { table.per_slot(&line, &slots) }
    };
    for share in &rules.shares {
        let tier: Vec<&Ranked> = order.iter().filter(|ranked| ranked.tier == share.tier).collect();
        give(&tier, Some(budget(rules, share.percent)));
    }
    let mut all: Vec<&Ranked> = order.iter().collect();
    if !rules.shares.is_empty() {
        all.sort_by(|a, b| (a.key, &a.entry).cmp(&(b.key, &b.entry)));
    }
    give(&all, None);
    let wins = table.wins;
    let runners_up = runners_up(rules, &by_id, &all, &slots, &wins);
    SlotResult { slots, wins, runners_up, order }
}

fn budget(rules: &SlotRules, percent: u32) -> BTreeMap<&str, u32> {
    let mut rooms = BTreeMap::<&str, u64>::new();
    rules.slots.iter().for_each(|slot| *rooms.entry(slot.room.as_str()).or_default() += 1);
    let part = |slots: u64| u32::try_from(slots * u64::from(percent) / 100).unwrap_or(u32::MAX);
    rooms.into_iter().map(|(room, slots)| (room, part(slots))).collect()
}

/// Everybody who wished for the slot, but not the applicant who won it; one entry per applicant.
fn runners_up(
    rules: &SlotRules,
    by_id: &BTreeMap<&str, &Entry>,
    line: &[&Ranked],
    slots: &[String],
    wins: &[Win],
) -> Vec<RunnersUp> {
    let most = usize::try_from(rules.runners_up).unwrap_or(usize::MAX);
    let mut passed = BTreeSet::<(&str, &str)>::new();
    for win in wins {
        if let Some(entry) = by_id.get(win.entry.as_str()) {
            passed.extend(win.slots.iter().map(|slot| (slot.as_str(), entry.applicant.as_str())));
        }
    }
    let mut next = BTreeMap::<&str, Vec<String>>::new();
    for entry in line.iter().filter_map(|ranked| by_id.get(ranked.entry.as_str())) {
        for slot in entry.wishes.iter().flat_map(|wish| wish.slots()) {
            let list = next.entry(slot).or_default();
            if list.len() < most && passed.insert((slot, &entry.applicant)) {
                list.push(entry.id.clone());
            }
        }
    }
    let of = |slot: &String| RunnersUp { slot: slot.clone(), entries: next.remove(slot.as_str()).unwrap_or_default() };
    slots.iter().map(of).collect()
}
