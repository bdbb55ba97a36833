//! Whatever is held, changed, given up, closed or left to run out, the house lets a room exactly when a model of intervals says
//! that it is free.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::collections::BTreeMap;

use db::TenantTx;
use kernel::{
    Instant, Service,
    clock::start_of_day,
    ids::{FacilityId, HireHoldId, HireId, PatronId, RoomId},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;
use testkit::{MORNING, TestDb};
use time::{Date, Duration, macros::date};
use venue::{
    application::{self, ApplicationDraft, ApplicationError, TurnDown},
    closure::{self, ClosureDraft, ClosureError},
    facility::{self, FacilityDraft},
    hire_change,
    hire_hold::{self, HoldError},
    hire_quote::{self, QuoteAsk, UseAsk},
    plan::TimeAsk,
    room::{self, RoomDraft},
    slot_set::{self, SlotDraft, SlotSetDraft},
    tariff_version,
};

const FIRST: Date = date!(2026 - 12 - 01);
const SLOTS: [(&str, i32, i32); 3] = [("AM", 540, 720), ("PM", 780, 1_020), ("NT", 1_080, 1_320)];
/// The hall and its halves, as bits.
const ROOMS: [(&str, u8); 3] = [("HALL", 0b11), ("A", 0b01), ("B", 0b10)];

#[derive(Debug, Clone)]
enum Step {
    Hold { room: usize, day: i64, from: usize, until: usize },
    Release(usize),
    Apply(usize),
    Refuse(usize),
    Change { which: usize, room: usize, day: i64, from: usize, until: usize },
    Close { day: i64 },
    Wait,
}

/// What the model knows of one hire: its parts, its minutes from the first day on, and until when it holds.
#[derive(Debug, Clone)]
struct Held {
    parts: u8,
    during: (i64, i64),
    until: Option<Instant>,
    hold: HireHoldId,
    hire: HireId,
    application: Option<kernel::ids::HireApplicationId>,
}

struct House {
    test: TestDb,
    facility: FacilityId,
    rooms: Vec<RoomId>,
    now: Instant,
    held: BTreeMap<usize, Held>,
    closed: Vec<(i64, i64)>,
    count: usize,
}

fn minutes(day: i64, from: usize, until: usize) -> (i64, i64) {
    (day * 1_440 + i64::from(SLOTS[from].1), day * 1_440 + i64::from(SLOTS[until].2))
}

fn meets(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

macro_rules! tx {
    ($house:expr, |$tx:ident| $work:expr) => {
        $house.test.db.tenant(&$house.test.scope(Service::Venue), async |$tx: &mut TenantTx| $work).await
    };
}

impl House {
    async fn open() -> Self {
        let test = TestDb::new().await;
        let from = date!(2026 - 04 - 01);
        let scope = test.scope(Service::Venue);
        let work = async |tx: &mut TenantTx| -> Result<_, venue::catalogue::CatalogueError> {
            let draft = FacilityDraft {
                code: "F".into(),
                name: "会館".into(),
                name_en: None,
                address: None,
                effective_from: from,
                effective_until: None,
            };
            let facility = facility::create(tx, draft, MORNING).await?.id;
            let mut rooms = Vec::new();
            for (code, parts) in ROOMS {
                let parts = ["A", "B"]
                    .into_iter()
                    .enumerate()
                    .filter(|(bit, _)| parts & (1 << bit) > 0)
                    .map(|(_, part)| part.to_owned());
                let draft = RoomDraft {
                    facility,
                    code: code.into(),
                    name: code.into(),
                    name_en: None,
                    capacity: None,
                    time_unit: "slots",
                    grid_minutes: None,
                    gap_before_minutes: 0,
                    gap_after_minutes: 0,
                    gap_mode: "max",
                    min_minutes: None,
                    max_minutes: None,
                    approval: "staff",
                    visibility: "bookable",
                    ordinal: 0,
                    effective_from: from,
                    effective_until: None,
                    parts: parts.collect(),
                    purposes: Vec::new(),
                    attached: Vec::new(),
                };
                let room = room::create(tx, draft, MORNING).await?.room.id;
                let slots = SLOTS.map(|(code, starts_minute, ends_minute)| SlotDraft {
                    code: code.into(),
                    name: code.into(),
                    starts_minute,
                    ends_minute,
                });
                let set = SlotSetDraft {
                    room,
                    name: "通常".into(),
                    gap_policy: "free_if_both",
                    effective_from: from,
                    effective_until: None,
                    season: None,
                    slots: slots.to_vec(),
                };
                slot_set::create(tx, set, MORNING).await?;
                rooms.push(room);
            }
            Ok((facility, rooms))
        };
        let (facility, rooms) = test.db.tenant(&scope, work).await.unwrap();
        let rows: Vec<_> = ROOMS
            .iter()
            .flat_map(|(room, _)| SLOTS.map(|(slot, ..)| json!({ "space": room, "span": slot, "yen": 1_000 })))
            .collect();
        let tariff = json!({
            "name": "使用料", "legal_reference": "別表", "applies_by": "use_date", "effective_from": "2026-04-01", "engine": 1,
            "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
            "components": [{ "code": "BASE", "label": { "ja": "基本" }, "rule": { "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows } }],
        })
        .to_string();
        let work = async |tx: &mut TenantTx| {
            let version = tariff_version::create(tx, facility, &tariff, MORNING).await?.0;
            tariff_version::publish(tx, version.id, MORNING).await
        };
        test.db.tenant(&scope, work).await.unwrap();
        Self { test, facility, rooms, now: MORNING, held: BTreeMap::new(), closed: Vec::new(), count: 0 }
    }

    /// Whether the model says that these parts are free, apart from one hire.
    fn free(&self, parts: u8, during: (i64, i64), but: Option<usize>) -> bool {
        let stands = |one: &Held| one.until.is_none_or(|until| until > self.now);
        let hired = self
            .held
            .iter()
            .any(|(at, one)| Some(*at) != but && stands(one) && one.parts & parts > 0 && meets(one.during, during));
        !hired && !self.closed.iter().any(|closed| meets(*closed, during))
    }

    fn wish(&self, room: usize, day: i64, from: usize, until: usize) -> UseAsk {
        let codes = SLOTS[from..=until].iter().map(|slot| slot.0.to_owned()).collect();
        UseAsk {
            room: self.rooms[room],
            time: TimeAsk::Slots { day: FIRST + Duration::days(day), codes },
            purpose: None,
            commercial: false,
            admission: 0,
            goods_sale: false,
            alcohol: false,
            use_kind: None,
            heads: 0,
            meters: Vec::new(),
            equipment: Vec::new(),
        }
    }

    fn nth(&self, which: usize) -> Option<usize> {
        self.held.keys().nth(which % self.held.len().max(1)).copied()
    }

    async fn play(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Wait => self.now += Duration::minutes(11),
            Step::Hold { room, day, from, until } => self.hold(room, day, from, until).await,
            Step::Close { day } => {
                let during = (day * 1_440, day * 1_440 + 1_440);
                let starts_at = start_of_day(FIRST + Duration::days(day));
                let draft = ClosureDraft {
                    facility: self.facility,
                    rooms: Vec::new(),
                    reason: "点検".into(),
                    public_label: "休館".into(),
                    starts_at,
                    ends_at: starts_at + Duration::days(1),
                };
                let closed = tx!(self, |tx| closure::create(tx, draft.clone(), now).await);
                match closed {
                    Ok(_) => {
                        assert!(self.free(0b11, during, None), "closed over a hire");
                        self.closed.push(during);
                    }
                    Err(ClosureError::Collides(_)) => {
                        assert!(!self.free(0b11, during, None), "refused although all is free")
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
            Step::Release(which) => {
                if let Some(at) = self.nth(which).filter(|at| self.held[at].application.is_none()) {
                    let hold = self.held[&at].hold;
                    tx!(self, |tx| hire_hold::release(tx, hold, now).await).unwrap();
                    self.held.remove(&at);
                }
            }
            Step::Apply(which) => {
                if let Some(at) = self.nth(which).filter(|at| self.held[at].application.is_none()) {
                    let draft = ApplicationDraft {
                        hold: self.held[&at].hold,
                        patron: Some(PatronId::new(now)),
                        title: "会".into(),
                        public_title: None,
                        channel: "counter",
                    };
                    let applied = tx!(self, |tx| application::submit(tx, &draft, now).await);
                    let one = self.held.get_mut(&at).unwrap();
                    match applied {
                        Ok((applied, _)) => {
                            assert!(one.until.unwrap() > now, "applied with what had run out");
                            (one.until, one.application) = (None, Some(applied.application.id));
                        }
                        Err(ApplicationError::Hold(HoldError::Over(_))) => assert!(one.until.unwrap() <= now),
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
            Step::Refuse(which) => {
                if let Some((at, id)) = self.nth(which).and_then(|at| Some((at, self.held[&at].application?))) {
                    tx!(self, |tx| application::turn_down(tx, id, None, TurnDown::Refuse, "条例第5条", now).await)
                        .unwrap();
                    self.held.remove(&at);
                }
            }
            Step::Change { which, room, day, from, until } => {
                if let Some(at) = self.nth(which).filter(|at| self.held[at].application.is_some()) {
                    self.change(at, room, day, from, until).await;
                }
            }
        }
    }

    async fn hold(&mut self, room: usize, day: i64, from: usize, until: usize) {
        let (now, during) = (self.now, minutes(day, from, until));
        let ask = QuoteAsk {
            facility: self.facility,
            patron: None,
            user_class: None,
            resident: false,
            channel: None,
            uses: vec![self.wish(room, day, from, until)],
            hidden: true,
        };
        let quote = tx!(self, |tx| hire_quote::create(tx, &ask, now).await).unwrap().quote.id;
        tx!(self, |tx| hire_hold::clear(tx, quote, now).await).unwrap();
        let held = tx!(self, |tx| hire_hold::place(tx, quote, None, now).await);
        match held {
            Ok(held) => {
                assert!(self.free(ROOMS[room].1, during, None), "held twice");
                let (hold, hire) = (held.hold.id, held.hires[0].id);
                let one = Held {
                    parts: ROOMS[room].1,
                    during,
                    until: Some(held.hold.hold_until),
                    hold,
                    hire,
                    application: None,
                };
                self.held.insert(self.count, one);
                self.count += 1;
            }
            Err(HoldError::Taken(_)) => assert!(!self.free(ROOMS[room].1, during, None), "refused although it is free"),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn change(&mut self, at: usize, room: usize, day: i64, from: usize, until: usize) {
        let (now, during, hire) = (self.now, minutes(day, from, until), self.held[&at].hire);
        let wanted = self.wish(room, day, from, until);
        let changed = tx!(self, |tx| hire_change::change(tx, hire, None, &wanted, true, now).await);
        let free = self.free(ROOMS[room].1, during, Some(at));
        match changed {
            Ok(_) => {
                assert!(free, "changed onto something else");
                let one = self.held.get_mut(&at).unwrap();
                (one.parts, one.during) = (ROOMS[room].1, during);
            }
            // what ran out in its way is cleared by the adapter before it asks again; here it may still stand in the way
            Err(ApplicationError::Hold(HoldError::Taken(_))) => {
                let ran_out = self
                    .held
                    .iter()
                    .any(|(other, one)| *other != at && one.parts & ROOMS[room].1 > 0 && meets(one.during, during));
                assert!(!free || ran_out, "refused although it is free");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let slots = (0usize..3).prop_flat_map(|from| (Just(from), from..3));
    let at = (0usize..3, 0i64..3, slots);
    prop_oneof![
        6 => at.clone().prop_map(|(room, day, (from, until))| Step::Hold { room, day, from, until }),
        1 => (0usize..50).prop_map(Step::Release),
        3 => (0usize..50).prop_map(Step::Apply),
        1 => (0usize..50).prop_map(Step::Refuse),
        2 => (0usize..50, at).prop_map(|(which, (room, day, (from, until)))| Step::Change { which, room, day, from, until }),
        1 => (0i64..3).prop_map(|day| Step::Close { day }),
        1 => Just(Step::Wait),
    ]
}

#[test]
fn hires_changes_refusals_and_closures_agree_with_a_model_of_intervals() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases: 8, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(step(), 40), |steps| {
            runtime.block_on(async {
                let mut house = House::open().await;
                for step in steps {
                    house.play(step).await;
                }
            });
            Ok(())
        })
        .unwrap();
}
