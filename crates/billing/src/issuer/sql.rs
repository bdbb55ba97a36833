//! The queries about the issuer.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Issuer;
use crate::schema::issuers;

pub async fn find(tx: &mut TenantTx) -> Result<Option<Issuer>, Fault> {
    let query = issuers::table.of(tx.tenant()).select(Issuer::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn lock(tx: &mut TenantTx) -> Result<Option<Issuer>, Fault> {
    let query = issuers::table.of(tx.tenant()).select(Issuer::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn insert(tx: &mut TenantTx, issuer: &Issuer) -> Result<(), Fault> {
    diesel::insert_into(issuers::table).values(issuer).execute(tx.conn()).await?;
    Ok(())
}

pub async fn update(tx: &mut TenantTx, issuer: &Issuer) -> Result<(), Fault> {
    diesel::update(issuers::table.of(tx.tenant()))
        .set((
            issuers::name.eq(&issuer.name),
            issuers::address.eq(&issuer.address),
            issuers::registration_number.eq(&issuer.registration_number),
            issuers::updated_at.eq(issuer.updated_at),
            issuers::version.eq(issuer.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
