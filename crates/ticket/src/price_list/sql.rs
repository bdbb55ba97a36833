//! Queries on price lists.

use std::collections::HashSet;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::{PerformanceId, PriceListId, ProductionId, SeatClassId, TicketTypeId};

use super::{CreatePriceListError, Price, PriceDraft, PriceList};
use crate::{
    catalogue::production_list,
    schema::{performances, price_lists, prices, productions, seat_classes, ticket_types},
};

db::standard_sql!(price_lists, PriceList, PriceListId);
production_list!(price_lists, PriceList);

/// Whether the production exists and everything named is its own.
pub async fn belongs(
    tx: &mut TenantTx,
    production: ProductionId,
    performance: Option<PerformanceId>,
    wanted: &[PriceDraft],
) -> Result<(), CreatePriceListError> {
    let count = |n: i64| n > 0;
    let found: i64 = productions::table
        .of(tx.tenant())
        .filter(productions::id.eq(production))
        .count()
        .get_result(tx.conn())
        .await
        .map_err(Fault::from)?;
    if !count(found) {
        return Err(CreatePriceListError::NoSuch("production"));
    }
    if let Some(performance) = performance {
        let found: i64 = performances::table
            .of(tx.tenant())
            .filter(performances::id.eq(performance))
            .filter(performances::production_id.eq(production))
            .count()
            .get_result(tx.conn())
            .await
            .map_err(Fault::from)?;
        if !count(found) {
            return Err(CreatePriceListError::NoSuch("performance"));
        }
    }
    let classes: Vec<SeatClassId> = seat_classes::table
        .of(tx.tenant())
        .filter(seat_classes::production_id.eq(production))
        .select(seat_classes::id)
        .load(tx.conn())
        .await
        .map_err(Fault::from)?;
    let types: Vec<TicketTypeId> = ticket_types::table
        .of(tx.tenant())
        .filter(ticket_types::production_id.eq(production))
        .select(ticket_types::id)
        .load(tx.conn())
        .await
        .map_err(Fault::from)?;
    let (classes, types): (HashSet<_>, HashSet<_>) = (classes.into_iter().collect(), types.into_iter().collect());
    if wanted.iter().any(|price| !classes.contains(&price.seat_class)) {
        return Err(CreatePriceListError::NoSuch("seat_class"));
    }
    if wanted.iter().any(|price| !types.contains(&price.ticket_type)) {
        return Err(CreatePriceListError::NoSuch("ticket_type"));
    }
    Ok(())
}

pub async fn insert_prices(tx: &mut TenantTx, rows: &[Price]) -> Result<(), Fault> {
    diesel::insert_into(prices::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub async fn prices(tx: &mut TenantTx, list: PriceListId) -> Result<Vec<Price>, Fault> {
    let query = prices::table
        .of(tx.tenant())
        .filter(prices::price_list_id.eq(list))
        .order((prices::seat_class_id, prices::ticket_type_id))
        .select(Price::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn in_force(
    tx: &mut TenantTx,
    production: ProductionId,
    performance: PerformanceId,
) -> Result<Option<PriceList>, Fault> {
    let query = price_lists::table
        .of(tx.tenant())
        .filter(price_lists::production_id.eq(production))
        .filter(price_lists::performance_id.eq(performance).or(price_lists::performance_id.is_null()))
        .order((price_lists::performance_id.is_null().asc(), price_lists::id.desc()))
        .select(PriceList::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}
