//! A crowd: applications, draws, screenings, withdrawals of parties and of some of them, payments, expiries and changes of the
//! capacity, all at once.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use course::{
    application::PriceLine,
    draw::{self, Announcement, DrawError},
    listing,
    seats::{self, Capacity, Drawn, Entry, Leaving, Move, Paid, SeatError, State, Way},
};
use db::{Fault, Remark};
use futures_util::future::join_all;
use kernel::{
    Instant, SealKey,
    ids::{CourseApplicationId, CourseClassId, DrawId, FeeId, PersonId},
};
use testkit::{MORNING, TestDb};
use time::Duration;
use uuid::Uuid;

use crate::{ask, class, class_id, draw_window, entry, house, none, promises::none_broken, tx, window_for_draw};

/// A number that depends on nothing but this one (splitmix64).
pub fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const CLASSES: u64 = 40;
const OPERATIONS: u64 = 20_000;
const CONNECTIONS: u32 = 24;
/// Windows of each class that are decided by a draw: half of them opened before the one in which the first come is served.
const DRAWS: u32 = 16;

/// Whether a class has draws and screenings. Where it has none, nobody is undecided, and everybody who waits is offered what they fit.
const fn decides(class: u64) -> bool {
    !(class / 4).is_multiple_of(5)
}

/// Why something did not happen.
enum Refused {
    Rule,
    Fault(Fault),
}

impl From<SeatError> for Refused {
    fn from(error: SeatError) -> Self {
        if let SeatError::Fault(fault) = error { Self::Fault(fault) } else { Self::Rule }
    }
}

impl From<DrawError> for Refused {
    fn from(error: DrawError) -> Self {
        match error {
            DrawError::Fault(fault) => Self::Fault(fault),
            DrawError::Seats(error) => error.into(),
            _ => Self::Rule,
        }
    }
}

/// How far the draws of a class are.
#[derive(Default)]
struct Running {
    window: u32,
    draw: Option<DrawId>,
}

/// What is known of a class.
#[derive(Default)]
struct Known {
    applications: Mutex<Vec<CourseApplicationId>>,
    screened: Mutex<Vec<CourseApplicationId>>,
    /// Who was to accept or to pay.
    asked: Mutex<Vec<CourseApplicationId>>,
    /// Parties of several, with who of them may leave before the others.
    parties: Mutex<Vec<(CourseApplicationId, PersonId)>>,
    draws: Mutex<Running>,
}

struct Crowd {
    seal: SealKey,
    known: Vec<Known>,
    /// By kind, how often it happened.
    done: Mutex<BTreeMap<&'static str, u32>>,
}

