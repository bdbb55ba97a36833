//! Draw v1: commitment, seed and the order that follows from it.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Entry, Frozen, Rules, Unfit, Word, canonical::canonical};

/// Ends in a zero byte, so that no other label begins with it.
const LABEL: &[u8] = b"itsudemo-lottery-v1\0";

/// What is published before the window opens: SHA-256 of the secret seed.
pub fn commitment(server_seed: &Word) -> Word {
    Word::sha256(&server_seed.0)
}

/// What is published with the commitment: SHA-256 of the rules as RFC 8785 JSON.
///
/// # Errors
/// [`Unfit::NotCanonical`]; not for rules made of this crate's types.
pub fn rules_hash(rules: &Rules) -> Result<Word, Unfit> {
    Ok(Word::sha256(canonical(rules)?.as_bytes()))
}

/// What is published at the freeze: SHA-256 of the entries, sorted by ID, as RFC 8785 JSON. Where the capacity is fixed with
/// them, of an object with both, `capacity` and `entries`.
///
/// # Errors
/// [`Unfit::NotCanonical`]; not for entries made of this crate's types.
pub fn entries_hash(frozen: &Frozen) -> Result<Word, Unfit> {
    #[derive(Serialize)]
    struct Both<'a> {
        capacity: u32,
        entries: &'a [&'a Entry],
    }
    let mut sorted: Vec<&Entry> = frozen.entries.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let text = match frozen.capacity {
        Some(capacity) => canonical(&Both { capacity, entries: &sorted })?,
        None => canonical(&sorted)?,
    };
    Ok(Word::sha256(text.as_bytes()))
}

/// The seed of the draw. Without a beacon its place is empty.
pub fn derive(server_seed: &Word, beacon: Option<&Word>, entries_hash: &Word) -> Word {
    let mut hash = Sha256::new();
    hash.update(LABEL);
    hash.update(server_seed.0);
    if let Some(beacon) = beacon {
        hash.update(beacon.0);
    }
    hash.update(entries_hash.0);
    Word(hash.finalize().into())
}

/// Where an entry stands, first one first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranked {
    pub entry: String,
    pub key: Word,
    pub tier: u32,
}

/// Everybody by tier and, inside a tier, by HMAC-SHA256 of the ID under the seed.
pub fn order(seed: &Word, entries: &[Entry]) -> Vec<Ranked> {
    let ranked = |entry: &Entry| Ranked { entry: entry.id.clone(), key: mac(seed, &[&entry.id]), tier: entry.tier };
    let mut order: Vec<Ranked> = entries.iter().map(ranked).collect();
    order.sort_by(|a, b| (a.tier, a.key, &a.entry).cmp(&(b.tier, b.key, &b.entry)));
    order
}

/// The key by which slots are taken one after the other.
pub(crate) fn slot_key(seed: &Word, slot: &str) -> Word {
    mac(seed, &["slot:", slot])
}

fn mac(seed: &Word, parts: &[&str]) -> Word {
    // HMAC fills a short key with zeros to the block of its hash
    let mut block = [0; 64];
    block.iter_mut().zip(seed.0).for_each(|(to, from)| *to = from);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    parts.iter().for_each(|part| mac.update(part.as_bytes()));
    Word(mac.finalize().into_bytes().into())
}
