//! 期: the stretch of the year that classes belong to.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, ids::TermId};
use time::Date;

use crate::{
    catalogue::{CatalogueError, expect_version},
    schema::terms,
};

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = terms)]
pub struct Term {
    pub id: TermId,
    /// Unique at the contractor.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// Civil days in Asia/Tokyo, the second excluded.
    pub starts_on: Date,
    pub ends_on: Date,
    /// Whose participants may come first in this one.
    pub previous_id: Option<TermId>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new term is.
#[derive(Debug, Clone)]
pub struct TermDraft {
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub previous: Option<TermId>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct TermChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
}

/// Makes a term.
///
/// # Errors
/// [`CatalogueError`]: `TermDays`, `NoSuch`, `CodeTaken`.
pub async fn create(tx: &mut TenantTx, draft: TermDraft, now: Instant) -> Result<Term, CatalogueError> {
    let made = Term {
        id: TermId::new(now),
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        starts_on: draft.starts_on,
        ends_on: draft.ends_on,
        previous_id: draft.previous,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    expect_days(&made)?;
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("terms_code") => CatalogueError::CodeTaken,
        fault if fault.violates("terms_previous") => CatalogueError::NoSuch("term"),
        fault => fault.into(),
    })?;
    journal(tx, now, &events::TermCreated { term: made.id }).await?;
    Ok(made)
}

/// Finds a term.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: TermId) -> Result<Term, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// These terms, each once.
pub(crate) async fn of_ids(tx: &mut TenantTx, ids: Vec<TermId>) -> Result<Vec<Term>, Fault> {
    sql::of_ids(tx, ids).await
}

/// Lists terms, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Page<Term>, Fault> {
    Ok(Page::from_rows(sql::list(tx, None, page).await?, page, |term| term.id.uuid()))
}

/// Changes a term, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `TermDays`.
pub async fn update(
    tx: &mut TenantTx,
    id: TermId,
    version: Option<i32>,
    change: TermChange,
    now: Instant,
) -> Result<Term, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.starts_on = change.starts_on.unwrap_or(one.starts_on);
    one.ends_on = change.ends_on.unwrap_or(one.ends_on);
    expect_days(&one)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::TermChanged { term: id, version: one.version }).await?;
    Ok(one)
}

fn expect_days(one: &Term) -> Result<(), CatalogueError> {
    if one.starts_on < one.ends_on { Ok(()) } else { Err(CatalogueError::TermDays) }
}
