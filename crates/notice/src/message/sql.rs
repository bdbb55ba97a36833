//! Queries about messages.

use db::{
    Db, Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant as _,
};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, insert_into,
    sql_types::{Bytea, Integer, Nullable, Text, Uuid},
    update,
};
use diesel_async::RunQueryDsl as _;
use kernel::{
    Instant, SealKey,
    ids::{MessageId, PatronId, TenantId},
};

use super::{Intent, Letter, rules::Content};
use crate::schema::messages;

db::statement! {
    /// Takes due messages for one worker, until `again`.
    Claim { tenant: TenantId => Uuid, now: Instant => Timestamptz, again: Instant => Timestamptz, rows: i64 => BigInt }
        -> (Uuid, Text, Nullable<Uuid>, Integer, Bytea) =
        // materialised, because a plain subquery may be run more than once and then take more than its limit
        "WITH due AS MATERIALIZED (SELECT d.id FROM notice.messages AS d \
           WHERE d.tenant_id = $1 AND d.state = 'queued' AND d.next_attempt_at <= $2 \
           ORDER BY d.next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED) \
         UPDATE notice.messages AS m SET attempts = m.attempts + 1, next_attempt_at = $3 \
         FROM due WHERE m.tenant_id = $1 AND m.id = due.id \
         RETURNING m.id, m.template, m.patron_id, m.attempts, m.content"
}

db::statement! {
    /// The one question across tenants.
    TenantsWithDue { now: Instant => Timestamptz } -> Uuid = "SELECT notice.tenants_with_due_mail($1)"
}

fn cell(tenant: TenantId, id: MessageId) -> Cell {
    Cell { tenant, table: "notice.messages", column: "content", row: id.uuid() }
}

pub async fn tenants_with_due(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithDue { now }.load::<TenantId>(conn).await).await
}

pub async fn insert(
    tx: &mut TenantTx,
    seal: &SealKey,
    id: MessageId,
    intent: &Intent<'_>,
    content: &Content,
    now: Instant,
) -> Result<Option<MessageId>, Fault> {
    let text = serde_json::to_vec(content).map_err(|_| Fault::Unexpected("a message is told in JSON"))?;
    let sealed = sealed::seal(seal, &cell(tx.tenant(), id), &text)?;
    let written: Option<MessageId> = insert_into(messages::table)
        .values((
            messages::id.eq(id),
            messages::template.eq(intent.template.name()),
            messages::locale.eq(intent.locale.as_str()),
            messages::patron_id.eq(intent.patron),
            messages::fact.eq(intent.fact),
            messages::content.eq(sealed),
            messages::state.eq("queued"),
            messages::attempts.eq(0),
            messages::next_attempt_at.eq(now),
            messages::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(messages::id)
        .get_result(tx.conn())
        .await
        .optional()?;
    Ok(written)
}

pub async fn claim(
    tx: &mut TenantTx,
    seal: &SealKey,
    rows: i64,
    now: Instant,
    again: Instant,
) -> Result<Vec<Letter>, Fault> {
    type Row = (MessageId, String, Option<PatronId>, i32, Vec<u8>);
    let tenant = tx.tenant();
    let rows = Claim { tenant, now, again, rows }.load::<Row>(tx.conn()).await?;
    rows.into_iter()
        .map(|(id, template, patron, attempts, sealed)| {
            let text = sealed::open(seal, &cell(tenant, id), &sealed)?;
            let Content { to, house, subject, body } =
                serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("a message reads back"))?;
            Ok(Letter { id, template, patron, attempts, to, house, subject, body })
        })
        .collect()
}

pub async fn settle(
    tx: &mut TenantTx,
    id: MessageId,
    state: &'static str,
    failure: Option<&str>,
    now: Instant,
) -> Result<(), Fault> {
    update(messages::table.of(tx.tenant()).filter(messages::id.eq(id)).filter(messages::state.eq("queued")))
        .set((
            messages::state.eq(state),
            messages::content.eq(None::<Vec<u8>>),
            messages::failure.eq(failure),
            messages::settled_at.eq(Some(now)),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn postpone(tx: &mut TenantTx, id: MessageId, failure: &str, until: Instant) -> Result<(), Fault> {
    update(messages::table.of(tx.tenant()).filter(messages::id.eq(id)).filter(messages::state.eq("queued")))
        .set((messages::failure.eq(Some(failure)), messages::next_attempt_at.eq(until)))
        .execute(tx.conn())
        .await?;
    Ok(())
}
