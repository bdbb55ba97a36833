//! Checkpoints: the size and root of a tenant's journal, signed, in a form that other people's tools read.
//!
//! The text is a C2SP tlog-checkpoint in a C2SP signed note (Ed25519). Three extension lines number the checkpoints, date
//! them and tie each to the one before it, so that none can be taken out unseen:
//!
//! ```text
//! itsudemo/0193f0c6-…            the journal
//! 1000                           entries sealed
//! 5dc9da79a70659a9…=             root over them, base64
//! number 3
//! at 2026-11-22T21:00:00.000000+09:00
//! previous 47DEQpj8HBSa+/TImW…=  SHA-256 of the note before, base64; `none` for the first
//!
//! — itsudemo/0193f0c6-… base64(key id, signature)
//! ```

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use kernel::{Instant, SigningSeed, ids::TenantId};
use sha2::{Digest, Sha256};

use crate::{merkle::Hash, stamp};

/// The state of a journal that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub tenant: TenantId,
    /// From 1, without gaps.
    pub number: u64,
    /// How many entries are sealed: those with a sequence from 1 to this.
    pub size: u64,
    pub root: Hash,
    pub at: Instant,
    /// [`digest`] of the note before; nothing for number 1.
    pub previous: Option<Hash>,
}

/// Why a text is not a checkpoint that we signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("the checkpoint is not in the form of a signed note")]
    Form,
    #[error("the checkpoint was signed with an unknown key")]
    UnknownKey,
    #[error("the signature of the checkpoint is wrong")]
    Signature,
}

/// The name of a tenant's journal in checkpoints.
pub fn origin(tenant: TenantId) -> String {
    format!("itsudemo/{}", tenant.uuid())
}

/// The fingerprint of a note, which the next note repeats.
pub fn digest(note: &str) -> Hash {
    Sha256::digest(note.as_bytes()).into()
}

/// The notes in a text that has one after the other, as a witness keeps them.
pub fn notes(text: &str) -> Vec<&str> {
    let mut notes = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for line in text.split_inclusive('\n') {
        end += line.len();
        // the line of the signature is the last of a note, and no other begins like this
        if line.starts_with('\u{2014}') {
            notes.extend(text.get(begin..end));
            begin = end;
        }
    }
    // what is left is no note; whoever opens it will say so
    notes.extend(text.get(begin..).filter(|rest| !rest.trim().is_empty()));
    notes
}

/// The four bytes that tell keys apart: `SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key)`.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update(b"\n\x01").chain_update(key.as_bytes()).finalize();
    let (id, _) = hash.split_at(4);
    id.try_into().unwrap_or_default()
}

/// The public key as note tools take it: `name+key id+base64(0x01 ‖ public key)`.
pub fn verifier_key(tenant: TenantId, key: &VerifyingKey) -> String {
    let name = origin(tenant);
    let id = u32::from_be_bytes(key_id(&name, key));
    let bytes = [&[1u8][..], key.as_bytes()].concat();
    format!("{name}+{id:08x}+{}", STANDARD.encode(bytes))
}

/// Signs checkpoints. One key signs for all tenants; the origin in the text tells them apart.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    pub fn new(seed: &SigningSeed) -> Self {
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// What everybody may have.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.0.verifying_key()
    }

    /// The signed note of a checkpoint.
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let body = checkpoint.body();
        let name = origin(checkpoint.tenant);
        let signature = self.0.sign(body.as_bytes()).to_bytes();
        let signed = [&key_id(&name, &self.verifying_key())[..], &signature].concat();
        format!("{body}\n\u{2014} {name} {}\n", STANDARD.encode(signed))
    }
}

impl Checkpoint {
    fn body(&self) -> String {
        let previous = self.previous.map_or_else(|| "none".to_owned(), |hash| STANDARD.encode(hash));
        format!(
            "{}\n{}\n{}\nnumber {}\nat {}\nprevious {previous}\n",
            origin(self.tenant),
            self.size,
            STANDARD.encode(self.root),
            self.number,
            stamp::write(self.at)
        )
    }

