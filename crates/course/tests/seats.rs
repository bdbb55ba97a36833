//! Places of a class: never more than there are, never past the line, whatever happens at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use course::seats::{self, Applied, Capacity, Drawn, Entry, Move, Paid, Role, SeatError, State, Way};
use db::TenantTx;
use futures_util::future::join_all;
use kernel::{
    Instant, Service,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, PatronId, PersonId},
};
use serde_json::json;
use testkit::{MORNING, TestDb};
use time::Duration;
use uuid::Uuid;

macro_rules! tx {
    ($test:expr, |$tx:ident| $work:expr) => {
        $test.db.tenant(&$test.scope(Service::Course), async |$tx: &mut TenantTx| $work).await
    };
}

fn class_id(n: u128) -> CourseClassId {
    CourseClassId::from_uuid(Uuid::from_u128(0xc1a5_0000 + n))
}

fn window_id(n: u128) -> ApplicationWindowId {
    ApplicationWindowId::from_uuid(Uuid::from_u128(0xa960_0000 + n))
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(0xbe60_0000 + n))
}

async fn house(connections: u32) -> TestDb {
    let test = TestDb::with_pool(connections).await;
    let tenant = test.twins.first.tenant.uuid();
    let id = Uuid::from_u128(1);
    test.execute(&format!(
        "INSERT INTO course.terms (tenant_id, id, code, name, starts_on, ends_on, created_at, updated_at) \
           VALUES ('{tenant}', '{id}', 'T', '前期', '2027-04-01', '2027-10-01', now(), now()); \
         INSERT INTO course.courses (tenant_id, id, code, title, genres, searchable, created_at, updated_at) \
           VALUES ('{tenant}', '{id}', 'C', '書道', '{{}}', '書道', now(), now())"
    ))
    .await;
    test
}

/// A published class of so many places, with one window.
async fn class(test: &TestDb, n: u128, capacity: i32, policy: &str) -> CourseClassId {
    let tenant = test.twins.first.tenant.uuid();
    let (class, window, parent) = (class_id(n).uuid(), window_id(n).uuid(), Uuid::from_u128(1));
    test.execute(&format!(
        "INSERT INTO course.classes (tenant_id, id, course_id, term_id, code, title, capacity_unit, max_party, admission, delivery, \
           group_policy, offer_minutes, payment_days, rules, state, created_at, updated_at) \
           VALUES ('{tenant}', '{class}', '{parent}', '{parent}', 'K{n}', '入門', 'person', 5, 'first_come', 'in_person', \
           '{policy}', 60, 7, '{{}}', 'published', now(), now()); \
         INSERT INTO course.places (tenant_id, class_id, capacity) VALUES ('{tenant}', '{class}', {capacity}); \
         INSERT INTO course.application_windows (tenant_id, id, class_id, kind, label, opens_at, closes_at, requires, created_at, \
           updated_at) VALUES ('{tenant}', '{window}', '{class}', 'general', '一般', '2026-01-01', '2028-01-01', '[]', now(), now())"
    ))
    .await;
    class_id(n)
}

/// Nothing may be found.
async fn none(test: &TestDb, promise: &str, query: &str) {
    let sql = format!("DO $$ BEGIN IF EXISTS ({query}) THEN RAISE EXCEPTION '{promise}'; END IF; END $$");
    test.execute(&sql).await;
}

fn entry(n: u128, people: &[u128], total: i64, way: Way) -> Entry {
    Entry {
        class: class_id(n),
        window: window_id(n),
        party: Uuid::new_v4(),
        applicant: PatronId::from_uuid(Uuid::from_u128(7)),
        units: i32::try_from(people.len()).unwrap(),
        people: people.iter().map(|one| (person(*one), Role::Participant)).collect(),
        way,
        reason: None,
        channel: "web",
        received_at: MORNING,
        receipt_code_hash: vec![0; 32],
        facts: json!({}),
        price: json!([]),
        total,
        form_version: None,
    }
}

async fn apply(test: &TestDb, people: &[u128], total: i64, now: Instant) -> Result<Applied, SeatError> {
    ask(test, &entry(1, people, total, Way::FirstCome), now).await
}

async fn ask(test: &TestDb, entry: &Entry, now: Instant) -> Result<Applied, SeatError> {
    tx!(test, |tx| seats::apply(tx, entry, now).await)
}

