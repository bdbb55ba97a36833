//! 公演回: one evening of a production, in one hall.

mod events;
pub mod rules;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{HallId, OrderId, PatronId, PerformanceId, ProductionId, SeatingPlanVersionId},
};

pub use rules::Missing;

pub use crate::stock::ClassRule;

use crate::{
    catalogue::{CatalogueError, expect_version},
    price_list, problems, production,
    schema::performances,
    stock::{self, StockError},
    window,
};

/// A performance.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = performances)]
pub struct Performance {
    pub id: PerformanceId,
    pub production_id: ProductionId,
    pub hall_id: HallId,
    /// Absent: no numbered seats.
    pub plan_version_id: Option<SeatingPlanVersionId>,
    pub doors_at: Instant,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Nothing is sold from this moment on.
    pub sales_cutoff_at: Instant,
    /// No more places than these are for sale, seats and pools together; absent: what the hall may hold.
    pub capacity_cap: Option<i32>,
    /// `draft`, `announced`, `on_sale`, `paused`, `closed` or `cancelled`. Sold out is not a state: it is seen.
    pub state: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new performance is.
#[derive(Debug, Clone)]
pub struct PerformanceDraft {
    pub production: ProductionId,
    pub hall: HallId,
    pub plan_version: Option<SeatingPlanVersionId>,
    pub doors_at: Instant,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub sales_cutoff_at: Instant,
    pub capacity_cap: Option<i32>,
}

/// What changes.
#[derive(Debug, Clone, Default)]
pub struct PerformanceChange {
    pub doors_at: Option<Instant>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub sales_cutoff_at: Option<Instant>,
    /// The inner absence lifts the cap.
    pub capacity_cap: Option<Option<i32>>,
}

/// Why a performance does not go on sale.
#[derive(Debug, thiserror::Error)]
pub enum OpenSaleError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the performance is {0}")]
    State(String),
    #[error("{} things are missing", .0.len())]
    Missing(Vec<Missing>),
    #[error(transparent)]
    Stock(#[from] StockError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// So many missing things are told at once.
const TOLD: usize = 200;

impl Refuse for OpenSaleError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::State(state) => problems::STATE.refuse().fact("state", state.as_str()),
            Self::Missing(missing) => {
                let told: Vec<serde_json::Value> = missing.iter().take(TOLD).map(Missing::fact).collect();
                problems::NOT_SELLABLE.refuse().fact("missing_count", missing.len()).fact("missing", told)
            }
            Self::Stock(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

fn sound(fault: Fault) -> CatalogueError {
    match fault {
        fault if fault.violates("performances_times") => CatalogueError::Times,
        fault if fault.violates("performances_production") => CatalogueError::NoSuch("production"),
        fault if fault.violates("performances_hall") => CatalogueError::NoSuch("hall"),
        fault if fault.violates("performances_plan_version") => CatalogueError::NoSuch("seating_plan_version"),
        fault => fault.into(),
    }
}

/// Makes a performance, as a draft.
///
/// # Errors
/// [`CatalogueError::NoSuch`] production, hall or plan version, [`CatalogueError::PlanOfOtherHall`],
/// [`CatalogueError::Times`].
pub async fn create(tx: &mut TenantTx, draft: PerformanceDraft, now: Instant) -> Result<Performance, CatalogueError> {
    if let Some(version) = draft.plan_version
        && !sql::plan_fits(tx, version, draft.hall).await?
    {
        return Err(CatalogueError::PlanOfOtherHall);
    }
    let performance = Performance {
        id: PerformanceId::new(now),
        production_id: draft.production,
        hall_id: draft.hall,
        plan_version_id: draft.plan_version,
        doors_at: draft.doors_at,
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        sales_cutoff_at: draft.sales_cutoff_at,
        capacity_cap: draft.capacity_cap,
        state: "draft".to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &performance).await.map_err(sound)?;
    let event = events::PerformanceCreated { performance: performance.id, production: performance.production_id };
    journal(tx, now, &event).await?;
    Ok(performance)
}

/// Finds a performance. Who does not see drafts does not see performances of a draft production either.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: PerformanceId, drafts: bool) -> Result<Performance, CatalogueError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if !drafts {
        production::find(tx, found.production_id, false).await?;
        if found.state == "draft" {
            return Err(CatalogueError::Absent);
        }
    }
    Ok(found)
}

/// Lists performances of a production, or all, oldest first; without drafts for guests.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<ProductionId>,
    drafts: bool,
    page: &PageAsk,
) -> Result<Page<Performance>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, drafts, page).await?, page, |performance| performance.id.uuid()))
}