    /// Reads a signed note and believes it only under one of these keys.
    ///
    /// # Errors
    /// [`NoteError`]. The form is strict: a note reads only if it is, byte for byte, what [`Signer::sign`] writes.
    pub fn open(note: &str, keys: &[VerifyingKey]) -> Result<Self, NoteError> {
        let (body, signed) = note.split_once("\n\n").ok_or(NoteError::Form)?;
        let body = format!("{body}\n");
        let checkpoint = Self::parse(&body).ok_or(NoteError::Form)?;
        if checkpoint.body() != body {
            return Err(NoteError::Form);
        }
        let name = origin(checkpoint.tenant);
        let signed = signed.strip_prefix("\u{2014} ").and_then(|rest| rest.strip_prefix(name.as_str()));
        let signed = signed.and_then(|rest| rest.strip_prefix(' ')).and_then(|rest| rest.strip_suffix('\n'));
        let signed = STANDARD.decode(signed.ok_or(NoteError::Form)?).map_err(|_| NoteError::Form)?;
        let (id, signature) = signed.split_first_chunk::<4>().ok_or(NoteError::Form)?;
        let signature = Signature::from_slice(signature).map_err(|_| NoteError::Form)?;
        let key = keys.iter().find(|key| key_id(&name, key) == *id).ok_or(NoteError::UnknownKey)?;
        key.verify_strict(body.as_bytes(), &signature).map_err(|_| NoteError::Signature)?;
        Ok(checkpoint)
    }

    fn parse(body: &str) -> Option<Self> {
        let mut lines = body.lines();
        let tenant = lines.next()?.strip_prefix("itsudemo/")?.parse().ok()?;
        let size = lines.next()?.parse().ok()?;
        let root = hash(lines.next()?)?;
        let number = lines.next()?.strip_prefix("number ")?.parse().ok()?;
        let at = stamp::read(lines.next()?.strip_prefix("at ")?)?;
        let previous = match lines.next()?.strip_prefix("previous ")? {
            "none" => None,
            text => Some(hash(text)?),
        };
        lines.next().is_none().then_some(Self { tenant: TenantId::from_uuid(tenant), number, size, root, at, previous })
    }
}

fn hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn signer(byte: u8) -> Signer {
        Signer::new(&SigningSeed::new([byte; 32]))
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            tenant: TenantId::from_uuid(uuid::Uuid::from_u128(7)),
            number: 2,
            size: 1_000,
            root: [9; 32],
            at: datetime!(2026-11-22 12:00:00.25 UTC),
            previous: Some([3; 32]),
        }
    }

    #[test]
    fn a_signed_checkpoint_reads_back_under_its_key_only() {
        let note = signer(1).sign(&checkpoint());
        let (key, other) = (signer(1).verifying_key(), signer(2).verifying_key());
        assert_eq!(Checkpoint::open(&note, &[other, key]), Ok(checkpoint()));
        assert_eq!(Checkpoint::open(&note, &[other]), Err(NoteError::UnknownKey));
        let first = Checkpoint { previous: None, number: 1, ..checkpoint() };
        assert_eq!(Checkpoint::open(&signer(1).sign(&first), &[key]), Ok(first));
    }

    #[test]
    fn the_first_three_lines_are_those_of_a_tlog_checkpoint() {
        let note = signer(1).sign(&checkpoint());
        assert!(note.starts_with("itsudemo/00000000-0000-0000-0000-000000000007\n1000\nCQkJCQkJ"));
        assert!(note.contains("\nat 2026-11-22T21:00:00.250000+09:00\n"));
        let vkey = verifier_key(checkpoint().tenant, &signer(1).verifying_key());
        assert!(vkey.starts_with("itsudemo/00000000-0000-0000-0000-000000000007+"));
    }

    #[test]
    fn notes_one_after_the_other_are_told_apart() {
        let (one, two) = (signer(1).sign(&checkpoint()), signer(2).sign(&checkpoint()));
        assert_eq!(notes(&format!("{one}{two}")), [&one, &two]);
        assert_eq!(notes(&format!("{one}cut off")), [&one, "cut off"]);
        assert!(notes("").is_empty());
    }

    #[test]
    fn a_signature_of_somebody_else_with_our_key_id_is_wrong() {
        let (ours, theirs) = (signer(1).sign(&checkpoint()), signer(2).sign(&checkpoint()));
        let last = |note: &str| STANDARD.decode(note.trim_end().rsplit(' ').next().unwrap()).unwrap();
        let forged = [&last(&ours)[..4], &last(&theirs)[4..]].concat();
        let (text, _) = ours.trim_end().rsplit_once(' ').unwrap();
        let forged = format!("{text} {}\n", STANDARD.encode(forged));
        assert_eq!(Checkpoint::open(&forged, &[signer(1).verifying_key()]), Err(NoteError::Signature));
    }

    proptest! {
        #[test]
        fn no_changed_byte_is_accepted(at: prop::sample::Index, change in 1u8..=255) {
            let mut bytes = signer(1).sign(&checkpoint()).into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= change;
            if let Ok(text) = String::from_utf8(bytes) {
                prop_assert!(Checkpoint::open(&text, &[signer(1).verifying_key()]).is_err());
            }
        }

        #[test]
        fn no_text_crashes_the_reader(text: String) {
            let _ = Checkpoint::open(&text, &[signer(1).verifying_key()]);
        }
    }
}
