//! Queries about signing in. Lock order: patron, password.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable};
use diesel_async::RunQueryDsl as _;
use kernel::{Instant, ids::PatronId};

use crate::schema::{passwords, patrons};

/// Whose password it is, and since when.
#[derive(Queryable)]
pub struct Known {
    pub patron: PatronId,
    pub phc: String,
    pub chosen_at: Instant,
}

/// The registered, active patron of an address with the stored password.
pub async fn password(tx: &mut TenantTx, email: &[u8]) -> Result<Option<Known>, Fault> {
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
        .select((passwords::patron_id, passwords::phc, passwords::changed_at))
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found)
}

/// Whether the patron may sign in and has chosen no other password since. Both are held for the rest of the transaction, so that
/// whoever ends the patron's sessions meanwhile ends the one that is opened now, too.
pub async fn still(tx: &mut TenantTx, known: &Known) -> Result<bool, Fault> {
    let state: Option<String> = patrons::table
        .of(tx.tenant())
        .filter(patrons::id.eq(known.patron))
        .select(patrons::state)
        .for_share()
        .first(tx.conn())
        .await
        .optional()?;
    let chosen_at: Option<Instant> = passwords::table
        .of(tx.tenant())
        .filter(passwords::patron_id.eq(known.patron))
        .select(passwords::changed_at)
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    Ok(state.as_deref() == Some("active") && chosen_at == Some(known.chosen_at))
}

pub async fn update_password(tx: &mut TenantTx, patron: PatronId, phc: &str) -> Result<(), Fault> {
    diesel::update(passwords::table.of(tx.tenant()).filter(passwords::patron_id.eq(patron)))
        .set(passwords::phc.eq(phc))
        .execute(tx.conn())
        .await?;
    Ok(())
}
