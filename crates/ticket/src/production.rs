//! 公演: what is performed, however often.

mod events;
pub mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, ids::ProductionId};

use crate::{
    catalogue::{CatalogueError, expect_version},
    schema::productions,
};

/// A production.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = productions)]
pub struct Production {
    pub id: ProductionId,
    pub title: String,
    pub title_en: Option<String>,
    /// 主催
    pub organiser: String,
    pub genre: Option<String>,
    pub description: Option<String>,
    /// 特定興行入場券 (2019 Act): no resale, date and place fixed, seat or entrant fixed, contact checked.
    pub specified_ticket: bool,
    /// `draft`, `announced` (shown before it is on sale) or `published`.
    pub state: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new production is.
#[derive(Debug, Clone)]
pub struct ProductionDraft {
    pub title: String,
    pub title_en: Option<String>,
    pub organiser: String,
    pub genre: Option<String>,
    pub description: Option<String>,
    pub specified_ticket: bool,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct ProductionChange {
    pub title: Option<String>,
    pub title_en: Option<Option<String>>,
    pub organiser: Option<String>,
    pub genre: Option<Option<String>>,
    pub description: Option<Option<String>>,
}

/// Makes a production, as a draft.
///
/// # Errors
/// A [`Fault`].
pub async fn create(tx: &mut TenantTx, draft: ProductionDraft, now: Instant) -> Result<Production, Fault> {
    let ProductionDraft { title, title_en, organiser, genre, description, specified_ticket } = draft;
    let production = Production {
        id: ProductionId::new(now),
        title,
        title_en,
        organiser,
        genre,
        description,
        specified_ticket,
        state: "draft".to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &production).await?;
    journal(tx, now, &events::ProductionCreated { production: production.id }).await?;
    Ok(production)
}

/// Finds a production. A guest does not see drafts.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: ProductionId, drafts: bool) -> Result<Production, CatalogueError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if drafts || found.state != "draft" { Ok(found) } else { Err(CatalogueError::Absent) }
}

/// Lists productions, oldest first; without drafts for guests.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, drafts: bool, page: &PageAsk) -> Result<Page<Production>, Fault> {
    Ok(Page::from_rows(sql::list(tx, drafts, page).await?, page, |production| production.id.uuid()))
}

/// Changes a production, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`].
pub async fn update(
    tx: &mut TenantTx,
    id: ProductionId,
    version: Option<i32>,
    change: ProductionChange,
    now: Instant,
) -> Result<Production, CatalogueError> {
    let mut production = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, production.version)?;
    production.title = change.title.unwrap_or(production.title);
    production.title_en = change.title_en.unwrap_or(production.title_en);
    production.organiser = change.organiser.unwrap_or(production.organiser);
    production.genre = change.genre.unwrap_or(production.genre);
    production.description = change.description.unwrap_or(production.description);
    (production.updated_at, production.version) = (now, production.version.saturating_add(1));
    sql::update(tx, &production).await?;
    journal(tx, now, &events::ProductionChanged { production: id, version: production.version }).await?;
    Ok(production)
}

/// Shows a production to everybody: `announced` before it is on sale, then `published`. It never goes back.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::State`].
pub async fn show(
    tx: &mut TenantTx,
    id: ProductionId,
    to: &'static str,
    now: Instant,
) -> Result<Production, CatalogueError> {
    let mut production = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if !rules::may_move(&production.state, to) {
        return Err(CatalogueError::State { what: "production", state: production.state });
    }
    production.state = to.to_owned();
    (production.updated_at, production.version) = (now, production.version.saturating_add(1));
    sql::update(tx, &production).await?;
    journal(tx, now, &events::ProductionShown { production: id, state: to }).await?;
    Ok(production)
}
