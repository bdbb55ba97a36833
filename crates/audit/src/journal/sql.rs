//! Two inserts, both cached; neither reads anything back, because the services may not.

use db::Fault;
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::TenantId};
use serde_json::Value;

use super::{Draft, Writer, next_id};

db::statement! {
    /// One fact.
    Insert {
        tenant: TenantId => Uuid, id: uuid::Uuid => Uuid, at: Instant => Timestamptz, category: &'static str => Text,
        event: &'static str => Text, outcome: &'static str => Text, service: &'static str => Text,
        actor_kind: &'static str => Text, actor_id: Option<String> => Nullable<Text>, subject_kind: &'static str => Text,
        subject_id: String => Text, data: Value => Jsonb, request_id: String => Text,
    } -> () = "INSERT INTO audit.outbox (tenant_id, id, at, category, event, outcome, service, actor_kind, actor_id, \
        subject_kind, subject_id, data, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
}

db::statement! {
    /// Several facts of one transaction.
    InsertMany {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, service: &'static str => Text, actor_kind: &'static str => Text,
        actor_id: Option<String> => Nullable<Text>, request_id: String => Text, ids: Vec<uuid::Uuid> => Array<Uuid>,
        categories: Vec<&'static str> => Array<Text>, events: Vec<&'static str> => Array<Text>,
        outcomes: Vec<&'static str> => Array<Text>, subject_kinds: Vec<&'static str> => Array<Text>,
        subject_ids: Vec<String> => Array<Text>, data: Vec<Value> => Array<Jsonb>,
    } -> () = "INSERT INTO audit.outbox (tenant_id, at, service, actor_kind, actor_id, request_id, id, category, event, \
        outcome, subject_kind, subject_id, data) SELECT $1, $2, $3, $4, $5, $6, f.* \
        FROM unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::jsonb[]) AS f"
}

pub(super) async fn insert(tx: &mut impl Writer, now: Instant, draft: Draft) -> Result<(), Fault> {
    let actor = tx.actor();
    let statement = Insert {
        tenant: tx.home(),
        id: next_id(now).uuid(),
        at: now,
        category: draft.category.as_str(),
        event: draft.event,
        outcome: draft.outcome.as_str(),
        service: tx.service().as_str(),
        actor_kind: actor.kind(),
        actor_id: actor.id(),
        subject_kind: draft.subject_kind,
        subject_id: draft.subject_id,
        data: draft.data,
        request_id: tx.request_id().to_string(),
    };
    statement.execute(tx.connection()).await?;
    Ok(())
}

pub(super) async fn insert_many(tx: &mut impl Writer, now: Instant, drafts: Vec<Draft>) -> Result<(), Fault> {
    let actor = tx.actor();
    let statement = InsertMany {
        tenant: tx.home(),
        at: now,
        service: tx.service().as_str(),
        actor_kind: actor.kind(),
        actor_id: actor.id(),
        request_id: tx.request_id().to_string(),
        ids: drafts.iter().map(|_| next_id(now).uuid()).collect(),
        categories: drafts.iter().map(|draft| draft.category.as_str()).collect(),
        events: drafts.iter().map(|draft| draft.event).collect(),
        outcomes: drafts.iter().map(|draft| draft.outcome.as_str()).collect(),
        subject_kinds: drafts.iter().map(|draft| draft.subject_kind).collect(),
        subject_ids: drafts.iter().map(|draft| draft.subject_id.clone()).collect(),
        data: drafts.into_iter().map(|draft| draft.data).collect(),
    };
    statement.execute(tx.connection()).await?;
    Ok(())
}
