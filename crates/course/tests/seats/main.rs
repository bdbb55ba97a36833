//! Places of a class: never more than there are, never past the line, whatever happens at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod crowd;
mod fewer;
mod line;
mod merges;
mod places;
mod promises;
mod results;
mod told;
mod windows;

use std::ops::RangeInclusive;

use course::seats::{self, Applied, Capacity, Entry, Move, Paid, Role, SeatError, State, Way};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, PatronId, PersonId},
};
use serde_json::json;
use testkit::{MORNING, TestDb};
use uuid::Uuid;

macro_rules! tx {
    ($test:expr, |$tx:ident| $work:expr) => {
        $test.db.tenant(&$test.scope(kernel::Service::Course), async |$tx: &mut db::TenantTx| $work).await
    };
}
pub(crate) use tx;

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

fn draw_window(n: u128, k: u128) -> ApplicationWindowId {
    ApplicationWindowId::from_uuid(Uuid::from_u128(0xd9a0_0000 + n * 64 + k))
}

/// A window of a class that is decided by a draw, opened on this day and closed by now.
async fn window_for_draw(test: &TestDb, n: u128, k: u128, opened: &str) -> ApplicationWindowId {
    let (tenant, class, window) = (test.twins.first.tenant.uuid(), class_id(n).uuid(), draw_window(n, k).uuid());
    test.execute(&format!(
        "INSERT INTO course.application_windows (tenant_id, id, class_id, kind, label, opens_at, closes_at, admission, requires, \
           created_at, updated_at) VALUES ('{tenant}', '{window}', '{class}', 'resident', '抽選', '{opened}', '2026-11-01', 'draw', \
           '[]', '{opened}', now())"
    ))
    .await;
    draw_window(n, k)
}

/// A session of a class.
async fn session(test: &TestDb, n: u128, number: i32, starts_at: Instant) {
    let (tenant, class) = (test.twins.first.tenant.uuid(), class_id(n).uuid());
    let at = starts_at.format(&time::format_description::well_known::Rfc3339).unwrap();
    test.execute(&format!(
        "INSERT INTO course.sessions (tenant_id, id, class_id, number, local_date, starts_at, ends_at, state, created_at, updated_at) \
           VALUES ('{tenant}', gen_random_uuid(), '{class}', {number}, '{at}', '{at}', timestamptz '{at}' + interval '1 hour', \
           'scheduled', now(), now())"
    ))
    .await;
}

/// Nothing may be found.
async fn none(test: &TestDb, promise: &str, query: &str) {
    let sql = format!("DO $$ BEGIN IF EXISTS ({query}) THEN RAISE EXCEPTION '{promise}'; END IF; END $$");
    test.execute(&sql).await;
}

fn entry(n: u128, people: &[u128], total: i64, way: Way) -> Entry {
    Entry {
        id: CourseApplicationId::new(MORNING),
        class: class_id(n),
        window: window_id(n),
        party: Uuid::new_v4(),
        applicant: PatronId::from_uuid(Uuid::from_u128(7)),
        units: i32::try_from(people.len()).unwrap(),
        people: people.iter().map(|one| (person(*one), Role::Participant)).collect(),
        known_as: Vec::new(),
        households: Vec::new(),
        way,
        reason: None,
        despite: None,
        channel: "web",
        received_at: MORNING,
        receipt_code_hash: vec![0; 32],
        tier: 0,
        to_verify: false,
        snapshot: None,
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

/// Enters the draw of a window.
async fn enter(test: &TestDb, window: ApplicationWindowId, people: &[u128], total: i64) -> CourseApplicationId {
    let entry = Entry { window, ..entry(1, people, total, Way::Draw) };
    ask(test, &entry, MORNING).await.unwrap().application
}

/// Enters these people in the draw of a window, each alone.
async fn enter_all(
    test: &TestDb,
    window: ApplicationWindowId,
    people: RangeInclusive<u128>,
) -> Vec<CourseApplicationId> {
    let mut all = Vec::new();
    for n in people {
        all.push(enter(test, window, &[n], 0).await);
    }
    all
}

async fn leave(test: &TestDb, id: CourseApplicationId, to: State, now: Instant) -> Result<Vec<Move>, SeatError> {
    tx!(test, |tx| seats::leave(tx, class_id(1), id, to, Some(&test.remark("都合")), now).await)
}

async fn accept(test: &TestDb, id: CourseApplicationId, now: Instant) -> Result<Vec<Move>, SeatError> {
    tx!(test, |tx| seats::accept(tx, class_id(1), id, now).await)
}

async fn pay(test: &TestDb, id: CourseApplicationId, now: Instant) -> Paid {
    tx!(test, |tx| seats::pay(tx, class_id(1), id, now).await).unwrap()
}

async fn resize(test: &TestDb, capacity: i32, now: Instant) -> Vec<Move> {
    let to = Capacity { capacity, held_back: None, waiting_capacity: None };
    tx!(test, |tx| seats::resize(tx, class_id(1), to, &test.remark("部屋替え"), now).await).unwrap()
}

fn ends(moves: &[Move]) -> Vec<(CourseApplicationId, State)> {
    moves.iter().map(|one| (one.application, one.to)).collect()
}

/// Everybody's state, in this order.
async fn states(test: &TestDb, all: &[CourseApplicationId]) -> Vec<State> {
    let found = tx!(test, |tx| course::application::find_all(tx, all.to_vec()).await).unwrap();
    let state = |id| State::parse(&found.iter().find(|one| one.id == id).unwrap().state).unwrap();
    all.iter().map(|id| state(*id)).collect()
}
