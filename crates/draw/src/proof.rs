//! The document that proves a draw, and the check of it.

use serde::{Deserialize, Serialize};

use crate::{
    CapacityResult, Entry, Frozen, Mode, Rules, SlotResult, Unfit, Word, capacity, commitment, derive, entries_hash,
    order, rules::check, rules_hash, slots,
};

/// The only version there is.
pub const VERSION: &str = "itsudemo-draw-1";

/// Everything that is needed to draw again, on any machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub version: String,
    pub rules: Rules,
    /// Published before the window opened, as is `commit`.
    pub rules_hash: Word,
    pub commit: Word,
    /// Fixed with the entries, where the rules leave it to the freeze.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Sorted by ID, without names.
    pub entries: Vec<Entry>,
    /// Published at the freeze.
    pub entries_hash: Word,
    /// Secret until the result is published.
    pub server_seed: Word,
    /// The value of the source that the rules name; the source itself confirms it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beacon: Option<Word>,
    pub seed: Word,
    pub result: Outcome,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Slots(SlotResult),
    Capacity(CapacityResult),
}

/// The proof agrees with itself. It proves the draw once these hashes are those that were published beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub entries: usize,
    pub rules_hash: Word,
    pub commit: Word,
    pub entries_hash: Word,
}

/// The first thing that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error("version `{0}` is not known; this program verifies `{VERSION}`")]
    Version(String),
    #[error("the draw cannot have been run: {0}")]
    Unfit(#[from] Unfit),
    #[error("{what} is {found} in the proof, but what it is made of gives {computed}")]
    Hash { what: &'static str, found: Word, computed: Word },
    #[error("the entries are not sorted by ID")]
    Unsorted,
    #[error("{0} of the result is not what the rules, the entries and the seed give")]
    Result(&'static str),
}

/// Draws. The order in which the entries are handed in does not matter.
///
/// # Errors
/// [`Unfit`] when rules or entries contradict themselves, or the public value that the rules name is not there.
pub fn run(rules: Rules, frozen: impl Into<Frozen>, server_seed: Word, beacon: Option<Word>) -> Result<Proof, Unfit> {
    let frozen = frozen.into();
    check(&rules, &frozen)?;
    if rules.beacon.is_some() != beacon.is_some() {
        return Err(Unfit::Beacon);
    }
    let entries_hash = entries_hash(&frozen)?;
    let Frozen { capacity, mut entries } = frozen;
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    let seed = derive(&server_seed, beacon.as_ref(), &entries_hash);
    let order = order(&seed, &entries);
    let result = match &rules.draw {
        Mode::RoundRobin(rules) => Outcome::Slots(slots::draw(rules, &entries, &seed, order, true)),
        Mode::PerSlot(rules) => Outcome::Slots(slots::draw(rules, &entries, &seed, order, false)),
        Mode::Capacity(rules) => {
            let seats = rules.capacity.or(capacity).ok_or(Unfit::Capacity)?;
            Outcome::Capacity(capacity::draw(rules, seats, &entries, order))
        }
    };
    Ok(Proof {
        version: VERSION.to_owned(),
        rules_hash: rules_hash(&rules)?,
        commit: commitment(&server_seed),
        rules,
        capacity,
        entries,
        entries_hash,
        server_seed,
        beacon,
        seed,
        result,
    })
}

/// Draws again from the rules, the entries, the secret seed and the public value, and compares.
///
/// # Errors
/// [`Mismatch`] names the first thing that does not agree.
pub fn verify(proof: &Proof) -> Result<Verdict, Mismatch> {
    if proof.version != VERSION {
        return Err(Mismatch::Version(proof.version.clone()));
    }
    let frozen = Frozen { capacity: proof.capacity, entries: proof.entries.clone() };
    let again = run(proof.rules.clone(), frozen, proof.server_seed, proof.beacon)?;
    same("rules_hash", proof.rules_hash, again.rules_hash)?;
    same("commit", proof.commit, again.commit)?;
    same("entries_hash", proof.entries_hash, again.entries_hash)?;
    if proof.entries != again.entries {
        return Err(Mismatch::Unsorted);
    }
    same("seed", proof.seed, again.seed)?;
    if let Some(part) = difference(&proof.result, &again.result) {
        return Err(Mismatch::Result(part));
    }
    let Proof { rules_hash, commit, entries_hash, .. } = again;
    Ok(Verdict { entries: proof.entries.len(), rules_hash, commit, entries_hash })
}

fn same(what: &'static str, found: Word, computed: Word) -> Result<(), Mismatch> {
    if found == computed { Ok(()) } else { Err(Mismatch::Hash { what, found, computed }) }
}

fn difference(found: &Outcome, computed: &Outcome) -> Option<&'static str> {
    let parts: &[(&str, bool)] = match (found, computed) {
        (Outcome::Slots(a), Outcome::Slots(b)) => &[
            ("the order", a.order == b.order),
            ("the order of slots", a.slots == b.slots),
            ("a win", a.wins == b.wins),
            ("a runner-up", a.runners_up == b.runners_up),
        ],
        (Outcome::Capacity(a), Outcome::Capacity(b)) => &[
            ("the order", a.order == b.order),
            ("a seat", a.seated == b.seated),
            ("the standby order", a.standby == b.standby),
        ],
        _ => &[("the mode", false)],
    };
    parts.iter().find(|(_, same)| !same).map(|(part, _)| *part)
}
