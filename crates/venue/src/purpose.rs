//! 利用目的: what rooms are used for.

mod events;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, ids::PurposeId};
use time::Date;

use crate::{
    catalogue::{CatalogueError, expect_effective, expect_version},
    schema::purposes,
};

/// A purpose.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = purposes)]
pub struct Purpose {
    pub id: PurposeId,
    /// Unique at the contractor.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// Its place in lists of the house.
    pub ordinal: i32,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new purpose is.
#[derive(Debug, Clone)]
pub struct PurposeDraft {
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub ordinal: i32,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct PurposeChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub ordinal: Option<i32>,
    pub effective_until: Option<Option<Date>>,
}

/// Makes a purpose.
///
/// # Errors
/// [`CatalogueError::Effective`], [`CatalogueError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: PurposeDraft, now: Instant) -> Result<Purpose, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    let made = Purpose {
        id: PurposeId::new(now),
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        ordinal: draft.ordinal,
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &made).await.map_err(code_taken)?;
    journal(tx, now, &events::PurposeCreated { purpose: made.id }).await?;
    Ok(made)
}

/// Finds a purpose.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: PurposeId) -> Result<Purpose, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists purposes, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Page<Purpose>, Fault> {
    Ok(Page::from_rows(sql::list(tx, None, page).await?, page, |purpose| purpose.id.uuid()))
}

/// Changes a purpose, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`], [`CatalogueError::Effective`].
pub async fn update(
    tx: &mut TenantTx,
    id: PurposeId,
    version: Option<i32>,
    change: PurposeChange,
    now: Instant,
) -> Result<Purpose, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.ordinal = change.ordinal.unwrap_or(one.ordinal);
    one.effective_until = change.effective_until.unwrap_or(one.effective_until);
    expect_effective(one.effective_from, one.effective_until)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await.map_err(code_taken)?;
    journal(tx, now, &events::PurposeChanged { purpose: id, version: one.version }).await?;
    Ok(one)
}

fn code_taken(fault: Fault) -> CatalogueError {
    if fault.violates("purposes_code") { CatalogueError::CodeTaken } else { fault.into() }
}