async fn leave(test: &TestDb, id: CourseApplicationId, to: State, now: Instant) -> Result<Vec<Move>, SeatError> {
    tx!(test, |tx| seats::leave(tx, class_id(1), id, to, Some("都合"), now).await)
}

async fn accept(test: &TestDb, id: CourseApplicationId, now: Instant) -> Result<Vec<Move>, SeatError> {
    tx!(test, |tx| seats::accept(tx, class_id(1), id, now).await)
}

async fn pay(test: &TestDb, id: CourseApplicationId, now: Instant) -> Paid {
    tx!(test, |tx| seats::pay(tx, class_id(1), id, now).await).unwrap()
}

async fn resize(test: &TestDb, capacity: i32, now: Instant) -> Vec<Move> {
    let to = Capacity { capacity, held_back: 0, waiting_capacity: None };
    tx!(test, |tx| seats::resize(tx, class_id(1), to, "部屋替え", now).await).unwrap()
}

fn ends(moves: &[Move]) -> Vec<(CourseApplicationId, State)> {
    moves.iter().map(|one| (one.application, one.to)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_waits_while_somebody_waits_even_when_a_place_is_free() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap();
    let family = apply(&test, &[2, 3, 4], 0, MORNING).await;
    assert!(matches!(family, Err(SeatError::PartyTooLarge { most: 2 })));
    let pair = apply(&test, &[2, 3], 0, MORNING).await.unwrap();
    let late = apply(&test, &[5], 0, MORNING).await.unwrap();
    assert_eq!((first.state, pair.state, late.state), (State::Admitted, State::Waitlisted, State::Waitlisted));
    assert_eq!((first.receipt_number, pair.receipt_number, late.receipt_number), (1, 2, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_during_a_rise_of_the_capacity_does_not_pass_the_line() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    apply(&test, &[1], 0, MORNING).await.unwrap();
    let waiting = apply(&test, &[2], 0, MORNING).await.unwrap();
    let newcomer = entry(1, &[3], 0, Way::FirstCome);
    let (moves, newcomer) = tokio::join!(resize(&test, 2, MORNING), ask(&test, &newcomer, MORNING));
    assert_eq!(ends(&moves), vec![(waiting.application, State::Offered)]);
    assert_eq!(newcomer.unwrap().state, State::Waitlisted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lower_capacity_puts_nobody_out_and_takes_effect_as_people_leave() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    let mut seated = Vec::new();
    for n in 1..=3 {
        seated.push(apply(&test, &[n], 0, MORNING).await.unwrap().application);
    }
    let waiting = apply(&test, &[4], 0, MORNING).await.unwrap().application;
    assert!(resize(&test, 2, MORNING).await.is_empty());
    let one = leave(&test, seated[0], State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&one), vec![(seated[0], State::Withdrawn)]);
    let two = leave(&test, seated[1], State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&two), vec![(seated[1], State::Withdrawn), (waiting, State::Offered)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_is_promoted_together_or_not_at_all() {
    let test = house(4).await;
    class(&test, 1, 4, "skip_if_not_fit").await;
    let mut seated = Vec::new();
    for n in 1..=4 {
        seated.push(apply(&test, &[n], 0, MORNING).await.unwrap().application);
    }
    let family = apply(&test, &[5, 6, 7], 3_000, MORNING).await.unwrap().application;
    for gone in &seated[..2] {
        assert_eq!(leave(&test, *gone, State::Withdrawn, MORNING).await.unwrap().len(), 1);
    }
    let moves = leave(&test, seated[2], State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves)[1], (family, State::Offered));
    let moves = accept(&test, family, MORNING).await.unwrap();
    assert_eq!(ends(&moves), vec![(family, State::PaymentDue)]);
    assert!(matches!(pay(&test, family, MORNING).await, Paid::Admitted(_)));
    assert!(matches!(pay(&test, family, MORNING).await, Paid::Already(_)));
    let few = format!(
        "SELECT FROM course.enrolments WHERE application_id = '{}' AND state = 'active' HAVING count(*) <> 3",
        family.uuid()
    );
    none(&test, "each of the family takes part", &few).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_passed_is_the_choice_of_the_class() {
    for (policy, promoted) in [("strict_head", 0), ("skip_if_not_fit", 1)] {
        let test = house(4).await;
        class(&test, 1, 2, policy).await;
        let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
        apply(&test, &[2], 0, MORNING).await.unwrap();
        apply(&test, &[3, 4], 0, MORNING).await.unwrap();
        let single = apply(&test, &[5], 0, MORNING).await.unwrap().application;
        let moves = leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
        assert_eq!(moves.iter().filter(|one| one.application == single).count(), promoted, "{policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_runs_out_goes_to_the_next_whether_or_not_anybody_tidies_up() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    let third = apply(&test, &[3], 0, MORNING).await.unwrap().application;
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    let over = MORNING + Duration::minutes(60);
    assert!(matches!(accept(&test, second, over).await, Err(SeatError::Over)));
    let found = tx!(test, |tx| seats::overdue(tx, over, 10).await).unwrap();
    assert_eq!(found, vec![class_id(1)]);
    let newcomer = apply(&test, &[4], 0, over).await.unwrap();
    let told = ends(&newcomer.moves);
    assert_eq!(told[..2], [(second, State::Expired), (third, State::Offered)]);
    assert_eq!(newcomer.state, State::Waitlisted);
    assert!(tx!(test, |tx| seats::overdue(tx, over, 10).await).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_accepted_at_the_last_moment_and_not_after() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    let last = MORNING + Duration::minutes(60) - Duration::microseconds(1);
    assert_eq!(ends(&accept(&test, second, last).await.unwrap()), vec![(second, State::Admitted)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_admits_only_into_a_place_that_nobody_waits_for() {
    let (late, far) = (MORNING + Duration::days(10), MORNING + Duration::days(20));
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 1_000, MORNING).await.unwrap().application;
    assert!(matches!(pay(&test, first, late).await, Paid::Admitted(moves) if moves.len() == 2));
    leave(&test, first, State::Withdrawn, late).await.unwrap();
    let second = apply(&test, &[2], 1_000, late).await.unwrap().application;
    let third = apply(&test, &[3], 1_000, late).await.unwrap().application;
    let Paid::Lost(moves) = pay(&test, second, far).await else { panic!("somebody waited") };
    assert_eq!(ends(&moves), vec![(second, State::Expired), (third, State::Offered)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_of_who_applied_again_goes_back() {
    let late = MORNING + Duration::days(10);
    let test = house(4).await;
    class(&test, 1, 5, "strict_head").await;
    let first = apply(&test, &[1], 1_000, MORNING).await.unwrap().application;
    apply(&test, &[1], 1_000, late).await.unwrap();
    assert!(matches!(pay(&test, first, late).await, Paid::Lost(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promoted_place_given_up_comes_back_once() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    let third = apply(&test, &[3], 0, MORNING).await.unwrap().application;
    let fourth = apply(&test, &[4], 0, MORNING).await.unwrap().application;
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    accept(&test, second, MORNING).await.unwrap();
    let moves = leave(&test, second, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves), vec![(second, State::Withdrawn), (third, State::Offered)]);
    assert!(matches!(accept(&test, second, MORNING).await, Err(SeatError::State(State::Withdrawn))));
    assert!(matches!(leave(&test, second, State::Withdrawn, MORNING).await, Err(SeatError::State(_))));
    let moves = leave(&test, third, State::Declined, MORNING).await.unwrap();
    assert_eq!(ends(&moves)[1], (fourth, State::Offered));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_never_has_two_active_applications_to_a_class() {
    let test = house(8).await;
    class(&test, 1, 9, "strict_head").await;
    let entries: Vec<Entry> = (2..=8).map(|other| entry(1, &[1, other], 0, Way::FirstCome)).collect();
    let tries = join_all(entries.iter().map(|entry| ask(&test, entry, MORNING))).await;
    let taken: Vec<_> = tries.iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    for refused in tries.iter().filter_map(|one| one.as_ref().err()) {
        assert!(matches!(refused, SeatError::AlreadyApplied(persons) if persons[..] == [person(1)]));
    }
    leave(&test, taken[0].application, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(apply(&test, &[1], 0, MORNING).await.unwrap().state, State::Admitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_called_off_ends_everything_and_promotes_nobody() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    let moves = tx!(test, |tx| seats::cancel_class(tx, class_id(1), "講師急病", MORNING).await).unwrap();
    let told: BTreeMap<_, _> = ends(&moves).into_iter().collect();
    assert_eq!(told, BTreeMap::from([(first, State::ClassCancelled), (second, State::ClassCancelled)]));
    assert!(matches!(apply(&test, &[3], 0, MORNING).await, Err(SeatError::Closed(state)) if state == "cancelled"));
    let again = tx!(test, |tx| seats::cancel_class(tx, class_id(1), "講師急病", MORNING).await);
    assert!(matches!(again, Err(SeatError::Closed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_seats_past_the_line_only_with_a_reason_and_from_what_is_held_back() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    let held = Capacity { capacity: 2, held_back: 1, waiting_capacity: Some(1) };
    tx!(test, |tx| seats::resize(tx, class_id(1), held, "関係者枠", MORNING).await).unwrap();
    apply(&test, &[1], 0, MORNING).await.unwrap();
    assert_eq!(apply(&test, &[2], 0, MORNING).await.unwrap().state, State::Waitlisted);
    assert!(matches!(apply(&test, &[3], 0, MORNING).await, Err(SeatError::Full)));
    let silent = entry(1, &[4], 0, Way::Staff);
    assert!(matches!(ask(&test, &silent, MORNING).await, Err(SeatError::NoReason)));
    let told = Entry { reason: Some("市長推薦".into()), ..silent };
    assert_eq!(ask(&test, &told, MORNING).await.unwrap().state, State::Admitted);
    let more = Entry { people: vec![(person(5), Role::Participant)], ..told };
    assert!(matches!(ask(&test, &more, MORNING).await, Err(SeatError::Full)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_in_the_line_is_kept_and_who_comes_after_is_last() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let mut line = Vec::new();
    for n in 2..=4 {
        line.push(apply(&test, &[n], 0, MORNING).await.unwrap().application);
    }
    let work = |position| {
        let (test, id) = (&test, line[2]);
        async move { tx!(test, |tx| seats::reorder(tx, class_id(1), id, position, "聴覚障害", MORNING).await) }
    };
    assert!(matches!(work(0).await, Err(SeatError::NoPosition(3))));
    assert!(matches!(work(4).await, Err(SeatError::NoPosition(3))));
    assert!(work(1).await.unwrap().is_empty());
    let last = apply(&test, &[5], 0, MORNING).await.unwrap().application;
    let mut gone = seated;
    for next in [line[2], line[0], line[1], last] {
        let moves = leave(&test, gone, State::Withdrawn, MORNING).await.unwrap();
        assert_eq!(ends(&moves)[1], (next, State::Offered));
        gone = next;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_seats_as_far_as_the_places_reach_and_the_rest_wait_in_its_order() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    let mut entered = Vec::new();
    for people in [&[1][..], &[2, 3], &[4], &[5], &[6]] {
        let applied = ask(&test, &entry(1, people, 0, Way::Draw), MORNING).await.unwrap();
        assert_eq!(applied.draw_number, Some(applied.receipt_number));
        entered.push(applied.application);
    }
    // one of the winners withdraws between the draw and its publication
    leave(&test, entered[0], State::Withdrawn, MORNING).await.unwrap();
    let drawn = Drawn { seated: vec![entered[1], entered[0]], standby: vec![entered[3], entered[2]] };
    let moves = tx!(test, |tx| seats::settle_draw(tx, class_id(1), window_id(1), &drawn, MORNING).await).unwrap();
    let expected = [
        (entered[1], State::Admitted),
        (entered[3], State::Waitlisted),
        (entered[2], State::Waitlisted),
        (entered[4], State::Lost),
        (entered[3], State::Offered),
    ];
    assert_eq!(ends(&moves), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_screened_is_seated_in_line_or_turned_down_with_a_reason() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let mut asked = Vec::new();
    for n in 1..=3 {
        let applied = ask(&test, &entry(1, &[n], 0, Way::Screening), MORNING).await.unwrap();
        assert_eq!(applied.state, State::Screening);
        asked.push(applied.application);
    }
    let admit = |id| {
        let test = &test;
        async move { tx!(test, |tx| seats::admit(tx, class_id(1), id, MORNING).await) }
    };
    assert_eq!(ends(&admit(asked[0]).await.unwrap()), vec![(asked[0], State::Admitted)]);
    assert_eq!(ends(&admit(asked[1]).await.unwrap()), vec![(asked[1], State::Waitlisted)]);
    let silent = tx!(test, |tx| seats::leave(tx, class_id(1), asked[2], State::Rejected, Some(" "), MORNING).await);
    assert!(matches!(silent, Err(SeatError::NoReason)));
    leave(&test, asked[2], State::Rejected, MORNING).await.unwrap();
    assert!(matches!(admit(asked[2]).await, Err(SeatError::State(State::Rejected))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_finds_nothing() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let scope = test.neighbour(Service::Course);
    let entry = entry(1, &[1], 0, Way::FirstCome);
    let work = async |tx: &mut TenantTx| seats::apply(tx, &entry, MORNING).await;
    assert!(matches!(test.db.tenant(&scope, work).await, Err(SeatError::Absent)));
}

/// A number that depends on nothing but this one (splitmix64).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const CLASSES: u64 = 40;
const OPERATIONS: u64 = 20_000;

/// What the crowd did, by kind: tried and done.
#[derive(Default)]
struct Crowd {
    known: Vec<Mutex<Vec<CourseApplicationId>>>,
    done: Mutex<BTreeMap<&'static str, u32>>,
}

impl Crowd {
    fn note(&self, class: u64, outcome: Result<(&'static str, Vec<Move>), SeatError>) {
        match outcome {
            Ok((kind, moves)) => {
                *self.done.lock().unwrap().entry(kind).or_default() += 1;
                let made = moves.iter().filter(|one| one.from.is_none()).map(|one| one.application);
                self.known[class as usize].lock().unwrap().extend(made);
            }
            Err(SeatError::Fault(fault)) => panic!("{fault:?}"),
            Err(_) => *self.done.lock().unwrap().entry("refused").or_default() += 1,
        }
    }

    fn any(&self, class: u64, pick: u64) -> Option<CourseApplicationId> {
        let known = self.known[class as usize].lock().unwrap();
        let count = u64::try_from(known.len()).unwrap();
        // mostly the latest: the oldest are over
        (count > 0).then(|| known[usize::try_from(count - 1 - pick % count.min(40)).unwrap()])
    }

    async fn step(&self, test: &TestDb, n: u64) {
        let (class, dice, pick) = (mixed(n) % CLASSES, mixed(n ^ 0xd1ce) % 100, mixed(n ^ 0x91c4));
        let id = class_id(u128::from(class));
        let now = MORNING + Duration::seconds(8 * i64::try_from(n).unwrap());
        let outcome = match (dice, self.any(class, pick)) {
            (30..60, Some(one)) => {
                let ended = [State::Withdrawn, State::Declined, State::Revoked][usize::try_from(pick % 3).unwrap()];
                tx!(test, |tx| seats::leave(tx, id, one, ended, Some("都合"), now).await).map(|moves| ("left", moves))
            }
            (60..72, Some(one)) => {
                tx!(test, |tx| seats::accept(tx, id, one, now).await).map(|moves| ("accepted", moves))
            }
            (72..88, Some(one)) => tx!(test, |tx| seats::pay(tx, id, one, now).await).map(|paid| match paid {
                Paid::Admitted(moves) => ("paid", moves),
                Paid::Already(moves) => ("paid twice", moves),
                Paid::Lost(moves) => ("paid in vain", moves),
            }),
            (88..94, _) => tx!(test, |tx| seats::expire(tx, id, now).await).map(|moves| ("swept", moves)),
            (94..98, _) => {
                let to = Capacity {
                    // half of the classes are never full for long
                    capacity: i32::try_from(3 + pick % 12 + class / 2 % 2 * 120).unwrap(),
                    held_back: i32::try_from(pick / 64 % 3).unwrap(),
                    waiting_capacity: None,
                };
                tx!(test, |tx| seats::resize(tx, id, to, "変更", now).await).map(|moves| ("resized", moves))
            }
            (98.., Some(one)) => {
                let place = usize::try_from(1 + pick % 3).unwrap();
                tx!(test, |tx| seats::reorder(tx, id, one, place, "事情", now).await).map(|moves| ("reordered", moves))
            }
            _ => {
                let people: Vec<u128> = (0..1 + pick % 3).map(|at| u128::from((pick / 7 + at * 31) % 400)).collect();
                let total = if pick.is_multiple_of(2) { 0 } else { 5_000 };
                let entry = entry(u128::from(class), &people, total, Way::FirstCome);
                tx!(test, |tx| seats::apply(tx, &entry, now).await).map(|applied| ("applied", applied.moves))
            }
        };
        self.note(class, outcome);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_at_once_break_none_of_the_promises() {
    let test = house(24).await;
    for n in 0..u128::from(CLASSES) {
        class(&test, n, 8, if n % 2 == 0 { "strict_head" } else { "skip_if_not_fit" }).await;
    }
    // what is not paid on the day it is due runs out at midnight
    test.execute("UPDATE course.classes SET payment_days = 0").await;
    let known = (0..CLASSES).map(|_| Mutex::new(Vec::new())).collect();
    let crowd = Crowd { known, ..Crowd::default() };
    let next = AtomicU64::new(0);
    let workers = (0..24).map(|_| async {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= OPERATIONS {
                break;
            }
            crowd.step(&test, n).await;
        }
    });
    join_all(workers).await;
    let done = crowd.done.lock().unwrap().clone();
    for kind in ["applied", "left", "accepted", "paid", "paid in vain", "swept", "resized", "reordered", "refused"] {
        assert!(done.get(kind).is_some_and(|times| *times > 20), "{kind} hardly happened: {done:?}");
    }
    for kind in ["confirmed", "promoted", "expired", "readmitted", "waitlisted"] {
        let rare = format!("SELECT FROM course.application_events WHERE kind = '{kind}' HAVING count(*) < 20");
        none(&test, &format!("{kind} hardly happened"), &rare).await;
    }
    for (promise, query) in PROMISES {
        none(&test, promise, query).await;
    }
}

const PROMISES: [(&str, &str); 9] = [
    (
        "what is taken is what is held",
        "SELECT FROM course.places AS p WHERE p.taken <> (SELECT coalesce(sum(a.units), 0) FROM course.applications AS a \
         WHERE a.tenant_id = p.tenant_id AND a.class_id = p.class_id AND a.state IN ('offered', 'payment_due', 'admitted'))",
    ),
    (
        "what is taken never grows above the capacity",
        "SELECT FROM course.application_events AS e LEFT JOIN course.application_events AS b \
         ON b.tenant_id = e.tenant_id AND b.class_id = e.class_id AND b.number = e.number - 1 \
         WHERE e.taken > coalesce(b.taken, 0) AND e.taken > e.capacity",
    ),
    (
        "nobody is seated at once while somebody waits",
        "SELECT FROM course.application_events WHERE kind IN ('confirmed', 'readmitted') AND head IS NOT NULL",
    ),
    (
        "nobody is active twice in a class",
        "SELECT FROM course.application_people AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
         AND a.id = p.application_id WHERE a.state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due', 'admitted') \
         GROUP BY p.tenant_id, p.class_id, p.person_id HAVING count(*) > 1",
    ),
    (
        "the record has no gaps",
        "SELECT FROM course.application_events AS e JOIN course.places AS p ON p.tenant_id = e.tenant_id \
         AND p.class_id = e.class_id GROUP BY e.tenant_id, e.class_id, p.event_number \
         HAVING count(*) <> max(e.number) OR max(e.number) <> p.event_number",
    ),
    (
        "nobody waits at the head who would fit",
        "SELECT FROM course.places AS p JOIN course.classes AS c ON c.tenant_id = p.tenant_id AND c.id = p.class_id \
         JOIN LATERAL (SELECT a.units FROM course.applications AS a WHERE a.tenant_id = p.tenant_id AND a.class_id = p.class_id \
           AND a.state = 'waitlisted' ORDER BY a.waiting_key LIMIT CASE c.group_policy WHEN 'strict_head' THEN 1 END) AS w ON true \
         WHERE w.units <= p.capacity - p.held_back - p.taken",
    ),
    (
        "people are active as their application is",
        "SELECT FROM course.application_people AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
         AND a.id = p.application_id WHERE p.active <> \
         (a.state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due', 'admitted'))",
    ),
    (
        "exactly who is admitted takes part",
        "SELECT FROM course.application_people AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
         AND a.id = p.application_id LEFT JOIN course.enrolments AS e ON e.tenant_id = p.tenant_id \
         AND e.application_id = p.application_id AND e.person_id = p.person_id AND e.state = 'active' \
         WHERE (a.state = 'admitted') <> (e.id IS NOT NULL)",
    ),
    (
        "no two wait at the same place",
        "SELECT FROM course.applications WHERE state = 'waitlisted' GROUP BY tenant_id, class_id, waiting_key HAVING count(*) > 1",
    ),
];
