//! 席種: a class of places, such as S, A or free seating.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{ProductionId, SeatClassId},
};

use crate::{catalogue::CatalogueError, schema::seat_classes};

/// 席種 of a production.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = seat_classes)]
pub struct SeatClass {
    pub id: SeatClassId,
    pub production_id: ProductionId,
    /// Unique in the production; printed on tickets and in reports.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// `assigned`: a seat of one's own; `none`: free seating or standing, from a pool.
    pub numbering: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new one is.
#[derive(Debug, Clone)]
pub struct SeatClassDraft {
    pub production: ProductionId,
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub numbering: &'static str,
}

/// Adds one to a production.
///
/// # Errors
/// [`CatalogueError::NoSuch`] production, [`CatalogueError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: SeatClassDraft, now: Instant) -> Result<SeatClass, CatalogueError> {
    let made = SeatClass {
        id: SeatClassId::new(now),
        production_id: draft.production,
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        numbering: draft.numbering.to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("seat_classes_code") => CatalogueError::CodeTaken,
        fault if fault.violates("seat_classes_production") => CatalogueError::NoSuch("production"),
        fault => fault.into(),
    })?;
    journal(tx, now, &events::SeatClassCreated { seat_class: made.id, production: made.production_id }).await?;
    Ok(made)
}

/// Finds one.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: SeatClassId) -> Result<SeatClass, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists those of a production, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<ProductionId>, page: &PageAsk) -> Result<Page<SeatClass>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |one| one.id.uuid()))
}
