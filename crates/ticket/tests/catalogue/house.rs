//! A house that is filled noun by noun, with the hall of 1,120 places from the examples.

use db::TenantTx;
use kernel::{
    Clock, Instant, PageAsk, Scope, Service, Yen,
    ids::{HallId, PerformanceId, ProductionId, SeatClassId, SeatingPlanId, SeatingPlanVersionId, TicketTypeId},
};
use testkit::{MORNING, TestDb};
use ticket::{
    catalogue::CatalogueError,
    hall::{self, HallDraft},
    performance::{self, Performance, PerformanceDraft},
    plan::{self, Charset, PlanVersion},
    price_list::{self, CreatePriceListError, PriceDraft, PriceList, PriceListDraft},
    production::{self, ProductionDraft},
    seat_class::{self, SeatClass, SeatClassDraft},
    ticket_type::{self, TicketTypeDraft},
    window::{self, SaleWindow, WindowDraft},
};
use time::Duration;

pub const FILE: &[u8] = include_bytes!("../../../../examples/halls/hall-1120.csv");
pub const WHOLE: PageAsk = PageAsk { limit: 100, after: None };

/// When the performance of a [`House`] begins.
pub const EVENING: Instant = MORNING.saturating_add(Duration::days(30));

pub struct House {
    pub test: TestDb,
    pub scope: Scope,
    pub clock: Clock,
}

/// Runs a verb in a transaction of the house and hands on what it says.
#[macro_export]
macro_rules! told {
    ($house:expr, |$tx:ident| $verb:expr) => {{
        let scope = $house.scope;
        $house.test.db.tenant(&scope, async |$tx: &mut ::db::TenantTx| $verb.await).await
    }};
}

impl House {
    pub async fn new() -> Self {
        let test = TestDb::new().await;
        let scope = test.scope(Service::Ticket);
        Self { test, scope, clock: Clock::manual(MORNING) }
    }

    /// The same house as its neighbour sees it.
    pub fn neighbour(self) -> Self {
        let scope = self.test.neighbour(Service::Ticket);
        Self { scope, ..self }
    }

    pub async fn hall(&self, legal_capacity: Option<i32>) -> HallId {
        let draft = HallDraft { name: "大ホール".into(), name_en: None, address: None, legal_capacity };
        told!(self, |tx| hall::create(tx, draft.clone(), MORNING)).unwrap().id
    }

    pub async fn plan(&self, hall: HallId) -> SeatingPlanId {
        told!(self, |tx| plan::create(tx, hall, "標準".into(), MORNING)).unwrap().id
    }

    /// The hall of the examples, read in as a draft.
    pub async fn import(&self, plan: SeatingPlanId) -> PlanVersion {
        let seats = plan::read_file(FILE, Charset::Utf8).unwrap();
        told!(self, |tx| plan::import(tx, plan, &seats, MORNING)).unwrap()
    }

    pub async fn published(&self, hall: HallId) -> SeatingPlanVersionId {
        let version = self.import(self.plan(hall).await).await.id;
        told!(self, |tx| plan::publish(tx, version, MORNING)).unwrap().id
    }

    pub async fn production(&self) -> ProductionId {
        let draft = ProductionDraft {
            title: "第九".into(),
            title_en: None,
            organiser: "市".into(),
            genre: None,
            description: None,
            specified_ticket: false,
        };
        told!(self, |tx| production::create(tx, draft.clone(), MORNING)).unwrap().id
    }

    pub async fn perform(
        &self,
        production: ProductionId,
        hall: HallId,
        plan_version: Option<SeatingPlanVersionId>,
    ) -> Result<Performance, CatalogueError> {
        let draft = evening(production, hall, plan_version);
        told!(self, |tx| performance::create(tx, draft.clone(), MORNING))
    }

    pub async fn class(
        &self,
        production: ProductionId,
        code: &str,
        numbering: &'static str,
    ) -> Result<SeatClass, CatalogueError> {
        let (code, name) = (code.to_owned(), format!("{code}席"));
        let draft = SeatClassDraft { production, code, name, name_en: None, numbering };
        told!(self, |tx| seat_class::create(tx, draft.clone(), MORNING))
    }

    pub async fn ticket_type(&self, production: ProductionId, code: &str) -> Result<TicketTypeId, CatalogueError> {
        let code = code.to_owned();
        let draft = TicketTypeDraft { production, code, name: "一般".into(), name_en: None, proof_required: false };
        told!(self, |tx| ticket_type::create(tx, draft.clone(), MORNING)).map(|made| made.id)
    }

    pub async fn prices(
        &self,
        production: ProductionId,
        performance: Option<PerformanceId>,
        prices: &[(SeatClassId, TicketTypeId, i64)],
    ) -> Result<PriceList, CreatePriceListError> {
        let price = |(seat_class, ticket_type, amount): &(SeatClassId, TicketTypeId, i64)| PriceDraft {
            seat_class: *seat_class,
            ticket_type: *ticket_type,
            amount: Yen(*amount),
            tax_rate: "standard",
        };
        let prices = prices.iter().map(price).collect();
        let draft = PriceListDraft { production, performance, name: "通常".into(), prices };
        let now = self.clock.now();
        told!(self, |tx| price_list::create(tx, draft.clone(), now)).map(|(list, _)| list)
    }

    pub async fn window(
        &self,
        performance: PerformanceId,
        audience: &'static str,
    ) -> Result<SaleWindow, CatalogueError> {
        let draft = WindowDraft { audience, ..general_sale(performance) };
        told!(self, |tx| window::create(tx, draft.clone(), MORNING))
    }
}

pub fn evening(production: ProductionId, hall: HallId, plan_version: Option<SeatingPlanVersionId>) -> PerformanceDraft {
    PerformanceDraft {
        production,
        hall,
        plan_version,
        doors_at: EVENING - Duration::minutes(30),
        starts_at: EVENING,
        ends_at: EVENING + Duration::hours(2),
        capacity_cap: None,
        sales_cutoff_at: EVENING,
    }
}

pub fn general_sale(performance: PerformanceId) -> WindowDraft {
    WindowDraft {
        performance,
        name: "一般発売".into(),
        audience: "public",
        opens_at: MORNING - Duration::hours(1),
        closes_at: EVENING,
        per_order_limit: 8,
        hold_minutes: 10,
        hold_minutes_max: 25,
        payment_minutes: 60,
        selection: "both",
        fee_per_ticket: Yen(0),
        fee_per_order: Yen(0),
        channels: ticket::order::Channel::ALL.map(|channel| channel.as_str().to_owned()).to_vec(),
        payment_methods: ticket::terms::PAYMENT_METHODS.map(str::to_owned).to_vec(),
    }
}

/// What the house itself reads, without a change.
pub async fn seats_of(house: &House, version: SeatingPlanVersionId) -> Vec<plan::Seat> {
    let read = async |tx: &mut TenantTx| plan::seats(tx, version).await;
    house.test.db.read(&house.scope, read).await.unwrap()
}
