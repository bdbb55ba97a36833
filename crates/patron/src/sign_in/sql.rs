//! Queries about signing in.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use kernel::ids::PatronId;

use crate::schema::{passwords, patrons};

/// The registered, active patron of an address with the stored password.
pub async fn password(tx: &mut TenantTx, email: &[u8]) -> Result<Option<(PatronId, String)>, Fault> {
    let patron: Option<PatronId> = patrons::table
        .of(tx.tenant())
        .filter(patrons::email_index.eq(email))
        .filter(patrons::kind.eq("registered"))
        .filter(patrons::state.eq("active"))
        .select(patrons::id)
        .first(tx.conn())
        .await
        .optional()?;
    // asked even when there is no such patron, so that both cases cost the same
    let sought = patron.unwrap_or(PatronId::from_uuid(uuid::Uuid::nil()));
    let found = passwords::table
        .of(tx.tenant())
        .filter(passwords::patron_id.eq(sought))
        .select((passwords::patron_id, passwords::phc))
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found)
}

pub async fn is_active(tx: &mut TenantTx, patron: PatronId) -> Result<bool, Fault> {
    let state: Option<String> = patrons::table
        .of(tx.tenant())
        .filter(patrons::id.eq(patron))
        .select(patrons::state)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(state.as_deref() == Some("active"))
}

pub async fn update_password(tx: &mut TenantTx, patron: PatronId, phc: &str) -> Result<(), Fault> {
    diesel::update(passwords::table.of(tx.tenant()).filter(passwords::patron_id.eq(patron)))
        .set(passwords::phc.eq(phc))
        .execute(tx.conn())
        .await?;
    Ok(())
}
