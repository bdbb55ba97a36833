//! Queries about messages.

use db::{
    Db, Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant as _,
};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, insert_into,
    sql_types::{Bytea, Integer, Nullable, Text, Timestamptz, Uuid},
    update,
};
use diesel_async::RunQueryDsl as _;
use kernel::{
    Instant, SealKey,
    ids::{MessageId, PatronId, TenantId},
};

use super::{Drafted, Intent, rules::Content};
use crate::{schema::messages, template::Rendered};

db::statement! {
    /// Takes due messages for one worker, until `again`.
    Claim { tenant: TenantId => Uuid, now: Instant => Timestamptz, again: Instant => Timestamptz, rows: i64 => BigInt }
        -> (Uuid, Text, Nullable<Uuid>, Integer, Nullable<Timestamptz>, Bytea) =
        // materialised, because a plain subquery may be run more than once and then take more than its limit
        "WITH due AS MATERIALIZED (SELECT d.id FROM notice.messages AS d \
           WHERE d.tenant_id = $1 AND d.state = 'queued' AND d.next_attempt_at <= $2 \
           ORDER BY d.next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED) \
         UPDATE notice.messages AS m SET attempts = m.attempts + 1, next_attempt_at = $3 \
         FROM due WHERE m.tenant_id = $1 AND m.id = due.id \
         RETURNING m.id, m.template, m.patron_id, m.attempts, m.not_after, m.content"
}

db::statement! {
    /// The one question across tenants.
    TenantsWithDue { now: Instant => Timestamptz } -> Uuid = "SELECT notice.tenants_with_due_mail($1)"
}

db::statement! {
    /// Letters about facts that have not been told.
    InsertAll {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, ids: Vec<MessageId> => Array<Uuid>,
        kinds: Vec<&'static str> => Array<Text>, versions: Vec<i32> => Array<Integer>,
        locales: Vec<&'static str> => Array<Text>, patrons: Vec<Option<PatronId>> => Array<Nullable<Uuid>>,
        facts: Vec<String> => Array<Text>, contents: Vec<Vec<u8>> => Array<Bytea>, due: Vec<Instant> => Array<Timestamptz>,
        ends: Vec<Option<Instant>> => Array<Nullable<Timestamptz>>,
    } -> () =
        "INSERT INTO notice.messages (tenant_id, id, template, wording_version, locale, patron_id, fact, content, state, \
           attempts, next_attempt_at, not_after, created_at) \
         SELECT $1, m.id, m.kind, m.version, m.locale, m.patron, m.fact, m.content, 'queued', 0, m.due, m.ends, $2 \
         FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::text[], $7::uuid[], $8::text[], $9::bytea[], $10::timestamptz[], \
           $11::timestamptz[]) AS m (id, kind, version, locale, patron, fact, content, due, ends) \
         ON CONFLICT DO NOTHING"
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

pub async fn insert_all(
    tx: &mut TenantTx,
    seal: &SealKey,
    house: &str,
    letters: &[Drafted],
    now: Instant,
) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let ids: Vec<MessageId> = letters.iter().map(|_| MessageId::new(now)).collect();
    let sealed = |(letter, id): (&Drafted, &MessageId)| {
        let Rendered { subject, body } = letter.said.clone();
        let content = Content { to: letter.to.clone(), house: house.to_owned(), subject, body };
        let text = serde_json::to_vec(&content).map_err(|_| Fault::Unexpected("a message is told in JSON"))?;
        Ok::<_, Fault>(sealed::seal(seal, &cell(tenant, *id), &text)?)
    };
    let contents = letters.iter().zip(&ids).map(sealed).collect::<Result<_, _>>()?;
    let all = InsertAll {
        tenant,
        at: now,
        kinds: letters.iter().map(|one| one.wording.as_str()).collect(),
        versions: letters.iter().map(|one| one.version).collect(),
        locales: letters.iter().map(|one| one.locale.as_str()).collect(),
        patrons: letters.iter().map(|one| one.patron).collect(),
        facts: letters.iter().map(|one| one.fact.clone()).collect(),
        contents,
        due: letters.iter().map(|one| one.not_before.map_or(now, |moment| moment.max(now))).collect(),
        ends: letters.iter().map(|one| one.not_after).collect(),
        ids,
    };
    all.execute(tx.conn()).await?;
    Ok(())
}

pub async fn given_up(tx: &mut TenantTx, facts: &[String]) -> Result<Vec<String>, Fault> {
    let of = messages::table.of(tx.tenant()).filter(messages::fact.eq_any(facts));
    Ok(of.filter(messages::state.eq("failed")).select(messages::fact).load(tx.conn()).await?)
}

/// A message that was claimed: what it says, or that nobody can read it.
pub struct Claimed {
    pub id: MessageId,
    pub template: String,
    pub patron: Option<PatronId>,
    pub attempts: i32,
    pub not_after: Option<Instant>,
    pub content: Result<Content, Fault>,
}

pub async fn claim(
    tx: &mut TenantTx,
    seal: &SealKey,
    rows: i64,
    now: Instant,
    again: Instant,
) -> Result<Vec<Claimed>, Fault> {
    type Row = (MessageId, String, Option<PatronId>, i32, Option<Instant>, Vec<u8>);
    let tenant = tx.tenant();
    let rows = Claim { tenant, now, again, rows }.load::<Row>(tx.conn()).await?;
    let claimed = |(id, template, patron, attempts, not_after, sealed): Row| {
        let text = sealed::open(seal, &cell(tenant, id), &sealed).map_err(Fault::from);
        let content = text.and_then(|text| {
            serde_json::from_slice(text.as_ref()).map_err(|_| Fault::Unexpected("a message reads back"))
        });
        Claimed { id, template, patron, attempts, not_after, content }
    };
    Ok(rows.into_iter().map(claimed).collect())
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
