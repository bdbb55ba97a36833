//! The queries about transfers.

use std::collections::HashMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk, Yen,
    ids::{BillId, TenantId, TransferId},
};
use uuid::Uuid;

use super::{Transfer, TransferState, Untried};
use crate::{Subject, schema::transfers};

db::statement! {
    /// Takes down what is new, always in the same order: two requests with the same lines wait for one another and never for
    /// each other. That no bill has a number is seen on the way.
    Register {
        tenant: TenantId => Uuid,
        now: Instant => Timestamptz,
        ids: Vec<TransferId> => Array<Uuid>,
        identities: Vec<String> => Array<Text>,
        dates: Vec<time::Date> => Array<Date>,
        amounts: Vec<Yen> => Array<BigInt>,
        references: Vec<Option<String>> => Array<Nullable<Text>>,
    } -> (sql_types::Uuid,) = "INSERT INTO billing.transfers \
         (tenant_id, id, identity, value_date, amount, reference, state, reason, created_at) \
         SELECT $1, t.id, t.identity, t.value_date, t.amount, t.reference, 'unmatched', \
         CASE WHEN t.reference IS NULL THEN 'no_reference' WHEN b.id IS NULL THEN 'no_such_bill' ELSE 'not_tried' END, $2 \
         FROM unnest($3, $4, $5, $6, $7) AS t (id, identity, value_date, amount, reference) \
         LEFT JOIN billing.bills AS b ON b.tenant_id = $1 AND b.reference = t.reference \
         ORDER BY t.identity ON CONFLICT ON CONSTRAINT transfer_is_registered_once DO NOTHING RETURNING id"
}

/// Writes what is new and says which that is.
pub async fn register(tx: &mut TenantTx, wanted: &[Transfer]) -> Result<Vec<TransferId>, Fault> {
    let Some(now) = wanted.first().map(|one| one.created_at) else { return Ok(Vec::new()) };
    let statement = Register {
        tenant: tx.tenant(),
        now,
        ids: wanted.iter().map(|one| one.id).collect(),
        identities: wanted.iter().map(|one| one.identity.clone()).collect(),
        dates: wanted.iter().map(|one| one.value_date).collect(),
        amounts: wanted.iter().map(|one| one.amount).collect(),
        references: wanted.iter().map(|one| one.reference.clone()).collect(),
    };
    let rows: Vec<(TransferId,)> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What is stored under the identities of these.
pub async fn of_identities(tx: &mut TenantTx, wanted: &[Transfer]) -> Result<HashMap<String, Transfer>, Fault> {
    let identities: Vec<&str> = wanted.iter().map(|one| one.identity.as_str()).collect();
    let query = transfers::table.of(tx.tenant()).filter(transfers::identity.eq_any(identities));
    let rows: Vec<Transfer> = query.select(Transfer::as_select()).load(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.identity.clone(), row)).collect())
}

pub async fn find(tx: &mut TenantTx, id: TransferId) -> Result<Option<Transfer>, Fault> {
    let query = transfers::table.of(tx.tenant()).filter(transfers::id.eq(id)).select(Transfer::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

/// The transfer under its lock: nobody else decides about it until the transaction ends.
pub async fn lock(tx: &mut TenantTx, id: TransferId) -> Result<Option<Transfer>, Fault> {
    let query = transfers::table.of(tx.tenant()).filter(transfers::id.eq(id)).select(Transfer::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub async fn these(tx: &mut TenantTx, ids: &[TransferId]) -> Result<Vec<Transfer>, Fault> {
    let query = transfers::table.of(tx.tenant()).filter(transfers::id.eq_any(ids)).select(Transfer::as_select());
    Ok(query.load(tx.conn()).await?)
}

db::statement! {
    /// What is to be tried, with the bills that have the numbers.
    UntriedOf { tenant: TenantId => Uuid, ids: Vec<TransferId> => Array<Uuid> } -> (
        sql_types::Uuid,
        sql_types::Uuid,
        sql_types::Text,
        sql_types::Uuid,
    ) = "SELECT t.id, b.id, b.subject_kind, b.subject_id FROM billing.transfers AS t \
         JOIN billing.bills AS b ON b.tenant_id = $1 AND b.reference = t.reference \
         WHERE t.tenant_id = $1 AND t.id = ANY ($2) AND t.state = 'unmatched' AND t.reason = 'not_tried' \
         ORDER BY b.id, array_position($2, t.id)"
}

pub async fn untried(tx: &mut TenantTx, ids: &[TransferId]) -> Result<Vec<Untried>, Fault> {
    let statement = UntriedOf { tenant: tx.tenant(), ids: ids.to_vec() };
    let rows: Vec<(TransferId, BillId, String, Uuid)> = statement.load(tx.conn()).await?;
    let one = |(transfer, bill, kind, id)| Untried { transfer, bill, subject: Subject::stored(kind, id) };
    Ok(rows.into_iter().map(one).collect())
}

/// One page, newest first.
pub async fn list(tx: &mut TenantTx, state: Option<TransferState>, ask: &PageAsk) -> Result<Vec<Transfer>, Fault> {
    let before = TransferId::from_uuid(ask.after.unwrap_or(Uuid::max()));
    let mut query = transfers::table.of(tx.tenant()).filter(transfers::id.lt(before)).into_boxed();
    if let Some(state) = state {
        query = query.filter(transfers::state.eq(state));
    }
    let query = query.order(transfers::id.desc()).limit(ask.rows()).select(Transfer::as_select());
    Ok(query.load(tx.conn()).await?)
}

/// Keeps what was decided about a locked transfer.
pub async fn keep(tx: &mut TenantTx, transfer: &mut Transfer) -> Result<(), Fault> {
    let before = transfer.version;
    transfer.version = before.saturating_add(1);
    let done = diesel::update(
        transfers::table.of(tx.tenant()).filter(transfers::id.eq(transfer.id)).filter(transfers::version.eq(before)),
    )
    .set((
        transfers::state.eq(transfer.state),
        transfers::reason.eq(transfer.reason),
        transfers::difference.eq(transfer.difference),
        transfers::bill_id.eq(transfer.bill_id),
        transfers::payment_id.eq(transfer.payment_id),
        transfers::remainder.eq(transfer.remainder),
        transfers::matched_at.eq(transfer.matched_at),
        transfers::returned_at.eq(transfer.returned_at),
        transfers::version.eq(transfer.version),
    ))
    .execute(tx.conn())
    .await?;
    if done == 1 { Ok(()) } else { Err(Fault::Unexpected("a transfer changes only under its lock")) }
}
