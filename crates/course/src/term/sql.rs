//! Queries on terms.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::TermId;

use super::Term;
use crate::schema::terms;

db::standard_sql!(terms, Term, TermId);
db::standard_list!(terms, Term, id: TermId);

pub async fn find_for_update(tx: &mut TenantTx, id: TermId) -> Result<Option<Term>, Fault> {
    let query = terms::table.of(tx.tenant()).filter(terms::id.eq(id)).select(Term::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &Term) -> Result<(), Fault> {
    diesel::update(terms::table.of(tx.tenant()).filter(terms::id.eq(one.id)))
        .set((
            terms::name.eq(&one.name),
            terms::name_en.eq(&one.name_en),
            terms::starts_on.eq(one.starts_on),
            terms::ends_on.eq(one.ends_on),
            terms::updated_at.eq(one.updated_at),
            terms::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn of_ids(tx: &mut TenantTx, ids: Vec<TermId>) -> Result<Vec<Term>, Fault> {
    let query = terms::table.of(tx.tenant()).filter(terms::id.eq_any(ids));
    Ok(query.select(Term::as_select()).load(tx.conn()).await?)
}
