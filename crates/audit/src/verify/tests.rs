use std::time::Instant as Stopwatch;

use kernel::{SigningSeed, ids::JournalEntryId};
use proptest::prelude::*;
use serde_json::json;
use time::{Duration, macros::datetime};

use super::*;
use crate::{Actor, Signer, export};

const TENANT: TenantId = TenantId::from_uuid(uuid::Uuid::from_u128(77));

fn signer() -> Signer {
    Signer::new(&SigningSeed::new([5; 32]))
}

fn keys() -> [VerifyingKey; 1] {
    [signer().verifying_key()]
}

fn entry(sequence: u64, salt: u64) -> String {
    let at = datetime!(2026-11-22 12:00 UTC) + Duration::milliseconds(i64::try_from(sequence).unwrap());
    let entry = Entry {
        id: JournalEntryId::from_uuid(uuid::Uuid::from_u128(u128::from(sequence) << 64 | u128::from(salt))),
        sequence,
        at,
        category: "access".into(),
        event: "ticket.hold.placed".into(),
        outcome: "done".into(),
        service: "ticket".into(),
        actor: Actor { kind: "guest".into(), id: Some("key_00000000000000000000000001".into()) },
        subject_kind: "hold".into(),
        subject_id: format!("hold_{sequence:026}"),
        data: json!({"seats": salt, "performance": "perf_00000000000000000000000001"}),
        request_id: format!("req_{sequence:032x}"),
    };
    entry.canonical()
}

/// A journal in memory, from which an honest file can be written, or a forged one.
#[derive(Clone)]
struct Book {
    entries: Vec<String>,
    /// Sizes at which the sealer signed.
    signed_at: Vec<u64>,
}

impl Book {
    fn of(size: u64, every: u64) -> Self {
        let entries = (1..=size).map(|sequence| entry(sequence, 0)).collect();
        let mut signed_at: Vec<u64> = (1..=size).filter(|at| at % every == 0).collect();
        if signed_at.last() != Some(&size) {
            signed_at.push(size);
        }
        Self { entries, signed_at }
    }

    fn notes(&self, signer: &Signer) -> Vec<String> {
        let (mut range, mut notes): (Range, Vec<String>) = Default::default();
        let mut sizes = self.signed_at.iter().peekable();
        for text in &self.entries {
            range.append(merkle::leaf(text.as_bytes()));
            if sizes.next_if_eq(&&range.size()).is_some() {
                let previous = notes.last().map(|note| digest(note));
                let number = notes.len() as u64 + 1;
                let at = datetime!(2026-11-22 12:00 UTC);
                let (size, root) = (range.size(), range.root());
                notes.push(signer.sign(&Checkpoint { tenant: TENANT, number, size, root, at, previous }));
            }
        }
        notes
    }

    /// The file with these entries and leaves that fit them, and the given notes at their sizes.
    fn lines(&self, notes: &[String]) -> Vec<String> {
        let mut lines = vec![export::header(TENANT, self.entries.len() as u64)];
        let mut rest = self.signed_at.iter().zip(notes).peekable();
        for (at, text) in self.entries.iter().enumerate() {
            lines.push(export::entry_line(&merkle::leaf(text.as_bytes()), text));
            if let Some((_, note)) = rest.next_if(|(size, _)| **size == at as u64 + 1) {
                lines.push(export::checkpoint_line(note));
            }
        }
        lines
    }

    fn honest(&self) -> Vec<String> {
        self.lines(&self.notes(&signer()))
    }
}

fn check(lines: &[String]) -> Result<Report, FirstBad> {
    verify(lines.concat().as_bytes(), &keys())
}

fn sequence_of(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once("\"sequence\":")?;
    rest.split(',').next()?.parse().ok()
}

#[test]
fn an_honest_file_is_in_order() {
    let report = check(&Book::of(250, 100).honest()).unwrap();
    assert_eq!((report.entries, report.checkpoints, report.unsigned), (250, 3, 0));
    assert!(report.to_string().starts_with(
        "itsudemo/00000000-0000-0000-0000-00000000004d: in order; 250 entries under 3 checkpoints, signed until 2026-11-22T21:00:00.000000+09:00, root "
    ));
}

