//! What may happen in a house, in any order.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tariff::hire::Cause;
use time::Duration;
use venue::hire_hold::LASTS;

use super::book::{PIANOS, Wish};
use crate::stage::{MICROPHONES, ROOMS};

/// As long as there is to pay, or to mend.
pub const GIVEN: Duration = Duration::hours(3);

#[derive(Debug, Clone)]
pub enum Step {
    Hold(Vec<Wish>),
    Extend(usize),
    Release(usize),
    Apply(usize),
    Return(usize),
    Mend(usize),
    Refuse(usize),
    Approve(usize),
    Pay(usize),
    /// Some hires of an application, each by its place.
    Change(usize, Vec<(usize, Wish)>),
    /// One hire of an application, by its place.
    CancelHire(usize, usize, Cause),
    Cancel(usize, Cause),
    /// Somebody tidies up.
    Lapse(usize),
    /// Some rooms, or the whole house.
    Close {
        rooms: BTreeSet<usize>,
        day: i64,
        days: i64,
    },
    Lift(usize),
    Wait(Duration),
}

fn wish() -> impl Strategy<Value = Wish> {
    let slots = (0usize..3).prop_flat_map(|from| (Just(from), from..3));
    let some = |most: i32| prop_oneof![2 => Just(0), 1 => 1..=most];
    (0..ROOMS.len(), 0i64..3, slots, some(PIANOS), some(MICROPHONES))
        .prop_map(|(room, day, slots, pianos, microphones)| Wish { room, day, slots, items: [pianos, microphones] })
}

/// One to three, mostly with the rooms that they are never hired without.
fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    (prop::collection::vec(wish(), 1..=3), prop::bool::weighted(0.8)).prop_map(|(mut wishes, along)| {
        let with = |one: &Wish| ROOMS[one.room].needs.map(|room| Wish { room, items: [0; 2], ..*one });
        let more: Vec<Wish> = wishes.iter().filter(|_| along).filter_map(with).collect();
        wishes.extend(more);
        wishes
    })
}

/// What somebody does next.
pub fn step() -> impl Strategy<Value = Step> {
    let which = || 0usize..50;
    let cause = || prop_oneof![Just(Cause::User), Just(Cause::House)];
    let moves = prop::collection::vec((0usize..6, wish()), 1..=2);
    let rooms = prop::collection::btree_set(0..ROOMS.len(), 0..=2);
    prop_oneof![
        8 => wishes().prop_map(Step::Hold),
        6 => which().prop_map(Step::Apply),
        4 => which().prop_map(Step::Approve),
        4 => which().prop_map(Step::Pay),
        4 => (which(), moves).prop_map(|(which, moves)| Step::Change(which, moves)),
        3 => (which(), 0usize..6, cause()).prop_map(|(which, place, cause)| Step::CancelHire(which, place, cause)),
        3 => prop_oneof![
            (which(), cause()).prop_map(|(which, cause)| Step::Cancel(which, cause)),
            which().prop_map(Step::Refuse),
            which().prop_map(Step::Release),
        ],
        4 => prop_oneof![
            which().prop_map(Step::Extend),
            which().prop_map(Step::Return),
            which().prop_map(Step::Mend),
            which().prop_map(Step::Lapse),
        ],
        2 => (rooms, 0i64..3, 1i64..3).prop_map(|(rooms, day, days)| Step::Close { rooms, day, days }),
        1 => which().prop_map(Step::Lift),
        2 => prop_oneof![Just(LASTS + Duration::MINUTE), Just(GIVEN)].prop_map(Step::Wait),
    ]
}
