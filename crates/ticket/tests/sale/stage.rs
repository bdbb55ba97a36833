//! A hall with a performance on sale, the same for both twins.

use std::fmt::Write as _;

use db::TenantTx;
use kernel::{
    Clock, Id, Instant, Scope, Service,
    ids::{PerformanceId, PoolId, SeatClassId, SeatId, TicketTypeId, kind},
};
use testkit::{MORNING, TestDb};
use ticket::{
    hold::{self, PlaceHold, PlaceHoldError, Placed, SeatPick, Selection, TypeCount},
    pool::{self, Pool, PoolDraft},
    secret::Proof,
    stock::{self, ClassRule},
    terms::Audience,
};
use uuid::Uuid;

pub const SEATED: u128 = 0x0c1;
pub const STANDING: u128 = 0x0c2;

pub fn id<K: kernel::ids::Kind>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

pub fn performance() -> PerformanceId {
    id::<kind::Performance>(0xf1)
}

pub fn seated() -> SeatClassId {
    id(SEATED)
}

pub fn standing() -> SeatClassId {
    id(STANDING)
}

pub fn adult() -> TicketTypeId {
    id(0xad)
}

/// The seat in this row and place, both from 1.
pub fn seat(row: i32, place: i32) -> SeatId {
    id(u128::from((row * 1000 + place).unsigned_abs()) + 0x5ea7_0000)
}

pub struct Stage {
    pub test: TestDb,
    pub scope: Scope,
    pub clock: Clock,
}

impl Stage {
    /// Rows of so many seats, an aisle in the middle; wheelchair places and companions at the left of the last row.
    pub async fn new(rows: i32, places: i32) -> Self {
        Self::with_pool(rows, places, 12).await
    }

