//! 販売区分: who may buy, from when to when, how many, and how long a hold lasts.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Yen,
    ids::{PerformanceId, SaleWindowId},
};

use crate::{
    catalogue::{CatalogueError, expect_version},
    performance,
    schema::sale_windows,
};

/// A sale window, half-open: `opens_at` is in, `closes_at` is out.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sale_windows)]
pub struct SaleWindow {
    pub id: SaleWindowId,
    pub performance_id: PerformanceId,
    pub name: String,
    /// `public`: anybody; `staff`: the house's own counter and servers.
    pub audience: String,
    pub opens_at: Instant,
    pub closes_at: Instant,
    /// Places in one order at most.
    pub per_order_limit: i32,
    /// Minutes a hold lasts, and lasts at most after extensions.
    pub hold_minutes: i32,
    pub hold_minutes_max: i32,
    /// Minutes an order may wait for its payment.
    pub payment_minutes: i32,
    /// `pick`, `best` or `both`.
    pub selection: String,
    pub fee_per_ticket: Yen,
    pub fee_per_order: Yen,
    /// 販路 that sell through it.
    pub channels: Vec<String>,
    /// How an order of it may be paid.
    pub payment_methods: Vec<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new window is.
#[derive(Debug, Clone)]
pub struct WindowDraft {
    pub performance: PerformanceId,
    pub name: String,
    pub audience: &'static str,
    pub opens_at: Instant,
    pub closes_at: Instant,
    pub per_order_limit: i32,
    pub hold_minutes: i32,
    pub hold_minutes_max: i32,
    pub payment_minutes: i32,
    pub selection: &'static str,
    pub fee_per_ticket: Yen,
    pub fee_per_order: Yen,
    pub channels: Vec<String>,
    pub payment_methods: Vec<String>,
}

/// What changes.
#[derive(Debug, Clone, Default)]
pub struct WindowChange {
    pub name: Option<String>,
    pub opens_at: Option<Instant>,
    pub closes_at: Option<Instant>,
    pub per_order_limit: Option<i32>,
    pub channels: Option<Vec<String>>,
    pub payment_methods: Option<Vec<String>>,
}

fn sound(fault: Fault) -> CatalogueError {
    match fault {
        fault if fault.violates("sale_windows_performance") => CatalogueError::NoSuch("performance"),
        fault if fault.violates("sale_windows_times") => CatalogueError::WindowTimes,
        fault if fault.violates("sale_windows_hold") => CatalogueError::HoldTimes,
        fault => fault.into(),
    }
}

/// Makes a sale window.
///
/// # Errors
/// [`CatalogueError::NoSuch`] performance, [`CatalogueError::WindowTimes`], [`CatalogueError::HoldTimes`].
pub async fn create(tx: &mut TenantTx, draft: WindowDraft, now: Instant) -> Result<SaleWindow, CatalogueError> {
    let window = SaleWindow {
        id: SaleWindowId::new(now),
        performance_id: draft.performance,
        name: draft.name,
        audience: draft.audience.to_owned(),
        opens_at: draft.opens_at,
        closes_at: draft.closes_at,
        per_order_limit: draft.per_order_limit,
        hold_minutes: draft.hold_minutes,
        hold_minutes_max: draft.hold_minutes_max,
        payment_minutes: draft.payment_minutes,
        selection: draft.selection.to_owned(),
        fee_per_ticket: draft.fee_per_ticket,
        fee_per_order: draft.fee_per_order,
        channels: draft.channels,
        payment_methods: draft.payment_methods,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &window).await.map_err(sound)?;
    let event = events::WindowCreated { sale_window: window.id, performance: window.performance_id };
    journal(tx, now, &event).await?;
    Ok(window)
}

/// Finds a sale window. Who is not of the house sees public ones of what is announced.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: SaleWindowId, staff: bool) -> Result<SaleWindow, CatalogueError> {
    let window = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if !staff {
        performance::find(tx, window.performance_id, false).await?;
        if window.audience != "public" {
            return Err(CatalogueError::Absent);
        }
    }
    Ok(window)
}

/// Lists sale windows of a performance, or all, oldest first. Who is not of the house sees public ones of what is announced.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<PerformanceId>,
    staff: bool,
    page: &PageAsk,
) -> Result<Page<SaleWindow>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, staff, page).await?, page, |window| window.id.uuid()))
}

/// Changes a sale window, if it is still in the version that was meant. Holds already placed keep their deadline and may be paid as was
/// promised.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`], [`CatalogueError::WindowTimes`].
pub async fn update(
    tx: &mut TenantTx,
    id: SaleWindowId,
    version: Option<i32>,
    change: WindowChange,
    now: Instant,
) -> Result<SaleWindow, CatalogueError> {
    let mut window = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, window.version)?;
    window.name = change.name.unwrap_or(window.name);
    window.opens_at = change.opens_at.unwrap_or(window.opens_at);
    window.closes_at = change.closes_at.unwrap_or(window.closes_at);
    window.per_order_limit = change.per_order_limit.unwrap_or(window.per_order_limit);
    window.channels = change.channels.unwrap_or(window.channels);
    window.payment_methods = change.payment_methods.unwrap_or(window.payment_methods);
    (window.updated_at, window.version) = (now, window.version.saturating_add(1));
    sql::update(tx, &window).await.map_err(sound)?;
    journal(tx, now, &events::WindowChanged { sale_window: id, version: window.version }).await?;
    Ok(window)
}
