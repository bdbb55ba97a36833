//! Whatever is held, changed, given up, taken back, paid late, closed, opened again or left to run out, the house lets rooms exactly when
//! a model of intervals says that they are free, and things exactly when a sweep says that there are enough; after each step its tables
//! hold what the model holds.

mod book;
mod house;
mod step;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use kernel::{Instant, ids::HireId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tariff::hire::Cause;
use time::Duration;
use venue::{
    account::Received,
    alternative,
    application::{self, ApplicationError, Approval, Paid, TurnDown},
    cancellation,
    closure::{self, ClosureDraft, ClosureError, InTheWay},
    hire_change::{self, Changing},
    hire_hold::{self, HoldError, LASTS},
    hire_quote::UseAsk,
    lapse,
};

use self::{
    book::{Ask, Held, Own, PIANOS, Stands, Wish, senseless},
    house::{House, told},
    step::{GIVEN, Step, step},
};
use crate::stage::{ROOMS, Stage, tx};

const APPLIED: [Stands; 4] = [Stands::Requested, Stands::Returned, Stands::Awaiting, Stands::Confirmed];

impl House<'_> {
    async fn play(&mut self, step: Step) {
        match step {
            Step::Wait(how_long) => self.book.now += how_long,
            Step::Hold(wishes) => self.hold(&wishes).await,
            Step::Extend(which) => self.extend(which).await,
            Step::Release(which) => self.release(which).await,
            Step::Apply(which) => self.apply(which).await,
            Step::Return(which) => self.turn_down(which, TurnDown::Return { until: Some(self.book.now + GIVEN) }).await,
            Step::Mend(which) => self.mend(which).await,
            Step::Refuse(which) => self.turn_down(which, TurnDown::Refuse).await,
            Step::Approve(which) => self.approve(which).await,
            Step::Pay(which) => self.pay(which).await,
            Step::Change(which, to) => self.change(which, &to).await,
            Step::CancelHire(which, place, cause) => self.cancel_hire(which, place, cause).await,
            Step::Cancel(which, cause) => self.cancel(which, cause).await,
            Step::Lapse(which) => self.lapse(which).await,
            Step::Close { rooms, day, days } => self.close(&rooms, day, days).await,
            Step::Lift(which) => self.lift(which).await,
        }
        self.expect_same().await;
    }

    fn stands(&mut self, at: usize, stands: Stands, until: Option<Instant>) {
        let held = self.book.held.get_mut(&at).unwrap();
        (held.stands, held.until) = (stands, until);
    }

    /// To be decided, until the first of its hires begins.
    fn waits(&mut self, at: usize) {
        let begins = self.book.held[&at].hires.iter().map(|own| own.wish.during().0).min().unwrap();
        let until = self.midnight(0) + Duration::minutes(begins);
        self.stands(at, Stands::Requested, Some(until));
    }

    async fn hold(&mut self, wishes: &[Wish]) {
        let (now, ask) = (self.book.now, Ask { wishes, stays: &[], goes: &[] });
        let quoted = self.stage.quoted(self.asks(wishes), now).await;
        assert_eq!(quoted.as_ref().err().map(told), senseless(ask), "of {wishes:?}");
        let Ok(quote) = quoted else { return };
        match self.stage.hold(quote, now).await {
            Ok(held) => {
                assert!(self.book.fits(wishes, &[]), "held twice: {wishes:?}");
                let hires =
                    held.hires.iter().zip(wishes).map(|(hire, wish)| Own { id: hire.id, wish: *wish }).collect();
                self.book.hold(Held {
                    hires,
                    stands: Stands::Held,
                    until: Some(now + LASTS),
                    hold: held.hold.id,
                    extended: false,
                    application: None,
                    tidied: false,
                });
            }
            Err(error) => {
                let missed = self.refused(&error, wishes, &[]);
                let ways = self.ways(quote, &missed).await;
                self.expect_ways(&ways, &missed, ask, &[]);
            }
        }
    }

