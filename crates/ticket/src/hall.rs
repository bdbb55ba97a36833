//! ホール: where performances take place.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, ids::HallId};

use crate::{
    catalogue::{CatalogueError, expect_version},
    schema::halls,
};

/// A hall.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = halls)]
pub struct Hall {
    pub id: HallId,
    pub name: String,
    pub name_en: Option<String>,
    pub address: Option<String>,
    /// 消防定員: no performance may admit more.
    pub legal_capacity: Option<i32>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new hall is.
#[derive(Debug, Clone)]
pub struct HallDraft {
    pub name: String,
    pub name_en: Option<String>,
    pub address: Option<String>,
    pub legal_capacity: Option<i32>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct HallChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub address: Option<Option<String>>,
    pub legal_capacity: Option<Option<i32>>,
}

/// Makes a hall.
///
/// # Errors
/// A [`Fault`].
pub async fn create(tx: &mut TenantTx, draft: HallDraft, now: Instant) -> Result<Hall, Fault> {
    let HallDraft { name, name_en, address, legal_capacity } = draft;
    let hall = Hall {
        id: HallId::new(now),
        name,
        name_en,
        address,
        legal_capacity,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &hall).await?;
    journal(tx, now, &events::HallCreated { hall: hall.id }).await?;
    Ok(hall)
}

/// Finds a hall.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: HallId) -> Result<Hall, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists halls, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Page<Hall>, Fault> {
    Ok(Page::from_rows(sql::list(tx, None, page).await?, page, |hall| hall.id.uuid()))
}

/// Changes a hall, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`].
pub async fn update(
    tx: &mut TenantTx,
    id: HallId,
    version: Option<i32>,
    change: HallChange,
    now: Instant,
) -> Result<Hall, CatalogueError> {
    let mut hall = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, hall.version)?;
    hall.name = change.name.unwrap_or(hall.name);
    hall.name_en = change.name_en.unwrap_or(hall.name_en);
    hall.address = change.address.unwrap_or(hall.address);
    hall.legal_capacity = change.legal_capacity.unwrap_or(hall.legal_capacity);
    (hall.updated_at, hall.version) = (now, hall.version.saturating_add(1));
    sql::update(tx, &hall).await?;
    journal(tx, now, &events::HallChanged { hall: hall.id, version: hall.version }).await?;
    Ok(hall)
}
