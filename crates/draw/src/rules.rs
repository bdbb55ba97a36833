//! What was announced before anybody applied.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Entry,
    entry::{Frozen, Wish},
};

/// The rules of one draw; their hash is published with the commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The public value that is mixed in, named beforehand, such as `drand quicknet round 123456`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beacon: Option<String>,
    /// Announced when people could apply already, as a second draw after a voided one is. Whoever announces knows who has applied
    /// by then, so nothing but a public value keeps them from choosing a seed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    pub draw: Mode,
}

/// What is drawn, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Mode {
    /// Everybody in order takes the best wish left; nobody wins twice before everybody had a turn.
    RoundRobin(SlotRules),
    /// Slot after slot, each to the first in order who wished for it.
    PerSlot(SlotRules),
    /// Seats of one class.
    Capacity(CapacityRules),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotRules {
    pub slots: Vec<Slot>,
    /// Wishes that one applicant may win; a bundle is one.
    pub wins_per_applicant: u32,
    /// Slots (コマ) that one applicant may win; a bundle counts each of its own.
    pub slots_per_applicant: u32,
    /// Parts of each room drawn first, among one tier alone, in this order. What is left then is drawn among all,
    /// without regard to tiers. Without shares every tier comes before the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
    /// How many runners-up each slot keeps.
    pub runners_up: u32,
}

/// A bookable time in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    pub id: String,
    pub room: String,
    /// What it occupies, if another slot occupies it too (half of a divisible room); without it only itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub atoms: Vec<String>,
}

/// So much of each room, in slots rounded down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub tier: u32,
    /// 1 to 100.
    pub percent: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityRules {
    /// Absent: the seats that are free at the freeze, published and hashed with the entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Seats that one tier fills first, in this order, as far as the capacity goes; what it leaves goes to everybody. Never more
    /// than a capacity that is announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Reserved>,
    pub group_policy: GroupPolicy,
    /// Seats that one applicant, such as a household, may get over all entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats_per_applicant: Option<u32>,
    /// How many parties stand by; whoever comes after them has lost. Absent: everybody stands by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standby: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserved {
    pub tier: u32,
    pub seats: u32,
}

/// What happens when the next party does not fit into the seats left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupPolicy {
    /// Nobody passes it.
    StrictHead,
    /// The next that fits is seated.
    SkipIfNotFit,
}

/// Why these rules and entries cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("a value has no canonical spelling")]
    NotCanonical,
    #[error("the {what} `{id}` is there twice")]
    Twice { what: &'static str, id: String },
    #[error("an ID is empty")]
    Nameless,
    #[error("the share of tier {0} is not 1 to 100 percent, or the shares are above 100 together")]
    Share(u32),
    #[error("more seats are reserved than there are")]
    Reserved,
    #[error("the capacity is announced or fixed at the freeze, never both nor neither")]
    Capacity,
    #[error("the entry `{0}` does not fit the mode: slots need wishes alone, a capacity needs units alone")]
    Entry(String),
    #[error("the entry `{entry}` wishes for `{slot}`, which is not drawn")]
    UnknownSlot { entry: String, slot: String },
    #[error("the entry `{0}` has a wish of no slots, or of slots that exclude each other")]
    Bundle(String),
    #[error("the rules name a public value and none is given, or the reverse, or they are late and name none")]
    Beacon,
}

/// Refuses what has no single meaning.
pub(crate) fn check(rules: &Rules, frozen: &Frozen) -> Result<(), Unfit> {
    if rules.late && rules.beacon.is_none() {
        return Err(Unfit::Beacon);
    }
    unique("entry", frozen.entries.iter().map(|entry| &entry.id))?;
    match &rules.draw {
        Mode::RoundRobin(_) | Mode::PerSlot(_) if frozen.capacity.is_some() => Err(Unfit::Capacity),
        Mode::RoundRobin(rules) | Mode::PerSlot(rules) => check_slots(rules, &frozen.entries),
        Mode::Capacity(rules) => check_capacity(rules, frozen),
    }
}

fn check_capacity(rules: &CapacityRules, frozen: &Frozen) -> Result<(), Unfit> {
    if rules.capacity.is_some() == frozen.capacity.is_some() {
        return Err(Unfit::Capacity);
    }
    let reserved: u64 = rules.reserved.iter().map(|reserved| u64::from(reserved.seats)).sum();
    if rules.capacity.is_some_and(|capacity| reserved > u64::from(capacity)) {
        return Err(Unfit::Reserved);
    }
    let odd = frozen.entries.iter().find(|entry| entry.units.unwrap_or(0) == 0 || !entry.wishes.is_empty());
    odd.map_or(Ok(()), |entry| Err(Unfit::Entry(entry.id.clone())))
}

fn check_slots(rules: &SlotRules, entries: &[Entry]) -> Result<(), Unfit> {
    unique("slot", rules.slots.iter().map(|slot| &slot.id))?;
    let mut percent = 0_u64;
    for share in &rules.shares {
        percent += u64::from(share.percent);
        if share.percent == 0 || percent > 100 {
            return Err(Unfit::Share(share.tier));
        }
    }
    let slots = rules.slots.iter().map(|slot| (slot.id.as_str(), slot)).collect();
    for entry in entries {
        if entry.wishes.is_empty() || entry.units.is_some() || entry.splittable {
            return Err(Unfit::Entry(entry.id.clone()));
        }
        for wish in &entry.wishes {
            check_wish(entry, wish, &slots)?;
        }
    }
    Ok(())
}

fn check_wish(entry: &Entry, wish: &Wish, slots: &std::collections::BTreeMap<&str, &Slot>) -> Result<(), Unfit> {
    let mut atoms = BTreeSet::new();
    for id in wish.slots() {
        let slot = slots.get(id.as_str());
        let slot = slot.ok_or_else(|| Unfit::UnknownSlot { entry: entry.id.clone(), slot: id.clone() })?;
        if !slot.occupies().iter().all(|atom| atoms.insert(atom)) {
            return Err(Unfit::Bundle(entry.id.clone()));
        }
    }
    if atoms.is_empty() { Err(Unfit::Bundle(entry.id.clone())) } else { Ok(()) }
}

fn unique<'a>(what: &'static str, ids: impl Iterator<Item = &'a String>) -> Result<(), Unfit> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if id.is_empty() {
            return Err(Unfit::Nameless);
        }
        if !seen.insert(id) {
            return Err(Unfit::Twice { what, id: id.clone() });
        }
    }
    Ok(())
}

impl Slot {
    /// What nobody else may have once it is won.
    pub(crate) fn occupies(&self) -> &[String] {
        if self.atoms.is_empty() { std::slice::from_ref(&self.id) } else { &self.atoms }
    }
}