    pub async fn with_pool(rows: i32, places: i32, connections: u32) -> Self {
        let test = TestDb::with_pool(connections).await;
        for tenant in [test.twins.first.tenant, test.twins.second.tenant] {
            test.execute(&catalogue(tenant.uuid(), rows, places)).await;
        }
        let scope = test.scope(Service::Ticket);
        let stage = Self { test, scope, clock: Clock::manual(MORNING) };
        for scope in [stage.scope, stage.test.neighbour(Service::Ticket)] {
            let laid = stage.test.db.tenant(&scope, async |tx: &mut TenantTx| {
                let all = ClassRule { section: None, row_from: None, row_to: None, class: seated() };
                stock::lay_out(tx, performance(), &[all], MORNING).await
            });
            assert_eq!(laid.await.unwrap(), i64::from(rows * places));
        }
        stage
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn ask(&self, selection: Selection) -> PlaceHold {
        PlaceHold { performance: performance(), sale_window: None, audience: Audience::Public, selection }
    }

    pub async fn hold(&self, selection: Selection) -> Result<Placed, PlaceHoldError> {
        let (ask, now) = (self.ask(selection), self.now());
        self.test.db.tenant_relaxed(&self.scope, async |tx: &mut TenantTx| hold::place(tx, &ask, now).await).await
    }

    pub async fn release(&self, placed: &Placed) {
        let (id, now) = (placed.hold.id, self.now());
        let done = self
            .test
            .db
            .tenant(&self.scope, async |tx: &mut TenantTx| hold::release(tx, id, Proof::Trusted, now).await);
        done.await.unwrap();
    }

    pub async fn pool(&self, name: &str, capacity: i64, class: Option<SeatClassId>, parent: Option<PoolId>) -> Pool {
        let draft = PoolDraft { performance: performance(), seat_class: class, parent, name: name.into(), capacity };
        let now = self.now();
        self.test.db.tenant(&self.scope, async |tx: &mut TenantTx| pool::create(tx, &draft, now).await).await.unwrap()
    }

    pub async fn taken(&self, id: PoolId) -> i64 {
        self.test.db.read(&self.scope, async |tx: &mut TenantTx| pool::find(tx, id).await).await.unwrap().taken
    }

    pub async fn map(&self) -> String {
        let now = self.now();
        let read = async |tx: &mut TenantTx| stock::seat_map(tx, performance(), now).await;
        let map = self.test.db.read(&self.scope, read).await.unwrap();
        (0..map.seats).map(|at| char::from(b'0' + (map.bits[at / 4] >> (at % 4 * 2) & 3))).collect()
    }
}

pub fn picked(seats: &[SeatId]) -> Selection {
    Selection::Picked(seats.iter().map(|&seat| SeatPick { seat, ticket_type: adult() }).collect())
}

pub fn best(count: i32) -> Selection {
    Selection::Best { seat_class: seated(), tickets: adults(count), may_split: false, wheelchair: false }
}

pub fn places(pool: PoolId, count: i32) -> Selection {
    Selection::Places { pool, tickets: adults(count) }
}

pub fn adults(count: i32) -> Vec<TypeCount> {
    vec![TypeCount { ticket_type: adult(), count }]
}

fn catalogue(tenant: Uuid, rows: i32, places: i32) -> String {
    let uuid = |n: u128| Uuid::from_u128(n);
    let (hall, plan, version, production, list) = (uuid(1), uuid(2), uuid(3), uuid(4), uuid(5));
    let (seated, standing, adult, at) = (uuid(SEATED), uuid(STANDING), adult().uuid(), "'2026-10-01T00:00:00Z'");
    let performance = performance().uuid();
    let mut seats = String::new();
    for row in 1..=rows {
        for place in 1..=places {
            let (wheelchair, companion) = (row == rows && place == 1, row == rows && place == 2);
            let _ = write!(
                seats,
                "{}('{tenant}', '{}', '{version}', {}, '1F', '{row}', '{place}', {row}, {place}, {}, {row}, false, {wheelchair}, {companion}, false)",
                if seats.is_empty() { "" } else { "," },
                seat(row, place).uuid(),
                (row - 1) * places + place - 1,
                i32::from(place > places / 2),
            );
        }
    }
    format!(
        "INSERT INTO ticket.halls (tenant_id, id, name, created_at, updated_at) VALUES ('{tenant}', '{hall}', '大ホール', {at}, {at});
         INSERT INTO ticket.seating_plans (tenant_id, id, hall_id, name, created_at, updated_at) VALUES ('{tenant}', '{plan}', '{hall}', '標準', {at}, {at});
         INSERT INTO ticket.seating_plan_versions (tenant_id, id, plan_id, number, state, seat_count, checksum, created_at, published_at)
           VALUES ('{tenant}', '{version}', '{plan}', 1, 'published', {count}, sha256(''), {at}, {at});
         INSERT INTO ticket.seats (tenant_id, id, plan_version_id, ordinal, section, row_label, seat_label, row_index, position_index, block_index,
           quality_rank, aisle, wheelchair, companion, restricted_view) VALUES {seats};
         INSERT INTO ticket.productions (tenant_id, id, title, organiser, specified_ticket, state, created_at, updated_at)
           VALUES ('{tenant}', '{production}', '第九', '市', false, 'published', {at}, {at});
         INSERT INTO ticket.performances (tenant_id, id, production_id, hall_id, plan_version_id, doors_at, starts_at, ends_at, sales_cutoff_at, state, created_at, updated_at)
           VALUES ('{tenant}', '{performance}', '{production}', '{hall}', '{version}', '2026-12-24T08:30Z', '2026-12-24T09:00Z', '2026-12-24T11:00Z', '2026-12-24T09:00Z', 'on_sale', {at}, {at});
         INSERT INTO ticket.seat_classes (tenant_id, id, production_id, code, name, numbering, created_at, updated_at)
           VALUES ('{tenant}', '{seated}', '{production}', 'S', 'S席', 'assigned', {at}, {at}), ('{tenant}', '{standing}', '{production}', 'F', '自由席', 'none', {at}, {at});
         INSERT INTO ticket.ticket_types (tenant_id, id, production_id, code, name, proof_required, created_at, updated_at)
           VALUES ('{tenant}', '{adult}', '{production}', 'adult', '一般', false, {at}, {at});
         INSERT INTO ticket.price_lists (tenant_id, id, production_id, name, created_at) VALUES ('{tenant}', '{list}', '{production}', '通常', {at});
         INSERT INTO ticket.prices (tenant_id, price_list_id, seat_class_id, ticket_type_id, amount, tax_rate)
           VALUES ('{tenant}', '{list}', '{seated}', '{adult}', 5000, 'standard'), ('{tenant}', '{list}', '{standing}', '{adult}', 3000, 'standard');
         INSERT INTO ticket.sale_windows (tenant_id, id, performance_id, name, audience, opens_at, closes_at, per_order_limit, hold_minutes, hold_minutes_max,
           payment_minutes, selection, fee_per_ticket, fee_per_order, created_at, updated_at)
           VALUES ('{tenant}', '{window}', '{performance}', '一般発売', 'public', '2026-11-01T00:00Z', '2026-12-24T09:00Z', 8, 10, 25, 60, 'both', 110, 0, {at}, {at});",
        count = rows * places,
        window = uuid(6),
    )
}
