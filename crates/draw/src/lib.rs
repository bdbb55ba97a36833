//! One fair draw (抽選) for every service: anybody can compute it again from what is published.
//!
//! Pure: no clock, no database and no randomness of its own; the seed is handed in. How a draw is proven:
//! 1. before the window opens, [`commitment`] of a secret seed and [`rules_hash`] are published;
//! 2. at the close the entries are frozen, with the seats that are free where the rules say so, and [`entries_hash`] is published;
//! 3. the public value that the rules named beforehand, if any, is mixed in, and [`run`] draws;
//! 4. the [`Proof`] is published with the seed, and [`verify`] computes all of it again.
//!
//! The operator cannot steer it (the public value is unknown at the freeze), nor can its source (the seed is committed).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

mod canonical;
mod capacity;
mod entry;
mod proof;
mod rules;
mod seed;
mod slots;
mod word;

pub use capacity::{CapacityResult, Party, Seated, Standby, seat};
pub use entry::{Entry, Frozen, Wish};
pub use proof::{Mismatch, Outcome, Proof, VERSION, Verdict, run, verify};
pub use rules::{CapacityRules, GroupPolicy, Mode, Reserved, Rules, Share, Slot, SlotRules, Unfit};
pub use seed::{Ranked, commitment, derive, entries_hash, order, rules_hash};
pub use slots::{RunnersUp, SlotResult, Win};
pub use word::Word;