type Outcome = Result<(&'static str, Vec<Move>), Refused>;

impl Crowd {
    fn note(&self, of: &Known, outcome: Outcome) {
        match outcome {
            Ok((kind, moves)) => {
                *self.done.lock().unwrap().entry(kind).or_default() += 1;
                let to = |state| moves.iter().filter(move |one| one.to == state).map(|one| one.application);
                of.screened.lock().unwrap().extend(to(State::Screening));
                of.asked.lock().unwrap().extend(to(State::Offered).chain(to(State::PaymentDue)));
                let made = moves.iter().filter(|one| one.from.is_none());
                of.applications.lock().unwrap().extend(made.map(|one| one.application));
            }
            Err(Refused::Fault(fault)) => panic!("{fault:?}"),
            Err(Refused::Rule) => *self.done.lock().unwrap().entry("refused").or_default() += 1,
        }
    }

    fn any(of: &Known, dice: u64, pick: u64) -> Option<CourseApplicationId> {
        let known = if (60..82).contains(&dice) && !pick.is_multiple_of(3) { &of.asked } else { &of.applications };
        let known = known.lock().unwrap();
        let count = u64::try_from(known.len()).unwrap();
        // mostly the latest: the oldest are over
        (count > 0).then(|| known[usize::try_from(count - 1 - pick % count.min(40)).unwrap()])
    }

    /// Announces, freezes or publishes the draw that a class is at.
    async fn draw(&self, test: &TestDb, (class, of): (u64, &Known), now: Instant) -> Outcome {
        let (window, running) = {
            let draws = of.draws.lock().unwrap();
            (draw_window(class.into(), draws.window.into()), draws.draw)
        };
        let Some(id) = running else {
            let made = tx!(test, |tx| draw::commit(tx, &self.seal, window, Announcement::default(), now).await)?;
            of.draws.lock().unwrap().draw = Some(made.id);
            return Ok(("announced", Vec::new()));
        };
        match tx!(test, |tx| draw::freeze(tx, id, now).await) {
            Ok((_, moves)) => return Ok(("frozen", moves)),
            Err(DrawError::State(state)) if state == "frozen" => {}
            Err(error) => return Err(error.into()),
        }
        let (_, moves) = tx!(test, |tx| draw::publish(tx, &self.seal, id, None, now).await)?;
        let mut draws = of.draws.lock().unwrap();
        *draws = Running { window: (draws.window + 1) % DRAWS, draw: None };
        Ok(("drawn", moves))
    }

    async fn screen(&self, test: &TestDb, (class, of): (CourseClassId, &Known), pick: u64, now: Instant) -> Outcome {
        let mut named: Vec<CourseApplicationId> = {
            let mut screened = of.screened.lock().unwrap();
            let first = screened.len().saturating_sub(3);
            screened.drain(first..).collect()
        };
        let rejected: Vec<_> = if pick.is_multiple_of(3) { named.pop().into_iter().collect() } else { Vec::new() };
        let standby = if pick.is_multiple_of(2) { named.pop().into_iter().collect() } else { Vec::new() };
        let chosen = Drawn { seated: named, standby, ..Drawn::default() };
        let full = Remark::new("定員", &self.seal);
        let rejected = (&rejected[..], Some(&full));
        let moves = tx!(test, |tx| seats::settle_screening(tx, class, &chosen, rejected, now).await)?;
        Ok(("screened", moves))
    }

    async fn apply(&self, test: &TestDb, (class, of): (u64, &Known), way: Way, pick: u64, now: Instant) -> Outcome {
        let people: Vec<u128> = (0..1 + pick % 3).map(|at| u128::from((pick / 7 + at * 31) % 400)).collect();
        let total = if pick.is_multiple_of(2) { 0 } else { 5_000 };
        let mut entry = entry(class.into(), &people, total, way);
        if way == Way::Draw {
            entry.window = draw_window(class.into(), of.draws.lock().unwrap().window.into());
        }
        if total > 0 {
            priced(&mut entry, total);
        }
        if way == Way::Staff {
            entry.reason = Some(Remark::new("市長推薦", &self.seal));
        }
        // some came by post
        entry.received_at = now - Duration::hours(i64::try_from(pick % 5).unwrap());
        let entry: &Entry = &entry;
        let applied = tx!(test, |tx| seats::apply(tx, entry, now).await)?;
        let others = entry.people.iter().skip(1).map(|(person, _)| (applied.application, *person));
        of.parties.lock().unwrap().extend(others);
        let kind = match way {
            Way::Draw => "entered",
            Way::Screening => "asked",
            Way::Staff => "seated by the staff",
            Way::FirstCome => "applied",
        };
        Ok((kind, applied.moves))
    }

    /// One of a party leaves it: mostly of those who came last, and sometimes when the party is over.
    async fn leave_in_part(
        &self,
        test: &TestDb,
        (class, of): (CourseClassId, &Known),
        pick: u64,
        now: Instant,
    ) -> Outcome {
        let gone = {
            let mut parties = of.parties.lock().unwrap();
            let count = parties.len();
            let back = usize::try_from(pick % 12).unwrap().min(count.saturating_sub(1));
            (count > 0).then(|| parties.remove(count - 1 - back))
        };
        let Some((party, person)) = gone else { return Err(Refused::Rule) };
        let leaving = Leaving { people: &[person], households: &[] };
        let moves = tx!(test, |tx| seats::leave_in_part(tx, &self.seal, (class, party), leaving, now).await)?;
        Ok(("left in part", moves))
    }

    async fn step(&self, test: &TestDb, n: u64) {
        let (class, dice, pick) = (mixed(n) % CLASSES, mixed(n ^ 0xd1ce) % 100, mixed(n ^ 0x91c4));
        let (id, of) = (class_id(u128::from(class)), &self.known[class as usize]);
        let now = MORNING + Duration::seconds(8 * i64::try_from(n).unwrap());
        let decides = decides(class);
        let outcome = match (dice, Self::any(of, dice, pick)) {
            (0..8, _) if decides => self.apply(test, (class, of), Way::Draw, pick, now).await,
            (8..12, _) if decides => self.apply(test, (class, of), Way::Screening, pick, now).await,
            (12..14, _) => self.apply(test, (class, of), Way::Staff, pick, now).await,
            (35..55, Some(one)) => {
                let ended = [State::Withdrawn, State::Declined, State::Revoked][usize::try_from(pick % 3).unwrap()];
                let reason = Remark::new("都合", &self.seal);
                let work = tx!(test, |tx| seats::leave(tx, id, one, ended, Some(&reason), now).await);
                work.map(|moves| ("left", moves)).map_err(Into::into)
            }
            (55..60, _) => self.leave_in_part(test, (id, of), pick, now).await,
            (60..69, Some(one)) => {
                let work = tx!(test, |tx| seats::accept(tx, id, one, now).await);
                work.map(|moves| ("accepted", moves)).map_err(Into::into)
            }
            (69..82, Some(one)) => {
                let work = tx!(test, |tx| seats::pay(tx, id, one, now).await);
                let told = work.map(|paid| match paid {
                    Paid::Admitted(moves) => ("paid", moves),
                    Paid::Already(moves) => ("paid twice", moves),
                    Paid::Lost(moves) => ("paid in vain", moves),
                });
                told.map_err(Into::into)
            }
            (82..86, _) => {
                let work = tx!(test, |tx| seats::expire(tx, id, now).await);
                work.map(|moves| ("swept", moves)).map_err(Into::into)
            }
            (86..89, _) => {
                let to = Capacity {
                    // half of the classes are never full for long
                    capacity: i32::try_from(3 + pick % 12 + class / 2 % 2 * 120).unwrap(),
                    held_back: Some(i32::try_from(pick / 64 % 3).unwrap()),
                    waiting_capacity: None,
                };
                let reason = Remark::new("変更", &self.seal);
                let work = tx!(test, |tx| seats::resize(tx, id, to, &reason, now).await);
                work.map(|moves| ("resized", moves)).map_err(Into::into)
            }
            (89..92, Some(one)) => {
                let place = usize::try_from(1 + pick % 3).unwrap();
                let reason = Remark::new("事情", &self.seal);
                let work = tx!(test, |tx| seats::reorder(tx, id, one, place, &reason, now).await);
                work.map(|moves| ("reordered", moves)).map_err(Into::into)
            }
            (92..97, _) if decides => self.draw(test, (class, of), now).await,
            (97.., _) if decides => self.screen(test, (id, of), pick, now).await,
            _ => self.apply(test, (class, of), Way::FirstCome, pick, now).await,
        };
        self.note(of, outcome);
    }
}

/// Everybody of a party pays the same.
pub fn priced(entry: &mut Entry, each: i64) {
    let fee = FeeId::from_uuid(Uuid::from_u128(1));
    let line = |person: PersonId| PriceLine {
        fee,
        person: Some(person),
        kind: "tuition".to_owned(),
        label: "受講料".to_owned(),
        tax_rate: 10,
        refundable: true,
        sessions: None,
        units: Vec::new(),
        listed: each,
        charged: each,
        rule: None,
        member: false,
        billed_as: None,
    };
    let lines: Vec<PriceLine> = entry.people.iter().map(|(person, _)| line(*person)).collect();
    entry.total = lines.iter().map(|line| line.charged).sum();
    entry.price = serde_json::to_value(&lines).unwrap();
}

async fn houses() -> TestDb {
    let test = house(CONNECTIONS).await;
    for n in 0..u128::from(CLASSES) {
        class(&test, n, 8, if n % 2 == 0 { "strict_head" } else { "skip_if_not_fit" }).await;
        for k in 0..DRAWS {
            let opened = if k < DRAWS / 2 { format!("2025-10-{:02}", k + 1) } else { format!("2026-10-{:02}", k + 1) };
            window_for_draw(&test, n, k.into(), &opened).await;
        }
    }
    // what is not paid on the day it is due runs out at midnight
    test.execute("UPDATE course.classes SET payment_days = 0").await;
    test
}

/// What is true of parties of which some left, where places are people and everybody pays for themselves.
const PARTS: [(&str, &str); 3] = [
    (
        "a party takes as many places as there are of it",
        "SELECT FROM course.applications AS a WHERE a.units <> (SELECT count(*) FROM course.application_people AS p \
         WHERE p.tenant_id = a.tenant_id AND p.application_id = a.id AND NOT p.left_party)",
    ),
    (
        "exactly who is left of a party is charged",
        "SELECT FROM course.applications AS a WHERE a.total > 0 AND a.total <> 5000 * a.units",
    ),
    (
        "places that one who leaves gives up are free at once, and no others",
        "SELECT FROM course.application_events AS e JOIN course.application_events AS b ON b.tenant_id = e.tenant_id \
         AND b.class_id = e.class_id AND b.number = e.number - 1 WHERE e.kind = 'reduced' AND b.taken - e.taken <> CASE \
           WHEN e.from_state IN ('offered', 'payment_due', 'admitted') THEN 1 ELSE 0 END",
    ),
];

/// The places that everybody reads are left are there for whoever comes next, and where none is told, nobody gets one.
async fn what_is_told_is_what_one_gets(test: &TestDb) {
    test.execute("UPDATE course.classes SET published_at = now()").await;
    let now = MORNING + Duration::seconds(8 * i64::try_from(OPERATIONS).unwrap());
    let mut seated = 0;
    for n in 0..u128::from(CLASSES) {
        tx!(test, |tx| seats::expire(tx, class_id(n), now).await).unwrap();
        let (_, told) = tx!(test, |tx| listing::fullness(tx, class_id(n), now).await).unwrap();
        let next = ask(test, &entry(n, &[900], 0, Way::FirstCome), now).await.unwrap();
        assert_eq!(next.state == State::Admitted, told.places_left > 0, "class {n}: {told:?}");
        seated += usize::from(next.state == State::Admitted);
    }
    assert!((1..CLASSES as usize).contains(&seated), "some are full and some are not: {seated}");
}

/// I1 to I4, I6, I7, I11 and I15, under a crowd.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_at_once_break_none_of_the_promises() {
    let test = houses().await;
    let known = (0..CLASSES).map(|_| Known::default()).collect();
    let crowd = Crowd { seal: test.seal(), known, done: Mutex::default() };
    let next = AtomicU64::new(0);
    let workers = (0..CONNECTIONS).map(|_| async {
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
    let kinds = [
        "applied",
        "entered",
        "asked",
        "seated by the staff",
        "left",
        "left in part",
        "accepted",
        "paid",
        "paid in vain",
        "swept",
        "resized",
        "reordered",
        "announced",
        "frozen",
        "drawn",
        "screened",
        "refused",
    ];
    for kind in kinds {
        assert!(done.get(kind).is_some_and(|times| *times > 20), "{kind} hardly happened: {done:?}");
    }
    for kind in
        ["confirmed", "promoted", "expired", "readmitted", "waitlisted", "drawn", "chosen", "standby", "reduced"]
    {
        let rare = format!("SELECT FROM course.application_events WHERE kind = '{kind}' HAVING count(*) < 20");
        none(&test, &format!("{kind} hardly happened"), &rare).await;
    }
    none_broken(&test).await;
    for (promise, query) in PARTS {
        none(&test, promise, query).await;
    }
    what_is_told_is_what_one_gets(&test).await;
}
