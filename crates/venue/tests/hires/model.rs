//! Whatever is held, changed, given up, paid late, closed, opened again or left to run out, the house lets a room exactly when a
//! model of intervals says that it is free, and pianos exactly when a sweep says that there are enough.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
};

use kernel::{
    Instant,
    clock::start_of_day,
    ids::{ClosureId, HireApplicationId, HireHoldId, HireId},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tariff::hire::Cause;
use testkit::MORNING;
use time::Duration;
use venue::{
    account::Received,
    application::{self, ApplicationError, Approval, Paid, TurnDown},
    cancellation,
    closure::{self, ClosureDraft, ClosureError},
    hire_change::{self, Changing},
    hire_hold::{self, HoldError},
    hire_quote::UseAsk,
};

use crate::stage::{FIRST, ROOMS, SLOTS, Stage, tx};

const PIANOS: i32 = 2;
const TO_PAY: Duration = Duration::hours(3);
/// More than the three on which something is.
const DAYS_APART: i64 = 5;

/// A room on a day, from one slot until another, with so many pianos.
#[derive(Debug, Clone, Copy)]
struct Wish {
    room: usize,
    day: i64,
    slots: (usize, usize),
    pianos: i32,
}

#[derive(Debug, Clone)]
enum Step {
    Hold(Wish),
    Release(usize),
    Apply(usize),
    Refuse(usize),
    Approve(usize),
    Pay(usize),
    Change(usize, Wish),
    Cancel(usize),
    Close { room: usize, day: i64, days: i64 },
    Lift(usize),
    Wait(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stands {
    Held,
    Requested,
    Awaiting,
    Confirmed,
}

/// What the model knows of one hire. Times are minutes from the first day on.
#[derive(Debug, Clone)]
struct Held {
    wish: Wish,
    stands: Stands,
    until: Option<Instant>,
    hold: HireHoldId,
    hire: HireId,
    application: Option<HireApplicationId>,
}

impl Wish {
    fn parts(self) -> u8 {
        ROOMS[self.room].parts
    }

    fn during(self) -> (i64, i64) {
        (self.day * 1_440 + i64::from(SLOTS[self.slots.0].1), self.day * 1_440 + i64::from(SLOTS[self.slots.1].2))
    }

    /// With what is kept free beside it.
    fn occupied(self) -> (i64, i64) {
        let (room, (from, until)) = (&ROOMS[self.room], self.during());
        (from - i64::from(room.before), until + i64::from(room.after))
    }
}

impl Held {
    fn has(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

fn meets(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

struct House<'a> {
    stage: &'a Stage,
    /// The day of the stage that is its first. Each house has days of its own, and none needs a database of its own.
    first: i64,
    now: Instant,
    held: BTreeMap<usize, Held>,
    /// By parts and minutes. Closures may lie over each other.
    closed: BTreeMap<usize, (ClosureId, u8, (i64, i64))>,
    count: usize,
}

impl<'a> House<'a> {
    fn on(stage: &'a Stage, nth: i64) -> Self {
        let first = nth * DAYS_APART;
        Self { stage, first, now: MORNING, held: BTreeMap::new(), closed: BTreeMap::new(), count: 0 }
    }

    fn ask(&self, wish: Wish) -> UseAsk {
        self.stage.wish(wish.room, self.first + wish.day, wish.slots, wish.pianos)
    }

    /// Whether the model says that these parts are free, apart from one hire.
    fn free(&self, parts: u8, occupied: (i64, i64), but: Option<usize>) -> bool {
        let closed = self.closed.values().any(|(_, of, closed)| of & parts > 0 && meets(*closed, occupied));
        !closed && self.unhired(parts, occupied, but)
    }

    /// Whether nobody has them.
    fn unhired(&self, parts: u8, occupied: (i64, i64), but: Option<usize>) -> bool {
        let mut others = self.held.iter().filter(|(at, one)| Some(**at) != but && one.has(self.now));
        !others.any(|(_, one)| one.wish.parts() & parts > 0 && meets(one.wish.occupied(), occupied))
    }

    /// Whether so many pianos are left at every moment of a wish.
    fn plays(&self, wish: Wish, but: Option<usize>) -> bool {
        let others: Vec<Wish> = self
            .held
            .iter()
            .filter(|(at, one)| Some(**at) != but && one.has(self.now) && meets(one.wish.during(), wish.during()))
            .map(|(_, one)| one.wish)
            .collect();
        // more are never taken than as one of them begins
        let begins = others.iter().map(|one| one.during().0.max(wish.during().0)).chain([wish.during().0]);
        let at = |moment: i64| others.iter().filter(move |one| one.during().0 <= moment && moment < one.during().1);
        wish.pianos == 0
            || begins.into_iter().all(|moment| at(moment).map(|one| one.pianos).sum::<i32>() + wish.pianos <= PIANOS)
    }

    fn fits(&self, wish: Wish, but: Option<usize>) -> bool {
        self.free(wish.parts(), wish.occupied(), but) && self.plays(wish, but)
    }

    /// The nth of those that stand so.
    fn nth(&self, which: usize, stands: &[Stands]) -> Option<usize> {
        let those: Vec<usize> =
            self.held.iter().filter(|(_, one)| stands.contains(&one.stands)).map(|(at, _)| *at).collect();
        those.get(which % those.len().max(1)).copied()
    }

    fn application(&self, which: usize, stands: &[Stands]) -> Option<(usize, HireApplicationId)> {
        let at = self.nth(which, stands)?;
        Some((at, self.held[&at].application?))
    }

    async fn play(&mut self, step: Step) {
        match step {
            Step::Wait(how_long) => self.now += how_long,
            Step::Hold(wish) => self.hold(wish).await,
            Step::Release(which) => self.release(which).await,
            Step::Apply(which) => self.apply(which).await,
            Step::Refuse(which) => self.refuse(which).await,
            Step::Approve(which) => self.approve(which).await,
            Step::Pay(which) => self.pay(which).await,
            Step::Change(which, wish) => self.change(which, wish).await,
            Step::Cancel(which) => self.cancel(which).await,
            Step::Close { room, day, days } => self.close(room, day, days).await,
            Step::Lift(which) => self.lift(which).await,
        }
    }

    async fn hold(&mut self, wish: Wish) {
        let now = self.now;
        let quote = self.stage.quote(vec![self.ask(wish)], now).await;
        match self.stage.hold(quote, now).await {
            Ok(held) => {
                assert!(self.fits(wish, None), "held twice");
                let (hold, hire, until) = (held.hold.id, held.hires[0].id, Some(held.hold.hold_until));
                let one = Held { wish, stands: Stands::Held, until, hold, hire, application: None };
                self.held.insert(self.count, one);
                self.count += 1;
            }
            Err(HoldError::Taken(_)) => assert!(!self.free(wish.parts(), wish.occupied(), None), "it is free"),
            Err(HoldError::Equipment(_)) => assert!(!self.plays(wish, None), "there are enough"),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn release(&mut self, which: usize) {
        let Some(at) = self.nth(which, &[Stands::Held]) else { return };
        let (hold, now) = (self.held[&at].hold, self.now);
        tx!(self.stage, |tx| hire_hold::release(tx, hold, now).await).unwrap();
        self.held.remove(&at);
    }

    async fn apply(&mut self, which: usize) {
        let Some(at) = self.nth(which, &[Stands::Held]) else { return };
        let applied = self.stage.submit(self.held[&at].hold, self.now).await;
        let one = self.held.get_mut(&at).unwrap();
        match applied {
            Ok(applied) => {
                assert!(one.has(self.now), "applied with what had run out");
                (one.until, one.stands, one.application) = (None, Stands::Requested, Some(applied.application.id));
            }
            Err(ApplicationError::Hold(HoldError::RanOut { .. })) => assert!(!one.has(self.now)),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn refuse(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &[Stands::Requested]) else { return };
        let now = self.now;
        let reason = self.stage.test.remark("条例第5条");
        tx!(self.stage, |tx| application::turn_down(tx, id, None, TurnDown::Refuse, &reason, now).await).unwrap();
        self.held.remove(&at);
    }

    async fn approve(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &[Stands::Requested]) else { return };
        let now = self.now;
        let approval = Approval { conditions: None, grants: Vec::new(), due_at: Some(now + TO_PAY) };
        tx!(self.stage, |tx| application::approve(tx, id, None, &approval, now).await).unwrap();
        let one = self.held.get_mut(&at).unwrap();
        (one.until, one.stands) = (Some(now + TO_PAY), Stands::Awaiting);
    }

    /// In time or late: late money has the room if it is free.
    async fn pay(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &[Stands::Awaiting]) else { return };
        let (wish, now) = (self.held[&at].wish, self.now);
        let fits = self.held[&at].has(now) || self.fits(wish, Some(at));
        let paid = tx!(self.stage, |tx| application::paid(tx, id, now).await).unwrap();
        assert_eq!(paid, if fits { Paid::Confirmed } else { Paid::Lost });
        if fits {
            let one = self.held.get_mut(&at).unwrap();
            (one.until, one.stands) = (None, Stands::Confirmed);
        } else {
            self.held.remove(&at);
        }
    }

    async fn change(&mut self, which: usize, wish: Wish) {
        let Some((at, id)) = self.application(which, &[Stands::Requested, Stands::Confirmed]) else { return };
        let now = self.now;
        let wanted = [(self.held[&at].hire, self.ask(wish))];
        let with = Changing { hidden: true, counts_as: None, received: &Received::default() };
        let changed = tx!(self.stage, |tx| hire_change::change(tx, id, None, &wanted, with, now).await);
        match changed {
            Ok(_) => {
                assert!(self.fits(wish, Some(at)), "changed onto something else");
                self.held.get_mut(&at).unwrap().wish = wish;
            }
            Err(ApplicationError::Hold(HoldError::Taken(_))) => {
                assert!(!self.free(wish.parts(), wish.occupied(), Some(at)), "it is free");
            }
            Err(ApplicationError::Hold(HoldError::Equipment(_))) => {
                assert!(!self.plays(wish, Some(at)), "there are enough");
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn cancel(&mut self, which: usize) {
        let all = [Stands::Requested, Stands::Awaiting, Stands::Confirmed];
        let Some((at, id)) = self.application(which, &all) else { return };
        let now = self.now;
        let (why, received) = ((Cause::User, None), Received::default());
        match tx!(self.stage, |tx| cancellation::cancel(tx, id, None, why, &received, now).await) {
            Ok(_) => {
                assert!(self.held[&at].has(now), "given up what had lapsed");
                self.held.remove(&at);
            }
            Err(ApplicationError::State(_)) => assert!(!self.held[&at].has(now)),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn close(&mut self, room: usize, day: i64, days: i64) {
        let (parts, during, now) = (ROOMS[room].parts, (day * 1_440, (day + days) * 1_440), self.now);
        let starts_at = start_of_day(FIRST + Duration::days(self.first + day));
        let draft = ClosureDraft {
            facility: self.stage.facility,
            rooms: vec![self.stage.rooms[room]],
            reason: "点検".into(),
            public_label: "休館".into(),
            starts_at,
            ends_at: starts_at + Duration::days(days),
        };
        match tx!(self.stage, |tx| closure::create(tx, draft.clone(), now).await) {
            Ok(closure) => {
                assert!(self.unhired(parts, during, None), "closed over a hire");
                self.closed.insert(self.count, (closure.id, parts, during));
                self.count += 1;
            }
            Err(ClosureError::Collides(_)) => assert!(!self.unhired(parts, during, None), "nobody has it"),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn lift(&mut self, which: usize) {
        let Some(at) = self.closed.keys().nth(which % self.closed.len().max(1)).copied() else { return };
        let ((id, ..), now) = (self.closed.remove(&at).unwrap(), self.now);
        tx!(self.stage, |tx| closure::lift(tx, id, now).await).unwrap();
    }
}

fn wish() -> impl Strategy<Value = Wish> {
    let slots = (0usize..3).prop_flat_map(|from| (Just(from), from..3));
    (0usize..3, 0i64..3, slots, prop_oneof![2 => Just(0), 1 => 1..=PIANOS])
        .prop_map(|(room, day, slots, pianos)| Wish { room, day, slots, pianos })
}

fn step() -> impl Strategy<Value = Step> {
    let which = || 0usize..50;
    prop_oneof![
        8 => wish().prop_map(Step::Hold),
        1 => which().prop_map(Step::Release),
        5 => which().prop_map(Step::Apply),
        1 => which().prop_map(Step::Refuse),
        3 => which().prop_map(Step::Approve),
        3 => which().prop_map(Step::Pay),
        3 => (which(), wish()).prop_map(|(which, wish)| Step::Change(which, wish)),
        1 => which().prop_map(Step::Cancel),
        2 => (0usize..3, 0i64..3, 1i64..3).prop_map(|(room, day, days)| Step::Close { room, day, days }),
        1 => which().prop_map(Step::Lift),
        1 => Just(Step::Wait(Duration::minutes(11))),
        1 => Just(Step::Wait(TO_PAY)),
    ]
}

#[test]
fn hires_changes_late_money_and_closures_agree_with_a_model_of_intervals() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::open(PIANOS));
    let nth = AtomicI64::new(0);
    let config = Config { cases: 32, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(step(), 40), |steps| {
            runtime.block_on(async {
                let mut house = House::on(&stage, nth.fetch_add(1, Ordering::Relaxed));
                for step in steps {
                    house.play(step).await;
                }
            });
            Ok(())
        })
        .unwrap();
}
