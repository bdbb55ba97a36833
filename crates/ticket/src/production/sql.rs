//! Queries on productions.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{PageAsk, ids::ProductionId};

use super::Production;
use crate::schema::productions;

db::standard_sql!(productions, Production, ProductionId);

pub async fn list(tx: &mut TenantTx, drafts: bool, page: &PageAsk) -> Result<Vec<Production>, Fault> {
    let mut query = productions::table.of(tx.tenant()).into_boxed();
    if !drafts {
        query = query.filter(productions::state.ne("draft"));
    }
    if let Some(after) = page.after {
        query = query.filter(productions::id.gt(after));
    }
    let query = query.order(productions::id.asc()).limit(page.rows()).select(Production::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: ProductionId) -> Result<Option<Production>, Fault> {
    let query =
        productions::table.of(tx.tenant()).filter(productions::id.eq(id)).select(Production::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, production: &Production) -> Result<(), Fault> {
    diesel::update(productions::table.of(tx.tenant()).filter(productions::id.eq(production.id)))
        .set((
            productions::title.eq(&production.title),
            productions::title_en.eq(&production.title_en),
            productions::organiser.eq(&production.organiser),
            productions::genre.eq(&production.genre),
            productions::description.eq(&production.description),
            productions::state.eq(&production.state),
            productions::updated_at.eq(production.updated_at),
            productions::version.eq(production.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
