//! How long a draw of 10,000 entries with five wishes each takes, and the check of its proof.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use draw::{Entry, Mode, Rules, Slot, SlotRules, Wish, Word, run, verify};

fn main() {
    let id = |n: u32| format!("slot-{:04}", n % 3_000);
    let slots = (0..3_000).map(|n| Slot { id: id(n), room: format!("room-{}", n % 40), atoms: Vec::new() }).collect();
    let draw = SlotRules { slots, wins_per_applicant: 2, slots_per_applicant: 2, shares: Vec::new(), runners_up: 5 };
    let entry = |n: u32| Entry {
        applicant: format!("group-{n}"),
        id: format!("entry-{n}"),
        tier: n % 2,
        wishes: (0..5).map(|wish| Wish::Slot(id(n * 7 + wish * 601))).collect(),
        units: None,
        splittable: false,
    };
    let rules = Rules { beacon: None, draw: Mode::RoundRobin(draw) };
    let start = Instant::now();
    let proof = run(rules, (0..10_000).map(entry).collect(), Word([7; 32]), None).unwrap();
    println!("drawn in {:?}", start.elapsed());
    let start = Instant::now();
    verify(&proof).unwrap();
    println!("verified in {:?}", start.elapsed());
}