    async fn extend(&mut self, which: usize) {
        let Some(at) = self.book.nth(which, &[Stands::Held]) else { return };
        let now = self.book.now;
        let held = self.book.held.get_mut(&at).unwrap();
        let hold = held.hold;
        match tx!(self.stage, |tx| hire_hold::extend(tx, hold, now).await) {
            Ok(longer) => {
                assert!(held.has(now) && !held.extended);
                (held.until, held.extended) = (held.until.map(|until| until + LASTS), true);
                assert_eq!(Some(longer.hold.hold_until), held.until);
            }
            Err(HoldError::RanOut { .. }) => assert!(!held.has(now)),
            Err(HoldError::Extended) => assert!(held.has(now) && held.extended),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn release(&mut self, which: usize) {
        let Some(at) = self.book.nth(which, &[Stands::Held]) else { return };
        let (hold, now) = (self.book.held[&at].hold, self.book.now);
        tx!(self.stage, |tx| hire_hold::release(tx, hold, now).await).unwrap();
        self.book.held.remove(&at);
    }

    async fn apply(&mut self, which: usize) {
        let Some(at) = self.book.nth(which, &[Stands::Held]) else { return };
        let now = self.book.now;
        let applied = self.stage.submit(self.book.held[&at].hold, now).await;
        let held = self.book.held.get_mut(&at).unwrap();
        match applied {
            Ok(applied) => {
                assert!(held.has(now), "applied with what had run out");
                assert_eq!(applied.hires.iter().map(|one| one.id).collect::<Vec<_>>(), held.ids());
                held.application = Some(applied.application.id);
                self.waits(at);
            }
            Err(ApplicationError::Hold(HoldError::RanOut { .. })) => assert!(!held.has(now)),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn turn_down(&mut self, which: usize, how: TurnDown) {
        let Some((at, id)) = self.application(which, &[Stands::Requested, Stands::Returned]) else { return };
        let now = self.book.now;
        let reason = self.stage.test.remark("条例第5条");
        let turned = tx!(self.stage, |tx| application::turn_down(tx, id, None, how, &reason, now).await);
        let has = self.book.held[&at].has(now);
        match (turned, how) {
            (Ok(_), TurnDown::Return { until }) => {
                assert!(has, "returned what had lapsed");
                self.stands(at, Stands::Returned, until);
            }
            (Ok(_), TurnDown::Refuse) => {
                assert!(has, "refused what had lapsed");
                self.book.held.remove(&at);
            }
            (Err(ApplicationError::State(_)), _) => assert!(!has),
            (Err(other), _) => panic!("{other:?}"),
        }
    }

    async fn mend(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &[Stands::Returned]) else { return };
        let now = self.book.now;
        let mended = tx!(self.stage, |tx| application::mend(tx, id, None, (None, None), now).await);
        let has = self.book.held[&at].has(now);
        match mended {
            Ok(_) => {
                assert!(has, "mended too late");
                self.waits(at);
            }
            Err(ApplicationError::MendLate { .. }) => assert!(!has),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn approve(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &[Stands::Requested]) else { return };
        let now = self.book.now;
        let until = Some(now + GIVEN);
        let approval = Approval { conditions: None, grants: Vec::new(), due_at: until };
        tx!(self.stage, |tx| application::approve(tx, id, None, &approval, now).await).unwrap();
        self.stands(at, Stands::Awaiting, until);
    }

    /// In time or late: late money has its rooms and things if all of them are free.
    async fn pay(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &[Stands::Awaiting]) else { return };
        let (now, held) = (self.book.now, &self.book.held[&at]);
        let fits = held.has(now) || self.book.fits(&held.wishes(), &[]);
        let paid = tx!(self.stage, |tx| application::paid(tx, id, now).await).unwrap();
        assert_eq!(paid, if fits { Paid::Confirmed } else { Paid::Lost });
        if fits {
            self.stands(at, Stands::Confirmed, None);
        } else {
            self.book.held.remove(&at);
        }
    }

    async fn change(&mut self, which: usize, to: &[(usize, Wish)]) {
        let Some((at, id)) = self.application(which, &[Stands::Requested, Stands::Confirmed]) else { return };
        let (now, hires) = (self.book.now, self.book.held[&at].hires.clone());
        let mut moves: Vec<(usize, Wish)> = to.iter().map(|(place, wish)| (place % hires.len(), *wish)).collect();
        moves.sort_by_key(|(place, _)| *place);
        moves.dedup_by_key(|(place, _)| *place);
        let own: Vec<HireId> = moves.iter().map(|(place, _)| hires[*place].id).collect();
        let wishes: Vec<Wish> = moves.iter().map(|(_, wish)| *wish).collect();
        let let_before = |goes: bool| -> Vec<Wish> {
            hires.iter().filter(|one| own.contains(&one.id) == goes).map(|one| one.wish).collect()
        };
        let (stays, goes) = (let_before(false), let_before(true));
        let same = moves.iter().all(|(place, wish)| hires[*place].wish == *wish);
        let ask = Ask { wishes: &wishes, stays: &stays, goes: &goes };
        let wanted: Vec<(HireId, UseAsk)> = own.iter().copied().zip(self.asks(&wishes)).collect();
        let with = Changing { hidden: true, cause: Cause::User, counts_as: None, received: &Received::default() };
        match tx!(self.stage, |tx| hire_change::change(tx, id, None, &wanted, with, now).await) {
            Ok((_, change)) => {
                assert_eq!((same, senseless(ask), change.hires), (false, None, own.clone()));
                assert!(self.book.fits(&wishes, &own), "changed onto something else: {wishes:?}");
                let held = self.book.held.get_mut(&at).unwrap();
                for (place, wish) in moves {
                    held.hires[place].wish = wish;
                }
                if held.stands == Stands::Requested {
                    self.waits(at);
                }
            }
            Err(ApplicationError::NoChange) => assert_eq!((same, senseless(ask)), (true, None)),
            Err(ApplicationError::Quote(error)) => assert_eq!(Some(told(&error)), senseless(ask)),
            Err(ApplicationError::Hold(error)) => {
                let missed = self.refused(&error, &wishes, &own);
                let of = tx!(self.stage, |tx| application::find(tx, id).await).unwrap();
                let ways = tx!(self.stage, |tx| {
                    alternative::of_change(tx, &of, (&wanted, &missed), (true, None), now).await
                });
                let ways = ways.unwrap().ways();
                self.expect_ways(&ways, &missed, ask, &own);
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Only of what is confirmed, and by who hired it only where the others may go without it.
    async fn cancel_hire(&mut self, which: usize, place: usize, cause: Cause) {
        let Some((at, _)) = self.application(which, &APPLIED) else { return };
        let (now, held) = (self.book.now, &self.book.held[&at]);
        let (confirmed, mut rest) = (held.stands == Stands::Confirmed, held.hires.clone());
        let Own { id, wish } = rest.remove(place % rest.len());
        let stays: Vec<Wish> = rest.iter().map(|own| own.wish).collect();
        let alone = senseless(Ask { wishes: &[], stays: &stays, goes: &[wish] }).filter(|_| cause == Cause::User);
        let (why, received) = ((cause, None), Received::default());
        match tx!(self.stage, |tx| cancellation::cancel_hire(tx, id, None, why, (false, &received), now).await) {
            Ok(_) => {
                assert!(confirmed && alone.is_none(), "{alone:?}");
                if rest.is_empty() {
                    self.book.held.remove(&at);
                } else {
                    self.book.held.get_mut(&at).unwrap().hires = rest;
                }
            }
            Err(ApplicationError::State(_)) => assert!(!confirmed),
            Err(ApplicationError::Quote(error)) => assert_eq!(Some(told(&error)), alone),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn cancel(&mut self, which: usize, cause: Cause) {
        let Some((at, id)) = self.application(which, &APPLIED) else { return };
        let now = self.book.now;
        let (why, received) = ((cause, None), Received::default());
        let cancelled = tx!(self.stage, |tx| cancellation::cancel(tx, id, None, why, &received, now).await);
        let has = self.book.held[&at].has(now);
        match cancelled {
            Ok(_) => {
                assert!(has, "given up what had lapsed");
                self.book.held.remove(&at);
            }
            Err(ApplicationError::State(_)) => assert!(!has),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// What has lapsed becomes a fact, once; money that comes all the same is still late money.
    async fn lapse(&mut self, which: usize) {
        let Some((at, id)) = self.application(which, &APPLIED) else { return };
        let now = self.book.now;
        let lapsed = tx!(self.stage, |tx| lapse::lapse(tx, id, now).await).unwrap().is_some();
        let held = self.book.held.get_mut(&at).unwrap();
        assert_eq!(lapsed, !held.has(now) && !held.tidied);
        held.tidied |= lapsed;
    }

    async fn close(&mut self, rooms: &BTreeSet<usize>, day: i64, days: i64) {
        let whole = (0..ROOMS.len()).filter(|_| rooms.is_empty());
        let parts = rooms.iter().copied().chain(whole).fold(0, |parts, room| parts | ROOMS[room].parts);
        let (during, now) = ((day * 1_440, (day + days) * 1_440), self.book.now);
        let draft = ClosureDraft {
            facility: self.stage.facility,
            rooms: (!rooms.is_empty()).then(|| rooms.iter().map(|room| self.stage.rooms[*room]).collect()),
            reason: "点検".into(),
            public_label: "休館".into(),
            starts_at: self.midnight(day),
            ends_at: self.midnight(day + days),
        };
        let foreseen = tx!(self.stage, |tx| closure::collisions(tx, &draft, now).await).unwrap();
        self.expect_in_the_way(&foreseen, (parts, during));
        match tx!(self.stage, |tx| closure::create(tx, draft.clone(), now).await) {
            Ok(closure) => {
                assert!(foreseen.found.is_empty(), "closed over a hire");
                self.book.close(closure.id, parts, during);
            }
            Err(ClosureError::Collides(found)) => {
                assert!(!found.found.is_empty(), "nobody has it");
                assert_eq!(found, foreseen);
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Exactly the hires that the model finds are told, in the order of time.
    fn expect_in_the_way(&self, told: &InTheWay, (parts, during): (u8, (i64, i64))) {
        let in_order = told.found.windows(2).all(|pair| pair[0].starts_at <= pair[1].starts_at);
        assert!(in_order && !told.truncated && told.found.iter().all(|one| one.kind == "hire"), "{told:?}");
        let found = told.found.iter().map(|one| {
            let id: HireId = one.id.parse().unwrap();
            (self.minutes(one.starts_at, one.ends_at), id, self.room(one.room.unwrap()), one.held_until)
        });
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        assert_eq!(found, self.book.in_the_way(parts, during));
    }

    async fn lift(&mut self, which: usize) {
        let closed = &mut self.book.closed;
        let Some(at) = closed.keys().nth(which % closed.len().max(1)).copied() else { return };
        let ((id, ..), now) = (closed.remove(&at).unwrap(), self.book.now);
        tx!(self.stage, |tx| closure::lift(tx, id, now).await).unwrap();
    }
}

#[test]
fn hires_changes_late_money_and_closures_agree_with_a_model_of_intervals() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::open(PIANOS));
    let nth = AtomicI64::new(0);
    let config = Config { cases: 24, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(step(), 40), |steps| {
            runtime.block_on(async {
                let mut house = House::on(&stage, nth.fetch_add(1, Ordering::Relaxed));
                for step in steps {
                    house.play(step).await;
                }
                house.expect_standing().await;
            });
            Ok(())
        })
        .unwrap();
}
