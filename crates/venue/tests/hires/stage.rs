//! A hall in halves with slots, a tariff and a few pianos.

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
    hire_quote::{self, CountsAs, QuoteAsk, UseAsk},
    plan::{Extension, TimeAsk},
    room::{self, RoomDraft},
    slot_set::{self, SlotDraft, SlotSetDraft},
    tariff_version,
};

/// The first day that is played.
pub const FIRST: Date = date!(2026 - 12 - 10);
/// The last of them goes on after midnight.
pub const SLOTS: [(&str, i32, i32); 3] = [("AM", 540, 720), ("PM", 780, 1_020), ("NT", 1_320, 1_560)];
/// The hall and its halves.
pub const ROOMS: [StageRoom; 3] = [
    StageRoom { code: "HALL", parts: 0b11, before: 30, after: 90 },
    StageRoom { code: "A", parts: 0b01, before: 0, after: 45 },
    StageRoom { code: "B", parts: 0b10, before: 0, after: 0 },
];

const SINCE: Date = date!(2026 - 04 - 01);

pub struct StageRoom {
    pub code: &'static str,
    /// As bits.
    pub parts: u8,
    /// Minutes that are kept free beside each use.
    pub before: i32,
    pub after: i32,
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
            let mut rooms = Vec::new();
            for one in &ROOMS {
                let room = room::create(tx, room(facility, one), MORNING).await?.room.id;
                slot_set::create(tx, slots(room), MORNING).await?;
                rooms.push(room);
            }
            let piano = equipment::create(tx, piano(facility, pianos), MORNING).await?.id;
            Ok((facility, rooms, piano))
        };
        let (facility, rooms, piano) = test.db.tenant(&scope, work).await.unwrap();
        let tariff = tariff();
        let work = async |tx: &mut TenantTx| {
            let version = tariff_version::create(tx, facility, &tariff, &BTreeSet::new(), MORNING).await?.0;
            tariff_version::publish(tx, version.id, MORNING).await
        };
        test.db.tenant(&scope, work).await.unwrap();
        Self { test, facility, rooms, piano }
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
        tx!(self, |tx| hire_quote::create(tx, &ask, now).await).unwrap().0.quote.id
    }

    /// Holds as a client does: when something is taken, what ran out is cleared in a transaction of its own, and then again.
    pub async fn hold(&self, quote: HireQuoteId, now: Instant) -> Result<Held, HoldError> {
        let offer = &tx!(self, |tx| hire_quote::find(tx, quote).await)?;
        let held = tx!(self, |tx| hire_hold::place(tx, offer, None, false, now).await);
        if matches!(held, Err(HoldError::Taken(_))) && tx!(self, |tx| hire_hold::clear(tx, quote, now).await)? > 0 {
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

fn room(facility: FacilityId, one: &StageRoom) -> RoomDraft {
    let parts = ["A", "B"].into_iter().enumerate().filter(|(bit, _)| one.parts & (1 << bit) > 0);
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
        attached: Vec::new(),
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

fn piano(facility: FacilityId, capacity: i32) -> EquipmentDraft {
    EquipmentDraft {
        facility,
        code: "PIANO".into(),
        name: "ピアノ".into(),
        name_en: None,
        unit: "台".into(),
        capacity,
        gap_before_minutes: 0,
        gap_after_minutes: 0,
        max_per_hire: None,
        effective_from: SINCE,
        effective_until: None,
    }
}

/// A thousand yen a slot and a hundred a piano.
fn tariff() -> String {
    let rows: Vec<_> = ROOMS
        .iter()
        .flat_map(|room| SLOTS.map(|(slot, ..)| json!({ "space": room.code, "span": slot, "yen": 1_000 })))
        .collect();
    let component =
        |code: &str, rule: serde_json::Value| json!({ "code": code, "label": { "ja": code }, "rule": rule });
    let base =
        json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows });
    let items = json!({ "kind": "equipment", "prices": [{ "item": "PIANO", "per": "use", "yen": 100 }] });
    json!({
        "name": "使用料", "legal_reference": "別表", "applies_by": "use_date", "effective_from": "2026-04-01", "engine": 1,
        "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
        "components": [component("BASE", base), component("ITEMS", items)],
    })
    .to_string()
}
