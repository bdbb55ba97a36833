//! A hall in halves, a studio with its green room, slots, a tariff, and a few things to hire beside them.

use std::collections::{BTreeMap, BTreeSet};

use db::TenantTx;
use kernel::{
    Instant, Service,
    ids::{EquipmentId, FacilityId, HireHoldId, HireQuoteId, PatronId, RoomId},
};
use serde_json::json;
use testkit::{MORNING, TestDb};
use time::{Date, Duration, macros::date};
use venue::{
    application::{self, ApplicationDraft, ApplicationError, Applied},
    catalogue::CatalogueError,
    equipment::{self, EquipmentDraft},
    facility::{self, FacilityDraft},
    hire_hold::{self, Held, HoldError},
    hire_quote::{self, CountsAs, QuoteAsk, QuoteError, UseAsk},
    plan::{Extension, TimeAsk},
    room::{self, Attached, RoomDraft},
    slot_set::{self, SlotDraft, SlotSetDraft},
    tariff_version,
};

/// The first day that is played.
pub const FIRST: Date = date!(2026 - 12 - 10);
/// The last of them goes on after midnight.
pub const SLOTS: [(&str, i32, i32); 3] = [("AM", 540, 720), ("PM", 780, 1_020), ("NT", 1_320, 1_560)];
/// What the house is made of.
pub const PARTS: [&str; 4] = ["A", "B", "C", "D"];
/// The hall and its halves, and the studio, which is never hired without the green room before it.
pub const ROOMS: [StageRoom; 5] = [
    StageRoom { code: "HALL", parts: 0b0011, before: 30, after: 90, needs: None },
    StageRoom { code: "A", parts: 0b0001, before: 0, after: 45, needs: None },
    StageRoom { code: "B", parts: 0b0010, before: 0, after: 0, needs: None },
    StageRoom { code: "GREEN", parts: 0b0100, before: 15, after: 15, needs: None },
    StageRoom { code: "STUDIO", parts: 0b1000, before: 0, after: 60, needs: Some(3) },
];
pub const MICROPHONES: i32 = 3;
/// Minutes for which a microphone is busy before and after each use: it does not go from one slot into the next.
pub const MICROPHONE_GAPS: (i32, i32) = (20, 45);

const SINCE: Date = date!(2026 - 04 - 01);

pub struct StageRoom {
    pub code: &'static str,
    /// As bits, in the order of [`PARTS`].
    pub parts: u8,
    /// Minutes that are kept free beside each use.
    pub before: i32,
    pub after: i32,
    /// An earlier room that this one is never hired without.
    pub needs: Option<usize>,
}

/// The work in a transaction of its own.
macro_rules! tx {
    ($stage:expr, |$tx:ident| $work:expr) => {
        $stage.test.db.tenant(&$stage.test.scope(kernel::Service::Venue), async |$tx: &mut db::TenantTx| $work).await
    };
}
pub(crate) use tx;

pub struct Stage {
    pub test: TestDb,
    pub facility: FacilityId,
    /// As [`ROOMS`].
    pub rooms: Vec<RoomId>,
    pub piano: EquipmentId,
    pub microphone: EquipmentId,
}

impl Stage {
    /// With so many pianos.
    pub async fn open(pianos: i32) -> Self {
        Self::with_pool(pianos, 12).await
    }

    pub async fn with_pool(pianos: i32, connections: u32) -> Self {
        let test = TestDb::with_pool(connections).await;
        let scope = test.scope(Service::Venue);
        let work = async |tx: &mut TenantTx| -> Result<_, CatalogueError> {
            let facility = facility::create(tx, house(), MORNING).await?.id;
            let mut rooms: Vec<RoomId> = Vec::new();
            for one in &ROOMS {
                let room = room::create(tx, room(facility, one, &rooms), MORNING).await?.room.id;
                slot_set::create(tx, slots(room), MORNING).await?;
                rooms.push(room);
            }
            let piano = equipment::create(tx, item(facility, "PIANO", pianos, (0, 0)), MORNING).await?.id;
            let microphone = item(facility, "MICROPHONE", MICROPHONES, MICROPHONE_GAPS);
            let microphone = equipment::create(tx, microphone, MORNING).await?.id;
            Ok((facility, rooms, piano, microphone))
        };
        let (facility, rooms, piano, microphone) = test.db.tenant(&scope, work).await.unwrap();
        let tariff = tariff();
        let work = async |tx: &mut TenantTx| {
            let version = tariff_version::create(tx, facility, &tariff, &BTreeSet::new(), MORNING).await?.0;
            tariff_version::publish(tx, version.id, MORNING).await
        };
        test.db.tenant(&scope, work).await.unwrap();
        Self { test, facility, rooms, piano, microphone }
    }

    /// A room from one slot of a day to another, with so many pianos.
    pub fn wish(&self, room: usize, day: i64, (from, until): (usize, usize), pianos: i32) -> UseAsk {
        let codes = SLOTS[from..=until].iter().map(|slot| slot.0.to_owned()).collect();
        UseAsk {
            room: self.rooms[room],
            time: TimeAsk::Slots { day: FIRST + Duration::days(day), codes, extension: Extension::default() },
            purpose: None,
            commercial: false,
            admission: 0,
            goods_sale: false,
            alcohol: false,
            use_kind: None,
            heads: None,
            headcount: BTreeMap::new(),
            meters: Vec::new(),
            equipment: if pianos > 0 { vec![(self.piano, pianos)] } else { Vec::new() },
        }
    }

