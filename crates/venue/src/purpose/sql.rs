//! Queries on purposes.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::PurposeId;

use super::Purpose;
use crate::schema::purposes;

db::standard_sql!(purposes, Purpose, PurposeId);
db::standard_list!(purposes, Purpose, id: PurposeId);

pub async fn find_for_update(tx: &mut TenantTx, id: PurposeId) -> Result<Option<Purpose>, Fault> {
    let query = purposes::table.of(tx.tenant()).filter(purposes::id.eq(id)).select(Purpose::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &Purpose) -> Result<(), Fault> {
    diesel::update(purposes::table.of(tx.tenant()).filter(purposes::id.eq(one.id)))
        .set((
            purposes::name.eq(&one.name),
            purposes::name_en.eq(&one.name_en),
            purposes::ordinal.eq(one.ordinal),
            purposes::effective_until.eq(one.effective_until),
            purposes::updated_at.eq(one.updated_at),
            purposes::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Every purpose of the contractor, in the order of its lists.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Purpose>, Fault> {
    let query = purposes::table.of(tx.tenant()).order((purposes::ordinal, purposes::code, purposes::effective_from));
    Ok(query.select(Purpose::as_select()).load(tx.conn()).await?)
}
