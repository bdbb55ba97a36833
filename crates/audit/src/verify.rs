//! Checking a journal with the public key alone: every leaf and every root is computed again, and the first entry that
//! is not what was sealed is named.
//!
//! What this proves: no entry up to the last checkpoint was changed, removed, added or moved since it was signed. What it
//! cannot know from one file: that the newest entries were not cut off together with their checkpoints. Whoever kept a
//! later checkpoint (a contractor, the operator's own folder) passes it as a *witness*, and the cut shows.

mod file;

use std::{collections::BTreeMap, fmt, io::BufRead};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use db::{Db, Fault};
use ed25519_dalek::VerifyingKey;
use kernel::{Instant, Scope, ids::TenantId};
use serde::Deserialize;

use crate::{
    Entry,
    checkpoint::{Checkpoint, NoteError, digest, origin},
    merkle::{self, Hash, Range},
    read, stamp,
};

/// A journal in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub tenant: TenantId,
    /// Entries under the last checkpoint.
    pub entries: u64,
    pub checkpoints: u64,
    /// The root under the last checkpoint, and when it was signed.
    pub root: Hash,
    pub signed_at: Option<Instant>,
    /// Newer entries that are sealed but not signed yet; only in a database, never in a file.
    pub unsigned: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entries, checkpoints) = (self.entries, self.checkpoints);
        write!(f, "{}: in order; {entries} entries under {checkpoints} checkpoints", origin(self.tenant))?;
        if let Some(at) = self.signed_at {
            write!(f, ", signed until {}, root {}", stamp::write(at), STANDARD.encode(self.root))?;
        }
        match self.unsigned {
            0 => Ok(()),
            unsigned => write!(f, "; {unsigned} newer entries are sealed and await their signature"),
        }
    }
}

/// The first entry that is not what was sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {why}")]
pub struct FirstBad {
    /// Its sequence. Of what only a root can tell, the first entry that the root should have vouched for.
    pub seq: u64,
    pub why: Why,
}

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("the file cannot be read here")]
    Unreadable,
    #[error("the line is not in the form of an exported journal")]
    Form,
    #[error("its text was changed after it was sealed")]
    Changed,
    #[error("entry {found} stands in its place")]
    Misplaced { found: u64 },
    #[error("it is missing; the journal had {size} entries")]
    Missing { size: u64 },
    #[error("one of the entries {seq} to {last} was changed: together they do not give the signed root", seq = .first)]
    Root { first: u64, last: u64 },
    #[error("checkpoint {found} stands where checkpoint {expected} belongs")]
    CheckpointMissing { expected: u64, found: u64 },
    #[error("the checkpoint over it does not continue the one before it")]
    CheckpointChain,
    #[error("the checkpoint over it is of another journal")]
    CheckpointOrigin,
    #[error("the checkpoint over it cannot be believed: {0}")]
    Checkpoint(NoteError),
    #[error("no checkpoint covers it")]
    Unsigned,
    #[error("its column `{0}` differs from its text")]
    Column(&'static str),
    #[error("a checkpoint that was kept elsewhere says otherwise")]
    Witness,
}

/// What a check of a database can run into.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Bad(#[from] FirstBad),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Checks a file that [`crate::export()`] wrote. A checkpoint counts when any of the keys signed it.
///
/// # Errors
/// [`FirstBad`]. Any changed, missing, additional or moved byte is an error.
pub fn verify(file: impl BufRead, keys: &[VerifyingKey]) -> Result<Report, FirstBad> {
    verify_with_witnesses(file, keys, &[])
}

/// As [`verify`], and the journal must also contain what these signed notes, kept elsewhere, say of it.
///
/// # Errors
/// [`FirstBad`].
pub fn verify_with_witnesses(
    file: impl BufRead,
    keys: &[VerifyingKey],
    witnesses: &[&str],
) -> Result<Report, FirstBad> {
    file::verify(file, keys, witnesses)
}

/// Checks the scope's journal where it lies, columns included.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify_database(
    db: &Db,
    scope: &Scope,
    keys: &[VerifyingKey],
    witnesses: &[&str],
) -> Result<Report, VerifyError> {
    let bounds = read::bounds(db, scope).await?;
    let mut chain = Chain::new(scope.tenant(), keys, witnesses)?;
    let mut walk = read::Walk::new(db, scope, bounds, bounds.last);
    while let Some(item) = walk.next().await? {
        match item {
            read::Item::Row(row) => chain.row(&row)?,
            read::Item::Note(note) => chain.checkpoint(&note)?,
        }
    }
    Ok(chain.end(u64::try_from(bounds.head.max(bounds.last)).unwrap_or(u64::MAX))?)
}

/// The check itself, entry by entry.
struct Chain<'a> {
    tenant: TenantId,
    keys: &'a [VerifyingKey],
    range: Range,
    last: Option<(Checkpoint, Hash)>,
    /// Roots that somebody else kept, by size.
    witnesses: BTreeMap<u64, Hash>,
}

/// All that must be read of an entry to check its place.
#[derive(Deserialize)]
struct Place {
    sequence: u64,
}

