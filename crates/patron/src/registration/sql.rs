//! Queries about verifications and passwords. Lock order: patron, verification, password; a sign-up is nobody's yet, and comes first.

use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant as _,
};
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, insert_into};
use diesel_async::RunQueryDsl as _;
use kernel::{Instant, ids::PatronId, ids::TenantId};
use uuid::Uuid;

use super::rules::{Draft, Pending};
use crate::{
    Keys,
    schema::{passwords, patrons, verifications},
    token,
};

/// A verification that was just used up.
pub(super) struct Taken {
    pub patron: Option<PatronId>,
    pub pending: Pending,
    pub phc: Option<String>,
}

fn cell(tenant: TenantId, row: Uuid) -> Cell {
    Cell { tenant, table: "patron.verifications", column: "pending", row }
}

pub(crate) async fn insert(tx: &mut TenantTx, keys: Keys<'_>, draft: &Draft) -> Result<(), Fault> {
    let text = serde_json::to_vec(&draft.pending).map_err(|_| Fault::Unexpected("details are told in JSON"))?;
    let pending = sealed::seal(keys.seal, &cell(tx.tenant(), draft.id), &text)?;
    insert_into(verifications::table)
        .values((
            verifications::id.eq(draft.id),
            verifications::purpose.eq(draft.purpose),
            verifications::patron_id.eq(draft.patron),
            verifications::token_hash.eq(token::hash(keys, draft.token.expose())),
            verifications::pending.eq(pending),
            verifications::phc.eq(draft.phc.as_deref()),
            verifications::created_at.eq(draft.created_at),
            verifications::expires_at.eq(draft.expires_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Holds whose code it is, if it is anybody's: before the code itself, because whoever changes a patron uses up all of their codes.
pub(crate) async fn hold_owner(tx: &mut TenantTx, hash: &[u8]) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let owner = verifications::table.of(tenant).filter(verifications::token_hash.eq(hash));
    let owner: Option<Option<PatronId>> = owner.select(verifications::patron_id).first(tx.conn()).await.optional()?;
    if let Some(id) = owner.flatten() {
        let held = patrons::table.of(tenant).filter(patrons::id.eq(id)).select(patrons::id).for_update();
        held.first::<PatronId>(tx.conn()).await.optional()?;
    }
    Ok(())
}

/// Uses a verification up, if it is still good.
pub(super) async fn take(tx: &mut TenantTx, keys: Keys<'_>, hash: &[u8], now: Instant) -> Result<Option<Taken>, Fault> {
    hold_owner(tx, hash).await?;
    let tenant = tx.tenant();
    let row: Option<(Uuid, Option<PatronId>, Vec<u8>, Option<String>)> = diesel::delete(
        verifications::table
            .of(tenant)
            .filter(verifications::token_hash.eq(hash))
            .filter(verifications::purpose.ne("reset_password"))
            .filter(verifications::expires_at.gt(now)),
    )
    .returning((verifications::id, verifications::patron_id, verifications::pending, verifications::phc))
    .get_result(tx.conn())
    .await
    .optional()?;
    let Some((id, patron, pending, phc)) = row else { return Ok(None) };
    let text = sealed::open(keys.seal, &cell(tenant, id), &pending)?;
    let pending = serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("a pending sign-up reads back"))?;
    Ok(Some(Taken { patron, pending, phc }))
}

pub(crate) async fn delete_expired(tx: &mut TenantTx, now: Instant) -> Result<usize, Fault> {
    let expired = verifications::table.of(tx.tenant()).filter(verifications::expires_at.le(now));
    Ok(diesel::delete(expired).execute(tx.conn()).await?)
}

/// Uses up every code of a patron.
pub(crate) async fn forget(tx: &mut TenantTx, patron: PatronId) -> Result<(), Fault> {
    let theirs = verifications::table.of(tx.tenant()).filter(verifications::patron_id.eq(patron));
    diesel::delete(theirs).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn has_password(tx: &mut TenantTx, patron: PatronId) -> Result<bool, Fault> {
    let found: Option<PatronId> = passwords::table
        .of(tx.tenant())
        .filter(passwords::patron_id.eq(patron))
        .select(passwords::patron_id)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found.is_some())
}

pub(super) async fn insert_password(tx: &mut TenantTx, patron: PatronId, phc: &str, now: Instant) -> Result<(), Fault> {
    insert_into(passwords::table)
        .values((passwords::patron_id.eq(patron), passwords::phc.eq(phc), passwords::changed_at.eq(now)))
        .execute(tx.conn())
        .await?;
    Ok(())
}
