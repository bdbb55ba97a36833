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

use crate::{catalogue::CatalogueError, schema::ticket_types};

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

/// Finds one.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: TicketTypeId) -> Result<TicketType, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists those of a production, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<ProductionId>, page: &PageAsk) -> Result<Page<TicketType>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |one| one.id.uuid()))
}