/// Changes the times and the cap of a performance that has not been put on sale, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`], [`CatalogueError::State`], [`CatalogueError::Times`].
pub async fn update(
    tx: &mut TenantTx,
    id: PerformanceId,
    version: Option<i32>,
    change: PerformanceChange,
    now: Instant,
) -> Result<Performance, CatalogueError> {
    let mut performance = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, performance.version)?;
    if !rules::is_prepared(&performance.state) {
        return Err(CatalogueError::State { what: "performance", state: performance.state });
    }
    performance.doors_at = change.doors_at.unwrap_or(performance.doors_at);
    performance.starts_at = change.starts_at.unwrap_or(performance.starts_at);
    performance.ends_at = change.ends_at.unwrap_or(performance.ends_at);
    performance.sales_cutoff_at = change.sales_cutoff_at.unwrap_or(performance.sales_cutoff_at);
    performance.capacity_cap = change.capacity_cap.unwrap_or(performance.capacity_cap);
    (performance.updated_at, performance.version) = (now, performance.version.saturating_add(1));
    sql::update(tx, &performance).await.map_err(sound)?;
    journal(tx, now, &events::PerformanceChanged { performance: id, version: performance.version }).await?;
    Ok(performance)
}

/// Puts a draft, or what is announced, on sale: lays out its seats in their classes. Says everything that is missing at once.
///
/// # Errors
/// [`OpenSaleError`].
pub async fn open_sale(
    tx: &mut TenantTx,
    id: PerformanceId,
    classes: &[ClassRule],
    now: Instant,
) -> Result<Performance, OpenSaleError> {
    let mut performance = sql::find_for_update(tx, id).await?.ok_or(OpenSaleError::Absent)?;
    if !rules::is_prepared(&performance.state) {
        return Err(OpenSaleError::State(performance.state));
    }
    let facts = sql::facts(tx, &performance).await?;
    let prices = price_list::in_force(tx, performance.production_id, id).await?;
    let windows = window::list(tx, Some(id), true, &PageAsk { limit: 100, after: None }).await?;
    let missing = rules::missing(&performance, &facts, classes, prices.as_ref(), &windows.items, now);
    if !missing.is_empty() {
        return Err(OpenSaleError::Missing(missing));
    }
    let seats = match performance.plan_version_id {
        Some(_) => stock::lay_out(tx, id, classes, now).await?,
        None => 0,
    };
    move_to(tx, &mut performance, "on_sale", seats, now).await?;
    Ok(performance)
}

/// Announces a performance (`announced`), takes it off sale for a while (`paused`), puts it back (`on_sale`), ends its sale
/// (`closed`) or calls it off (`cancelled`): from then on nothing of it is held, ordered, paid or admitted.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::State`].
pub async fn change_state(
    tx: &mut TenantTx,
    id: PerformanceId,
    to: &'static str,
    now: Instant,
) -> Result<Performance, CatalogueError> {
    let mut performance = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if !rules::may_move(&performance.state, to) {
        return Err(CatalogueError::State { what: "performance", state: performance.state });
    }
    move_to(tx, &mut performance, to, 0, now).await?;
    Ok(performance)
}

async fn move_to(
    tx: &mut TenantTx,
    performance: &mut Performance,
    state: &'static str,
    seats: i64,
    now: Instant,
) -> Result<(), Fault> {
    performance.state = state.to_owned();
    (performance.updated_at, performance.version) = (now, performance.version.saturating_add(1));
    sql::update(tx, performance).await?;
    journal(tx, now, &events::PerformanceMoved { performance: performance.id, state, seats }).await
}

/// A paid order of a performance that did not take place, as far as its tickets count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreturned {
    pub order: OrderId,
    pub number: String,
    pub patron: Option<PatronId>,
    /// Tickets that are not void yet.
    pub tickets: i32,
}

/// How many orders and tickets of a performance are paid and not taken back.
///
/// # Errors
/// A [`Fault`].
pub async fn count_unreturned(tx: &mut TenantTx, id: PerformanceId) -> Result<(i64, i64), Fault> {
    sql::count_unreturned(tx, id).await
}

/// The orders of a cancelled performance whose money is to be returned, oldest first.
///
/// # Errors
/// [`CatalogueError::Absent`]; [`CatalogueError::State`] unless it is cancelled.
pub async fn unreturned(
    tx: &mut TenantTx,
    id: PerformanceId,
    page: PageAsk,
) -> Result<Page<Unreturned>, CatalogueError> {
    let performance = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if performance.state != "cancelled" {
        return Err(CatalogueError::State { what: "performance", state: performance.state });
    }
    let rows = sql::unreturned(tx, id, page).await?;
    Ok(Page::from_rows(rows, &page, |order| order.order.uuid()))
}
