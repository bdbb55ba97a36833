//! Sealing: numbering the entries of one tenant without gaps, appending them to its tree, signing where it stands.
//!
//! Entries are picked because they are still in the outbox, not because they come after some mark, so one that commits
//! late is sealed late but never skipped. One sealer per tenant works at a time; the services never wait for it.

mod sql;

use db::{Db, Fault, TenantTx};
use kernel::{Instant, ids::TenantId};
use serde_json::Value;
use time::Duration;

use crate::{
    Actor, Entry,
    checkpoint::{Checkpoint, Signer, digest},
    merkle::{self, Hash, Range},
};

/// Entries that one call seals at most.
pub const BATCH: u16 = 1_000;
/// A checkpoint is due when this many entries wait for one,
pub const CHECKPOINT_ENTRIES: u64 = 1_000;
/// or when any entry waits and the last checkpoint is this old.
pub const CHECKPOINT_AGE: Duration = Duration::minutes(10);

/// When to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// By number and age: [`CHECKPOINT_ENTRIES`], [`CHECKPOINT_AGE`].
    WhenDue,
    /// Whatever is unsigned, as before an export; an empty journal gets a checkpoint too.
    Now,
}

/// What one call did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealed {
    /// How many entries were sealed.
    pub entries: usize,
    /// The signed note, if one was made; to be kept outside of the database as well.
    pub checkpoint: Option<String>,
}

impl Sealed {
    /// Whether the outbox may hold more.
    pub fn is_full(&self) -> bool {
        self.entries >= usize::from(BATCH)
    }
}

/// The sealer's place in one journal.
struct Head {
    range: Range,
    signed_number: u64,
    signed_size: u64,
    signed_at: Instant,
    signed_digest: Option<Hash>,
}

impl Head {
    fn new(now: Instant) -> Self {
        Self { range: Range::default(), signed_number: 0, signed_size: 0, signed_at: now, signed_digest: None }
    }

    fn is_due(&self, signing: Signing, now: Instant) -> bool {
        let unsigned = self.range.size().saturating_sub(self.signed_size);
        match signing {
            Signing::Now => unsigned > 0 || self.signed_number == 0,
            Signing::WhenDue => {
                unsigned >= CHECKPOINT_ENTRIES || (unsigned > 0 && now - self.signed_at >= CHECKPOINT_AGE)
            }
        }
    }

    fn sign(&mut self, tenant: TenantId, signer: &Signer, now: Instant) -> (Checkpoint, String) {
        let checkpoint = Checkpoint {
            tenant,
            number: self.signed_number + 1,
            size: self.range.size(),
            root: self.range.root(),
            at: now,
            previous: self.signed_digest,
        };
        let note = signer.sign(&checkpoint);
        self.signed_number = checkpoint.number;
        self.signed_size = checkpoint.size;
        self.signed_at = now;
        self.signed_digest = Some(digest(&note));
        (checkpoint, note)
    }
}

/// A fact as it lies in the outbox.
#[derive(Debug, diesel::Queryable)]
struct Waiting {
    id: uuid::Uuid,
    at: Instant,
    category: String,
    event: String,
    outcome: String,
    service: String,
    actor_kind: String,
    actor_id: Option<String>,
    subject_kind: String,
    subject_id: String,
    data: Value,
    request_id: String,
}

impl Waiting {
    fn numbered(self, sequence: u64) -> Entry {
        Entry {
            id: kernel::Id::from_uuid(self.id),
            sequence,
            at: self.at,
            category: self.category,
            event: self.event,
            outcome: self.outcome,
            service: self.service,
            actor: Actor { kind: self.actor_kind, id: self.actor_id },
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            data: self.data,
            request_id: self.request_id,
        }
    }
}

/// A sealed entry on its way into the log.
struct Leaf {
    entry: Entry,
    canonical: String,
    hash: Hash,
}

/// Seals at most [`BATCH`] entries of the transaction's tenant and signs as asked. The transaction is the sealer's
/// ([`Db::sealer`]). Does nothing while another sealer is at work on the same journal.
///
/// # Errors
/// A [`Fault`]; [`Fault::Unexpected`] when the log does not end where the tree ends: somebody has tampered with it, and
/// nothing more is sealed or signed until that is cleared up.
pub async fn seal(tx: &mut TenantTx, signer: &Signer, signing: Signing, now: Instant) -> Result<Sealed, Fault> {
    if !sql::lock(tx).await? {
        return Ok(Sealed::default());
    }
    let mut head = sql::head(tx).await?.unwrap_or_else(|| Head::new(now));
    let waiting = sql::waiting(tx, i64::from(BATCH)).await?;
    let leaves = append(&mut head.range, waiting);
    let entries = leaves.len();
    if entries > 0 {
        sql::seal(tx, leaves).await?;
    }
    let mut checkpoint = None;
    if head.is_due(signing, now) {
        let (signed, note) = head.sign(tx.tenant(), signer, now);
        sql::keep_checkpoint(tx, &signed, &note).await?;
        checkpoint = Some(note);
    }
    if entries > 0 || checkpoint.is_some() {
        sql::keep_head(tx, &head).await?;
    }
    Ok(Sealed { entries, checkpoint })
}

fn append(range: &mut Range, waiting: Vec<Waiting>) -> Vec<Leaf> {
    let numbered = waiting.into_iter().map(|fact| {
        let entry = fact.numbered(range.size() + 1);
        let canonical = entry.canonical();
        let hash = merkle::leaf(canonical.as_bytes());
        range.append(hash);
        Leaf { entry, canonical, hash }
    });
    numbered.collect()
}

/// The tenants whose journals have something to seal or to sign.
///
/// # Errors
/// A [`Fault`].
pub async fn journals_with_work(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| sql::journals_with_work(conn, now).await).await
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_checkpoint_is_due_after_a_thousand_entries_or_ten_minutes_and_never_without_entries() {
        let now = datetime!(2026-11-22 12:00 UTC);
        let mut head = Head::new(now);
        let later = now + CHECKPOINT_AGE;
        assert!(!head.is_due(Signing::WhenDue, later));
        assert!(head.is_due(Signing::Now, now));
        head.range.append([0; 32]);
        assert!(!head.is_due(Signing::WhenDue, later - Duration::MICROSECOND));
        assert!(head.is_due(Signing::WhenDue, later));
        head.range.extend((1..1_000).map(|_| [0; 32]));
        assert!(head.is_due(Signing::WhenDue, now));
        head.signed_size = 1_000;
        head.signed_number = 1;
        assert!(!head.is_due(Signing::WhenDue, later));
        assert!(!head.is_due(Signing::Now, later));
    }
}