#[test]
fn a_thousand_random_tamperings_are_all_detected() {
    let book = Book::of(60, 20);
    let honest = book.honest();
    let runner = ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() };
    let tamperings = (0..7u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..=255u8);
    proptest!(runner, |((kind, pick, other, change) in tamperings)| {
        let mut lines = honest.clone();
        let at = pick.index(lines.len());
        let line = lines[at].clone();
        // the first entry that can be blamed, where it is certain
        let mut blame = sequence_of(&line);
        match kind {
            0 => { // flip a byte
                let mut bytes = line.clone().into_bytes();
                let byte = other.index(bytes.len());
                bytes[byte] ^= change;
                let whole: Vec<u8> = lines[..at].concat().into_bytes().into_iter().chain(bytes)
                    .chain(lines[at + 1..].concat().into_bytes()).collect();
                let bad = verify(whole.as_slice(), &keys()).unwrap_err();
                if let Some(seq) = blame { prop_assert_eq!(bad.seq, seq); }
                return Ok(());
            }
            1 => { lines.remove(at); } // delete
            2 => { // insert a forged entry that hashes well
                let text = entry(blame.unwrap_or(5), 99);
                lines.insert(at, export::entry_line(&merkle::leaf(text.as_bytes()), &text));
                blame = None;
            }
            3 => { // reorder
                let with = other.index(lines.len());
                prop_assume!(with != at);
                lines.swap(at, with);
                blame = match (blame, sequence_of(&honest[with])) {
                    (Some(one), Some(two)) => Some(one.min(two)),
                    _ => None,
                };
            }
            4 => { // truncate, also in the middle of a line
                let whole = lines.concat();
                let cut = other.index(whole.len());
                prop_assert!(verify(&whole.as_bytes()[..cut], &keys()).is_err());
                return Ok(());
            }
            5 => { // repeat
                lines.insert(at, line.clone());
                blame = blame.map(|seq| seq + 1);
                if honest.get(at + 1).is_some_and(|next| sequence_of(next).is_none()) { blame = None; }
            }
            _ => { // one entry and its leaf rewritten, the signatures kept
                let index = other.index(60);
                let mut forged = book.clone();
                forged.entries[index] = entry(index as u64 + 1, u64::from(change));
                let bad = check(&forged.lines(&book.notes(&signer()))).unwrap_err();
                let first = index as u64 / 20 * 20 + 1;
                prop_assert_eq!(bad, FirstBad { seq: first, why: Why::Root { first, last: first + 19 } });
                return Ok(());
            }
        }
        let bad = check(&lines).unwrap_err();
        if let Some(seq) = blame { prop_assert_eq!(bad.seq, seq); }
    });
}

#[test]
fn signing_anew_with_another_key_convinces_nobody() {
    let forger = Signer::new(&SigningSeed::new([6; 32]));
    let mut book = Book::of(60, 20);
    book.entries[30] = entry(31, 1);
    let notes = book.notes(&forger);
    let bad = check(&book.lines(&notes)).unwrap_err();
    assert_eq!(bad, FirstBad { seq: 1, why: Why::Checkpoint(NoteError::UnknownKey) });
    // only the checkpoints from the forged entry on
    let mixed = [&Book::of(60, 20).notes(&signer())[..1], &notes[1..]].concat();
    let bad = check(&book.lines(&mixed)).unwrap_err();
    assert_eq!(bad, FirstBad { seq: 21, why: Why::Checkpoint(NoteError::UnknownKey) });
}

#[test]
fn an_entry_taken_out_and_the_rest_numbered_anew_is_detected() {
    let mut book = Book::of(60, 20);
    let notes = book.notes(&signer());
    book.entries = (1..=59).map(|sequence| entry(sequence, u64::from(sequence > 40))).collect();
    book.signed_at = vec![20, 40, 59];
    let bad = check(&book.lines(&notes)).unwrap_err();
    assert_eq!(bad, FirstBad { seq: 60, why: Why::Missing { size: 60 } });
}

#[test]
fn a_checkpoint_taken_out_is_missed_by_the_next() {
    let mut lines = Book::of(60, 20).honest();
    lines.remove(42); // the header, 20 entries, a checkpoint, 20 entries
    let bad = check(&lines).unwrap_err();
    assert_eq!(bad, FirstBad { seq: 21, why: Why::CheckpointMissing { expected: 2, found: 3 } });
}

#[test]
fn a_journal_cut_back_to_an_older_checkpoint_is_caught_by_a_witness() {
    let (whole, cut) = (Book::of(60, 20), Book::of(40, 20));
    let kept = whole.notes(&signer());
    let file = cut.honest().concat();
    assert!(verify(file.as_bytes(), &keys()).is_ok());
    let bad = verify_with_witnesses(file.as_bytes(), &keys(), &[&kept[2]]).unwrap_err();
    assert_eq!(bad, FirstBad { seq: 41, why: Why::Missing { size: 60 } });
    // the same operator signing another history is caught too
    let mut other = whole.clone();
    other.entries[50] = entry(51, 1);
    let file = other.honest().concat();
    let bad = verify_with_witnesses(file.as_bytes(), &keys(), &[&kept[0], &kept[2]]).unwrap_err();
    assert_eq!(bad, FirstBad { seq: 41, why: Why::Witness });
}

#[test]
fn an_empty_file_and_an_empty_journal_are_told_apart() {
    assert_eq!(verify(&b""[..], &keys()).unwrap_err(), FirstBad { seq: 1, why: Why::Form });
    let report = check(&[export::header(TENANT, 0)]).unwrap();
    assert_eq!((report.entries, report.checkpoints), (0, 0));
}

/// Run with `cargo test -p audit --release -- --ignored --nocapture speed`.
#[test]
#[ignore = "measures; only meaningful in release"]
fn speed_of_verification() {
    let book = Book::of(400_000, 1_000);
    let file = book.honest().concat();
    let watch = Stopwatch::now();
    let report = verify(file.as_bytes(), &keys()).unwrap();
    let rate = report.entries as f64 / watch.elapsed().as_secs_f64();
    println!("{rate:.0} entries/s, {} bytes an entry", file.len() / 400_000);
    assert!(rate > 200_000.0);
}