impl<'a> Chain<'a> {
    fn new(tenant: TenantId, keys: &'a [VerifyingKey], witnesses: &[&str]) -> Result<Self, FirstBad> {
        let mut chain = Self { tenant, keys, range: Range::default(), last: None, witnesses: BTreeMap::new() };
        for note in witnesses {
            let witness = Checkpoint::open(note, keys).map_err(|why| chain.uncovered(Why::Checkpoint(why)))?;
            if witness.tenant != tenant {
                return Err(chain.uncovered(Why::CheckpointOrigin));
            }
            let twin = chain.witnesses.insert(witness.size, witness.root);
            if twin.is_some_and(|root| root != witness.root) {
                return Err(chain.uncovered(Why::Witness));
            }
        }
        chain.ask_witness()?;
        Ok(chain)
    }

    fn signed(&self) -> u64 {
        self.last.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size)
    }

    /// The first entry that no checkpoint has vouched for.
    fn uncovered(&self, why: Why) -> FirstBad {
        FirstBad { seq: self.signed() + 1, why }
    }

    /// The entry whose turn it is.
    fn here(&self, why: Why) -> FirstBad {
        FirstBad { seq: self.range.size() + 1, why }
    }

    fn entry(&mut self, canonical: &str, leaf: &[u8]) -> Result<(), FirstBad> {
        let hash = merkle::leaf(canonical.as_bytes());
        let place = serde_json::from_str::<Place>(canonical);
        match place {
            Ok(place) if place.sequence == self.range.size() + 1 => {}
            // an entry that is itself unharmed stands in the wrong place; a harmed one tells nothing about its place
            Ok(place) if hash == leaf => return Err(self.here(Why::Misplaced { found: place.sequence })),
            _ => return Err(self.here(Why::Changed)),
        }
        if hash != leaf {
            return Err(self.here(Why::Changed));
        }
        self.range.append(hash);
        self.ask_witness()
    }

    fn ask_witness(&mut self) -> Result<(), FirstBad> {
        match self.witnesses.remove(&self.range.size()) {
            Some(root) if root != self.range.root() => Err(self.uncovered(Why::Witness)),
            _ => Ok(()),
        }
    }

    fn row(&mut self, row: &read::Row) -> Result<(), FirstBad> {
        if u64::try_from(row.seq) != Ok(self.range.size() + 1) {
            return Err(self.here(Why::Misplaced { found: u64::try_from(row.seq).unwrap_or(0) }));
        }
        self.entry(&row.canonical, &row.leaf)?;
        let bad = |column| FirstBad { seq: u64::try_from(row.seq).unwrap_or(0), why: Why::Column(column) };
        let entry = Entry::parse(&row.canonical).ok_or_else(|| bad("canonical"))?;
        let columns = [
            ("id", entry.id.uuid() == row.id),
            ("at", entry.at == row.at),
            ("category", entry.category == row.category),
            ("event", entry.event == row.event),
            ("subject_kind", entry.subject_kind == row.subject_kind),
            ("subject_id", entry.subject_id == row.subject_id),
        ];
        columns.into_iter().find(|(_, same)| !same).map_or(Ok(()), |(column, _)| Err(bad(column)))
    }

    fn checkpoint(&mut self, note: &str) -> Result<(), FirstBad> {
        let checkpoint = Checkpoint::open(note, self.keys).map_err(|why| self.uncovered(Why::Checkpoint(why)))?;
        if checkpoint.tenant != self.tenant {
            return Err(self.uncovered(Why::CheckpointOrigin));
        }
        let expected = self.last.as_ref().map_or(1, |(last, _)| last.number + 1);
        if checkpoint.number != expected {
            return Err(self.uncovered(Why::CheckpointMissing { expected, found: checkpoint.number }));
        }
        if checkpoint.previous != self.last.as_ref().map(|(_, digest)| *digest) {
            return Err(self.uncovered(Why::CheckpointChain));
        }
        if checkpoint.size > self.range.size() {
            return Err(self.here(Why::Missing { size: checkpoint.size }));
        }
        if checkpoint.size < self.range.size() || checkpoint.root != self.range.root() {
            let (first, last) = (self.signed() + 1, self.range.size());
            return Err(self.uncovered(Why::Root { first, last }));
        }
        self.last = Some((checkpoint, digest(note)));
        Ok(())
    }

    /// The journal ends here; it should have had `size` entries.
    fn end(self, size: u64) -> Result<Report, FirstBad> {
        let kept = self.witnesses.last_key_value().map_or(0, |(size, _)| *size);
        let size = size.max(kept);
        if self.range.size() < size {
            return Err(self.here(Why::Missing { size }));
        }
        if self.range.size() > size {
            return Err(FirstBad { seq: size + 1, why: Why::Unsigned });
        }
        let (entries, unsigned) = (self.signed(), self.range.size() - self.signed());
        let last = self.last.as_ref().map(|(checkpoint, _)| checkpoint);
        Ok(Report {
            tenant: self.tenant,
            entries,
            checkpoints: last.map_or(0, |last| last.number),
            root: last.map_or_else(|| Range::default().root(), |last| last.root),
            signed_at: last.map(|last| last.at),
            unsigned,
        })
    }
}

#[cfg(test)]
mod tests;
