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

use crate::{
    catalogue::{CatalogueError, expect_version},
    production,
    schema::seat_classes,
};

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

/// What changes; `Some(None)` clears. The code stays: tickets and reports name it.
#[derive(Debug, Clone, Default)]
pub struct SeatClassChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
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

/// Finds one. Who does not see drafts does not see what belongs to a draft production.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: SeatClassId, drafts: bool) -> Result<SeatClass, CatalogueError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    production::find(tx, found.production_id, drafts).await?;
    Ok(found)
}

/// Lists those of a production, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<ProductionId>,
    drafts: bool,
    page: &PageAsk,
) -> Result<Page<SeatClass>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, drafts, page).await?, page, |one| one.id.uuid()))
}

/// Changes one, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`].
pub async fn update(
    tx: &mut TenantTx,
    id: SeatClassId,
    version: Option<i32>,
    change: SeatClassChange,
    now: Instant,
) -> Result<SeatClass, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::SeatClassChanged { seat_class: id, version: one.version }).await?;
    Ok(one)
}
