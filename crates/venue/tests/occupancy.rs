//! Nothing is ever there twice, and nobody waits in a circle.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::collections::{BTreeMap, BTreeSet};

use db::Fault;
use futures_util::future::join_all;
use kernel::{Instant, Service, ids::AtomId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use testkit::{MORNING, TestDb};
use time::Duration;
use uuid::Uuid;
use venue::{
    occupancy::{self, Claim, ClaimError, SourceKind},
    span::Span,
};

fn atom(n: u128) -> AtomId {
    AtomId::from_uuid(Uuid::from_u128(0x0193_6000_0000_7000_8000_0000_0000_a000 + n))
}

/// A hall of four parts.
async fn hall(connections: u32) -> TestDb {
    let test = TestDb::with_pool(connections).await;
    let (tenant, facility) = (test.twins.first.tenant.uuid(), Uuid::from_u128(1));
    test.execute(&format!(
        "INSERT INTO venue.facilities (tenant_id, id, code, name, effective_from, created_at, updated_at) \
         VALUES ('{tenant}', '{facility}', 'F', '会館', '2026-01-01', now(), now())"
    ))
    .await;
    for n in 1..=4 {
        test.execute(&format!(
            "INSERT INTO venue.atoms (tenant_id, id, facility_id, label, created_at) \
             VALUES ('{tenant}', '{}', '{facility}', 'A{n}', now())",
            atom(n).uuid()
        ))
        .await;
    }
    test
}

fn hours(from: i64, until: i64) -> Span {
    Span::new(MORNING + Duration::hours(from), MORNING + Duration::hours(until)).unwrap()
}

fn wish(atoms: &[u128], during: Span) -> Claim {
    Claim { source: Uuid::new_v4(), room: None, atoms: atoms.iter().map(|n| atom(*n)).collect(), during }
}

async fn claim(test: &TestDb, claims: &[Claim], until: Option<Instant>) -> Result<(), ClaimError> {
    let work = async |tx: &mut db::TenantTx| occupancy::claim(tx, SourceKind::Hire, claims, until).await;
    test.db.tenant(&test.scope(Service::Venue), work).await
}

async fn expire(test: &TestDb, claims: &[Claim], now: Instant) -> usize {
    let work = async |tx: &mut db::TenantTx| -> Result<usize, Fault> { occupancy::expire(tx, claims, now).await };
    test.db.tenant(&test.scope(Service::Venue), work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_who_rush_a_divisible_hall_no_two_overlap_and_every_part_is_taken_by_somebody() {
    let test = hall(64).await;
    let rooms: [&[u128]; 7] = [&[1, 2, 3, 4], &[1, 2], &[3, 4], &[1], &[2], &[3], &[4]];
    for round in 0..5 {
        let slot = hours(round * 4, round * 4 + 4);
        let wishes: Vec<_> = (0..64).map(|n| [wish(rooms[n % 7], slot)]).collect();
        let answers = join_all(wishes.iter().map(|wish| claim(&test, wish, None))).await;
        let mut taken = BTreeSet::new();
        for (wish, answer) in wishes.iter().zip(&answers) {
            match answer {
                Ok(()) => assert!(wish[0].atoms.iter().all(|atom| taken.insert(*atom)), "an atom was given twice"),
                Err(ClaimError::Taken { sources }) => assert_eq!(sources, &[wish[0].source]),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(taken.len(), 4, "some part stayed empty although many wanted it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_that_cross_each_other_in_any_order_end_without_a_deadlock() {
    let test = hall(32).await;
    let slot = hours(0, 4);
    let wishes: Vec<_> = (0..64u128)
        .map(|n| {
            let mut atoms = [1 + n % 4, 1 + (n + 1) % 4];
            if n % 2 == 0 {
                atoms.reverse();
            }
            [wish(&atoms, slot), wish(&[1 + (n + 2) % 4], hours(2, 6))]
        })
        .collect();
    let answers = join_all(wishes.iter().map(|wish| claim(&test, wish, None))).await;
    assert!(answers.iter().any(Result::is_ok));
    assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(ClaimError::Taken { .. }))), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_takes_everything_or_nothing() {
    let test = hall(4).await;
    claim(&test, &[wish(&[2], hours(0, 2))], None).await.unwrap();
    let wide = [wish(&[1, 2], hours(1, 3)), wish(&[3], hours(1, 3))];
    let Err(ClaimError::Taken { sources }) = claim(&test, &wide, None).await else { panic!("it overlaps") };
    assert_eq!(sources, [wide[0].source]);
    claim(&test, &[wish(&[1], hours(1, 3)), wish(&[3], hours(1, 3))], None).await.expect("nothing was kept of it");
    claim(&test, &[wish(&[2], hours(2, 3))], None).await.expect("the end of one is the beginning of the next");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stands_in_the_way_until_its_deadline_and_not_a_moment_longer() {
    let test = hall(4).await;
    let (slot, deadline) = (hours(0, 2), MORNING + Duration::minutes(10));
    let held = wish(&[1, 2], slot);
    claim(&test, std::slice::from_ref(&held), Some(deadline)).await.unwrap();
    let next = [wish(&[2, 3], slot)];
    assert_eq!(expire(&test, &next, deadline - Duration::microseconds(1)).await, 0);
    assert!(claim(&test, &next, None).await.is_err());
    assert_eq!(expire(&test, &next, deadline).await, 1, "only what stands in the way");
    claim(&test, &next, None).await.unwrap();
    let kept = async |tx: &mut db::TenantTx| -> Result<usize, Fault> {
        occupancy::keep(tx, &[held.source], None, deadline - Duration::minutes(1)).await
    };
    let kept = test.db.tenant(&test.scope(Service::Venue), kept).await.unwrap();
    assert_eq!(kept, 1, "fewer than it had: the hold is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbours_hall_is_another_hall() {
    let test = hall(4).await;
    let slot = [wish(&[1], hours(0, 2))];
    claim(&test, &slot, None).await.unwrap();
    let work = async |tx: &mut db::TenantTx| occupancy::release(tx, &[slot[0].source]).await;
    assert_eq!(test.db.tenant(&test.neighbour(Service::Venue), work).await.unwrap(), 0);
    let work = async |tx: &mut db::TenantTx| occupancy::release(tx, &[slot[0].source]).await;
    assert_eq!(test.db.tenant(&test.scope(Service::Venue), work).await.unwrap(), 1);
}

/// One step of a random day.
#[derive(Debug, Clone)]
enum Step {
    Claim {
        atoms: BTreeSet<u128>,
        from: i64,
        hours: i64,
    },
    /// Gives back the nth claim that stands.
    Release(usize),
    /// Moves the nth claim that stands, in one transaction.
    Move {
        nth: usize,
        from: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (prop::collection::btree_set(1u128..=4, 1..=4), 0i64..20, 1i64..6)
            .prop_map(|(atoms, from, hours)| Step::Claim { atoms, from, hours }),
        1 => (0usize..8).prop_map(Step::Release),
        2 => (0usize..8, 0i64..20).prop_map(|(nth, from)| Step::Move { nth, from }),
    ]
}

#[test]
fn random_claims_moves_and_releases_end_as_a_model_of_intervals_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let days = prop::collection::vec(step(), 1..30);
    runner
        .run(&days, |steps| {
            runtime.block_on(async {
                let test = hall(2).await;
                let mut model: BTreeMap<Uuid, Claim> = BTreeMap::new();
                for step in steps {
                    play(&test, &mut model, step).await;
                }
            });
            Ok(())
        })
        .unwrap();
}

async fn play(test: &TestDb, model: &mut BTreeMap<Uuid, Claim>, step: Step) {
    let free = |model: &BTreeMap<Uuid, Claim>, claim: &Claim| {
        let clash = |other: &&Claim| {
            other.during.overlaps(claim.during) && other.atoms.iter().any(|atom| claim.atoms.contains(atom))
        };
        !model.values().any(|other| clash(&other))
    };
    match step {
        Step::Claim { atoms, from, hours: length } => {
            let claim_of = wish(&atoms.into_iter().collect::<Vec<_>>(), hours(from, from + length));
            let expected = free(model, &claim_of);
            assert_eq!(claim(test, std::slice::from_ref(&claim_of), None).await.is_ok(), expected);
            if expected {
                model.insert(claim_of.source, claim_of);
            }
        }
        Step::Release(nth) => {
            let Some(source) = model.keys().nth(nth).copied() else { return };
            let gone = model.remove(&source).unwrap();
            let work = async |tx: &mut db::TenantTx| occupancy::release(tx, &[source]).await;
            let given = test.db.tenant(&test.scope(Service::Venue), work).await.unwrap();
            assert_eq!(given, gone.atoms.len());
        }
        Step::Move { nth, from } => {
            let Some(source) = model.keys().nth(nth).copied() else { return };
            let old = model.remove(&source).unwrap();
            let moved = Claim { during: hours(from, from + old.during.minutes() / 60), ..old.clone() };
            let expected = free(model, &moved);
            let work = async |tx: &mut db::TenantTx| {
                occupancy::release(tx, &[source]).await?;
                occupancy::claim(tx, SourceKind::Hire, std::slice::from_ref(&moved), None).await
            };
            let done = test.db.tenant(&test.scope(Service::Venue), work).await;
            assert_eq!(done.is_ok(), expected, "its own time is no obstacle, another's is");
            model.insert(source, if expected { moved } else { old });
        }
    }
}
