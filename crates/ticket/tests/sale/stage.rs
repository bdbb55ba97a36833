//! A hall with a performance on sale, the same for both twins.

use db::TenantTx;
use kernel::{
    Clock, Instant, Scope, Service,
    ids::{PoolId, SeatClassId, SeatId},
};
use testkit::{MORNING, TestDb, hall};
use ticket::{
    hold::{self, PlaceHold, PlaceHoldError, Placed, SeatPick, Selection, TypeCount},
    pool::{self, Pool, PoolDraft},
    secret::Proof,
    stock::{self, ClassRule},
    terms::Audience,
};

pub use hall::{adult, id, performance, seat, seated, standing};

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
            test.execute(&hall::on_sale(tenant, rows, places)).await;
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
