//! 券種: a kind of ticket, such as adult or student.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{ProductionId, TicketTypeId},
};

use crate::{
    catalogue::{CatalogueError, expect_version},
    production,
    schema::ticket_types,
};

/// 券種 of a production.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ticket_types)]
pub struct TicketType {
    pub id: TicketTypeId,
    pub production_id: ProductionId,
    /// Unique in the production; printed on tickets and in reports.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// A certificate is shown at the gate.
    pub proof_required: bool,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new one is.
#[derive(Debug, Clone)]
pub struct TicketTypeDraft {
    pub production: ProductionId,
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub proof_required: bool,
}

/// What changes; `Some(None)` clears. The code stays: tickets and reports name it.
#[derive(Debug, Clone, Default)]
pub struct TicketTypeChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub proof_required: Option<bool>,
}

/// Adds one to a production.
///
/// # Errors
/// [`CatalogueError::NoSuch`] production, [`CatalogueError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: TicketTypeDraft, now: Instant) -> Result<TicketType, CatalogueError> {
    let made = TicketType {
        id: TicketTypeId::new(now),
        production_id: draft.production,
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        proof_required: draft.proof_required,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("ticket_types_code") => CatalogueError::CodeTaken,
        fault if fault.violates("ticket_types_production") => CatalogueError::NoSuch("production"),
        fault => fault.into(),
    })?;
    journal(tx, now, &events::TicketTypeCreated { ticket_type: made.id, production: made.production_id }).await?;
    Ok(made)
}

/// Finds one. Who does not see drafts does not see what belongs to a draft production.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: TicketTypeId, drafts: bool) -> Result<TicketType, CatalogueError> {
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
) -> Result<Page<TicketType>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, drafts, page).await?, page, |one| one.id.uuid()))
}

/// Changes one, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::Stale`].
pub async fn update(
    tx: &mut TenantTx,
    id: TicketTypeId,
    version: Option<i32>,
    change: TicketTypeChange,
    now: Instant,
) -> Result<TicketType, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.proof_required = change.proof_required.unwrap_or(one.proof_required);
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::TicketTypeChanged { ticket_type: id, version: one.version }).await?;
    Ok(one)
}
