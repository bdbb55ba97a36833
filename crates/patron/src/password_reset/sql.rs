//! Queries about codes that change a password. Lock order: patron, verification, password.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use kernel::{Instant, ids::PatronId};
use uuid::Uuid;

use crate::{
    registration::sql::hold_owner,
    schema::{passwords, verifications},
};

const PURPOSE: &str = "reset_password";

/// Whose code it is, while it is good.
pub(super) async fn find(tx: &mut TenantTx, hash: &[u8], now: Instant) -> Result<Option<PatronId>, Fault> {
    let found: Option<Option<PatronId>> = verifications::table
        .of(tx.tenant())
        .filter(verifications::token_hash.eq(hash))
        .filter(verifications::purpose.eq(PURPOSE))
        .filter(verifications::expires_at.gt(now))
        .select(verifications::patron_id)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found.flatten())
}

/// Uses a code up, if it is still good.
pub(super) async fn take(tx: &mut TenantTx, hash: &[u8], now: Instant) -> Result<Option<(Uuid, PatronId)>, Fault> {
    hold_owner(tx, hash).await?;
    let good = verifications::table
        .of(tx.tenant())
        .filter(verifications::token_hash.eq(hash))
        .filter(verifications::purpose.eq(PURPOSE))
        .filter(verifications::expires_at.gt(now));
    let row: Option<(Uuid, Option<PatronId>)> = diesel::delete(good)
        .returning((verifications::id, verifications::patron_id))
        .get_result(tx.conn())
        .await
        .optional()?;
    Ok(row.and_then(|(id, patron)| Some((id, patron?))))
}

/// False when the patron has no password to change.
pub(super) async fn set_password(tx: &mut TenantTx, patron: PatronId, phc: &str, now: Instant) -> Result<bool, Fault> {
    let done = diesel::update(passwords::table.of(tx.tenant()).filter(passwords::patron_id.eq(patron)))
        .set((passwords::phc.eq(phc), passwords::changed_at.eq(now)))
        .execute(tx.conn())
        .await?;
    Ok(done == 1)
}
