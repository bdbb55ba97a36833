//! Queries on sale windows.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    PageAsk,
    ids::{PerformanceId, SaleWindowId},
};

use super::SaleWindow;
use crate::schema::{performances, productions, sale_windows};

db::standard_sql!(sale_windows, SaleWindow, SaleWindowId);

/// Of one performance or of all. `staff`: those of the house itself and of drafts as well.
pub async fn list(
    tx: &mut TenantTx,
    of: Option<PerformanceId>,
    staff: bool,
    page: &PageAsk,
) -> Result<Vec<SaleWindow>, Fault> {
    let mut query = sale_windows::table.of(tx.tenant()).into_boxed();
    if let Some(performance) = of {
        query = query.filter(sale_windows::performance_id.eq(performance));
    }
    if !staff {
        let productions =
            productions::table.of(tx.tenant()).filter(productions::state.ne("draft")).select(productions::id);
        let shown = performances::table
            .of(tx.tenant())
            .filter(performances::state.ne("draft"))
            .filter(performances::production_id.eq_any(productions))
            .select(performances::id);
        query = query.filter(sale_windows::audience.eq("public")).filter(sale_windows::performance_id.eq_any(shown));
    }
    if let Some(after) = page.after {
        query = query.filter(sale_windows::id.gt(after));
    }
    let query = query.order(sale_windows::id.asc()).limit(page.rows()).select(SaleWindow::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: SaleWindowId) -> Result<Option<SaleWindow>, Fault> {
    let query = sale_windows::table
        .of(tx.tenant())
        .filter(sale_windows::id.eq(id))
        .select(SaleWindow::as_select())
        .for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, window: &SaleWindow) -> Result<(), Fault> {
    diesel::update(sale_windows::table.of(tx.tenant()).filter(sale_windows::id.eq(window.id)))
        .set((
            sale_windows::name.eq(&window.name),
            sale_windows::opens_at.eq(window.opens_at),
            sale_windows::closes_at.eq(window.closes_at),
            sale_windows::per_order_limit.eq(window.per_order_limit),
            sale_windows::channels.eq(&window.channels),
            sale_windows::payment_methods.eq(&window.payment_methods),
            sale_windows::updated_at.eq(window.updated_at),
            sale_windows::version.eq(window.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