    pub async fn quote(&self, uses: Vec<UseAsk>, now: Instant) -> HireQuoteId {
        self.quoted(uses, now).await.unwrap()
    }

    pub async fn quoted(&self, uses: Vec<UseAsk>, now: Instant) -> Result<HireQuoteId, QuoteError> {
        let ask = QuoteAsk {
            facility: self.facility,
            patron: None,
            user_class: None,
            resident: false,
            organiser_kind: None,
            channel: None,
            uses,
            hidden: true,
            counter: false,
        };
        tx!(self, |tx| hire_quote::create(tx, &ask, now).await).map(|(priced, _)| priced.quote.id)
    }

    /// Holds as a client does: when something is taken, what ran out is cleared in a transaction of its own, and then again.
    pub async fn hold(&self, quote: HireQuoteId, now: Instant) -> Result<Held, HoldError> {
        let offer = &tx!(self, |tx| hire_quote::find(tx, quote).await)?;
        let held = tx!(self, |tx| hire_hold::place(tx, offer, None, false, now).await);
        if matches!(held, Err(HoldError::Taken { .. })) && tx!(self, |tx| hire_hold::clear(tx, quote, now).await)? > 0 {
            return tx!(self, |tx| hire_hold::place(tx, offer, None, false, now).await);
        }
        held
    }

    pub async fn submit(&self, hold: HireHoldId, now: Instant) -> Result<Applied, ApplicationError> {
        let draft = ApplicationDraft {
            hold,
            patron: Some((PatronId::new(now), CountsAs::default())),
            title: "会".into(),
            public_title: None,
            channel: "counter",
        };
        tx!(self, |tx| application::submit(tx, &draft, now).await).map(|(applied, _)| applied)
    }
}

fn house() -> FacilityDraft {
    FacilityDraft {
        code: "F".into(),
        name: "会館".into(),
        name_en: None,
        address: None,
        effective_from: SINCE,
        effective_until: None,
        mend_days: None,
    }
}

fn room(facility: FacilityId, one: &StageRoom, earlier: &[RoomId]) -> RoomDraft {
    let parts = PARTS.into_iter().enumerate().filter(|(bit, _)| one.parts & (1 << bit) > 0);
    RoomDraft {
        facility,
        code: one.code.into(),
        name: one.code.into(),
        name_en: None,
        capacity: None,
        time_unit: "slots",
        grid_minutes: None,
        gap_before_minutes: one.before,
        gap_after_minutes: one.after,
        gap_mode: "sum",
        min_minutes: None,
        max_minutes: None,
        approval: "staff",
        visibility: "bookable",
        open_to: "everybody",
        ordinal: 0,
        effective_from: SINCE,
        effective_until: None,
        parts: parts.map(|(_, part)| part.to_owned()).collect(),
        purposes: Vec::new(),
        attached: one.needs.iter().map(|room| Attached { room: earlier[*room], required: true }).collect(),
    }
}

fn slots(room: RoomId) -> SlotSetDraft {
    let slot = |(code, starts_minute, ends_minute): (&str, i32, i32)| SlotDraft {
        code: code.into(),
        name: code.into(),
        starts_minute,
        ends_minute,
    };
    SlotSetDraft {
        room,
        name: "通常".into(),
        gap_policy: "free_if_both",
        effective_from: SINCE,
        effective_until: None,
        season: None,
        slots: SLOTS.map(slot).to_vec(),
    }
}

fn item(facility: FacilityId, code: &str, capacity: i32, (before, after): (i32, i32)) -> EquipmentDraft {
    EquipmentDraft {
        facility,
        code: code.into(),
        name: code.into(),
        name_en: None,
        unit: "台".into(),
        capacity,
        gap_before_minutes: before,
        gap_after_minutes: after,
        max_per_hire: None,
        effective_from: SINCE,
        effective_until: None,
    }
}

/// A thousand yen a slot, and a hundred a thing.
fn tariff() -> String {
    let rows: Vec<_> = ROOMS
        .iter()
        .flat_map(|room| SLOTS.map(|(slot, ..)| json!({ "space": room.code, "span": slot, "yen": 1_000 })))
        .collect();
    let component =
        |code: &str, rule: serde_json::Value| json!({ "code": code, "label": { "ja": code }, "rule": rule });
    let base =
        json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows });
    let price = |item: &str| json!({ "item": item, "per": "use", "yen": 100 });
    let items = json!({ "kind": "equipment", "prices": [price("PIANO"), price("MICROPHONE")] });
    json!({
        "name": "使用料", "legal_reference": "別表", "applies_by": "use_date", "effective_from": "2026-04-01", "engine": 1,
        "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
        "components": [component("BASE", base), component("ITEMS", items)],
    })
    .to_string()
}
