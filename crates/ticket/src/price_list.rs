//! 価格表: what a place costs, by seat class and ticket type, in whole yen with the tax included.
//!
//! A list never changes: a new one takes its place, and what was sold keeps the price it was sold at.

mod events;
pub mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse, Yen,
    ids::{PerformanceId, PriceListId, ProductionId, SeatClassId, TicketTypeId},
};

use crate::{
    catalogue::CatalogueError,
    problems, production,
    schema::{price_lists, prices},
};

/// A price list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_lists)]
pub struct PriceList {
    pub id: PriceListId,
    pub production_id: ProductionId,
    /// Only for this performance; absent: for every performance that has none of its own.
    pub performance_id: Option<PerformanceId>,
    pub name: String,
    pub created_at: Instant,
}

/// What one place costs.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = prices)]
pub struct Price {
    pub price_list_id: PriceListId,
    pub seat_class_id: SeatClassId,
    pub ticket_type_id: TicketTypeId,
    /// Whole yen, tax included.
    pub amount: Yen,
    /// `standard` (10 %), `reduced` (8 %) or `exempt`.
    pub tax_rate: String,
}

/// What a new list is.
#[derive(Debug, Clone)]
pub struct PriceListDraft {
    pub production: ProductionId,
    pub performance: Option<PerformanceId>,
    pub name: String,
    pub prices: Vec<PriceDraft>,
}

/// One price of a new list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceDraft {
    pub seat_class: SeatClassId,
    pub ticket_type: TicketTypeId,
    pub amount: Yen,
    pub tax_rate: &'static str,
}

/// Why a price list is not made.
#[derive(Debug, thiserror::Error)]
pub enum CreatePriceListError {
    #[error("there is no such {0} in this production")]
    NoSuch(&'static str),
    #[error("a seat class and ticket type are priced more than once")]
    PricedTwice { seat_class: SeatClassId, ticket_type: TicketTypeId },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for CreatePriceListError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::NoSuch(noun) => problems::NO_SUCH.refuse().fact("noun", *noun),
            Self::PricedTwice { seat_class, ticket_type } => problems::NO_PRICES
                .refuse()
                .fact("seat_class", seat_class.to_string())
                .fact("ticket_type", ticket_type.to_string()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes a price list; it counts from now on, and holds already placed keep their quote.
///
/// # Errors
/// [`CreatePriceListError`].
pub async fn create(
    tx: &mut TenantTx,
    draft: PriceListDraft,
    now: Instant,
) -> Result<(PriceList, Vec<Price>), CreatePriceListError> {
    if let Some((seat_class, ticket_type)) = rules::priced_twice(&draft.prices) {
        return Err(CreatePriceListError::PricedTwice { seat_class, ticket_type });
    }
    let PriceListDraft { production, performance, name, prices } = draft;
    sql::belongs(tx, production, performance, &prices).await?;
    let id = PriceListId::new(now);
    let list = PriceList { id, production_id: production, performance_id: performance, name, created_at: now };
    let rows: Vec<Price> = prices
        .into_iter()
        .map(|price| Price {
            price_list_id: id,
            seat_class_id: price.seat_class,
            ticket_type_id: price.ticket_type,
            amount: price.amount,
            tax_rate: price.tax_rate.to_owned(),
        })
        .collect();
    sql::insert(tx, &list).await?;
    sql::insert_prices(tx, &rows).await?;
    let event = events::PriceListCreated { price_list: id, production, prices: rows.len() };
    journal(tx, now, &event).await?;
    Ok((list, rows))
}

/// Finds a list with its prices. Who does not see drafts does not see the prices of a draft production.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: PriceListId, drafts: bool) -> Result<(PriceList, Vec<Price>), CatalogueError> {
    let list = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    production::find(tx, list.production_id, drafts).await?;
    let prices = sql::prices(tx, id).await?;
    Ok((list, prices))
}

/// Lists price lists, oldest first, without their prices.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<ProductionId>,
    drafts: bool,
    page: &PageAsk,
) -> Result<Page<PriceList>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, drafts, page).await?, page, |list| list.id.uuid()))
}

/// The list that counts for a performance now: its own newest, else the newest of its production.
///
/// # Errors
/// A [`Fault`].
pub async fn in_force(
    tx: &mut TenantTx,
    production: ProductionId,
    performance: PerformanceId,
) -> Result<Option<(PriceList, Vec<Price>)>, Fault> {
    let Some(list) = sql::in_force(tx, production, performance).await? else { return Ok(None) };
    let prices = sql::prices(tx, list.id).await?;
    Ok(Some((list, prices)))
}
