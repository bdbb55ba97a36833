//! Queries on sale windows.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::{PerformanceId, SaleWindowId};

use super::SaleWindow;
use crate::{
    catalogue::{standard_list, standard_sql},
    schema::sale_windows,
};

standard_sql!(sale_windows, SaleWindow, SaleWindowId);
standard_list!(sale_windows, SaleWindow, performance_id: PerformanceId);

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
            sale_windows::updated_at.eq(window.updated_at),
            sale_windows::version.eq(window.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
