//! The sealer's statements, all under one advisory lock per tenant. Nothing else locks these tables.

use db::{Fault, TenantTx};
use diesel::{OptionalExtension as _, sql_types};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use kernel::{Instant, ids::TenantId};

use super::{Head, Leaf, Waiting};
use crate::{checkpoint::Checkpoint, merkle::Range};

db::statement! {
    /// Becomes the only sealer of this journal until the transaction ends. The first number keeps our locks apart from others'.
    Lock { tenant: TenantId => Uuid } -> (sql_types::Bool,) =
        "SELECT pg_try_advisory_xact_lock(7311, hashtext($1::text))"
}

db::statement! {
    /// Where the tree stands, beside where the log ends.
    ReadHead { tenant: TenantId => Uuid } -> (
        sql_types::BigInt, sql_types::Binary, sql_types::BigInt, sql_types::BigInt, sql_types::Timestamptz,
        sql_types::Binary, sql_types::BigInt,
    ) = "SELECT h.size, h.nodes, h.signed_number, h.signed_size, h.signed_at, h.signed_digest, \
        coalesce((SELECT max(l.seq) FROM audit.log AS l WHERE l.tenant_id = $1), 0) \
        FROM audit.tree_heads AS h WHERE h.tenant_id = $1"
}

db::statement! {
    /// What is not sealed yet, oldest first.
    ReadWaiting { tenant: TenantId => Uuid, limit: i64 => BigInt } -> (
        sql_types::Uuid, sql_types::Timestamptz, sql_types::Text, sql_types::Text, sql_types::Text, sql_types::Text,
        sql_types::Text, sql_types::Nullable<sql_types::Text>, sql_types::Text, sql_types::Text, sql_types::Jsonb,
        sql_types::Text,
    ) = "SELECT id, at, category, event, outcome, service, actor_kind, actor_id, subject_kind, subject_id, data, request_id \
        FROM audit.outbox WHERE tenant_id = $1 ORDER BY tenant_id, id LIMIT $2"
}

db::statement! {
    /// Puts sealed rows into the log.
    InsertLog {
        tenant: TenantId => Uuid, seqs: Vec<i64> => Array<BigInt>, ids: Vec<uuid::Uuid> => Array<Uuid>,
        ats: Vec<Instant> => Array<Timestamptz>, categories: Vec<String> => Array<Text>, events: Vec<String> => Array<Text>,
        subject_kinds: Vec<String> => Array<Text>, subject_ids: Vec<String> => Array<Text>,
        canonicals: Vec<String> => Array<Text>, leaves: Vec<Vec<u8>> => Array<Binary>,
    } -> () = "INSERT INTO audit.log (tenant_id, seq, id, at, category, event, subject_kind, subject_id, canonical, leaf) \
        SELECT $1, f.* FROM unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], \
        $8::text[], $9::text[], $10::bytea[]) AS f"
}

db::statement! {
    /// Takes sealed rows out of the outbox.
    DeleteSealed { tenant: TenantId => Uuid, ids: Vec<uuid::Uuid> => Array<Uuid> } -> () =
        "DELETE FROM audit.outbox WHERE tenant_id = $1 AND id = ANY ($2)"
}

db::statement! {
    /// Keeps a signed note.
    InsertCheckpoint {
        tenant: TenantId => Uuid, number: i64 => BigInt, size: i64 => BigInt, at: Instant => Timestamptz, note: String => Text,
    } -> () = "INSERT INTO audit.checkpoints (tenant_id, number, size, at, note) VALUES ($1, $2, $3, $4, $5)"
}

db::statement! {
    /// Keeps the sealer's place.
    KeepHead {
        tenant: TenantId => Uuid, size: i64 => BigInt, nodes: Vec<u8> => Binary, signed_number: i64 => BigInt,
        signed_size: i64 => BigInt, signed_at: Instant => Timestamptz, signed_digest: Vec<u8> => Binary,
    } -> () = "INSERT INTO audit.tree_heads \
        (tenant_id, size, nodes, signed_number, signed_size, signed_at, signed_digest) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (tenant_id) DO UPDATE SET size = $2, nodes = $3, signed_number = $4, signed_size = $5, \
        signed_at = $6, signed_digest = $7"
}

db::statement! {
    /// Journals with unsealed rows or overdue signatures.
    WithWork { as_of: Instant => Timestamptz } -> (sql_types::Uuid,) = "SELECT * FROM audit.journals_with_work($1)"
}

const OUT_OF_RANGE: Fault = Fault::Unexpected("a journal's numbers fit 63 bits");
const TAMPERED: Fault = Fault::Unexpected("the journal's log ends where its tree ends");

type HeadRow = (i64, Vec<u8>, i64, i64, Instant, Vec<u8>, i64);

pub(super) async fn lock(tx: &mut TenantTx) -> Result<bool, Fault> {
    let statement = Lock { tenant: tx.tenant() };
    let (mine,) = statement.get_result::<(bool,)>(tx.conn()).await?;
    Ok(mine)
}

pub(super) async fn head(tx: &mut TenantTx) -> Result<Option<Head>, Fault> {
    let statement = ReadHead { tenant: tx.tenant() };
    let row: Option<HeadRow> = statement.get_result(tx.conn()).await.optional()?;
    let Some((size, nodes, signed_number, signed_size, signed_at, signed_digest, last)) = row else {
        return Ok(None);
    };
    if size != last {
        return Err(TAMPERED);
    }
    let unsigned = |number: i64| u64::try_from(number).map_err(|_| OUT_OF_RANGE);
    let range = Range::from_nodes(unsigned(size)?, &nodes).ok_or(TAMPERED)?;
    let signed_number = unsigned(signed_number)?;
    let signed_digest = match signed_number {
        0 => None,
        _ => Some(signed_digest.try_into().map_err(|_| TAMPERED)?),
    };
    Ok(Some(Head { range, signed_number, signed_size: unsigned(signed_size)?, signed_at, signed_digest }))
}

pub(super) async fn waiting(tx: &mut TenantTx, limit: i64) -> Result<Vec<Waiting>, Fault> {
    let statement = ReadWaiting { tenant: tx.tenant(), limit };
    Ok(statement.load(tx.conn()).await?)
}

pub(super) async fn seal(tx: &mut TenantTx, leaves: Vec<Leaf>) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let ids: Vec<_> = leaves.iter().map(|leaf| leaf.entry.id.uuid()).collect();
    let mut insert = InsertLog {
        tenant,
        seqs: Vec::new(),
        ids: ids.clone(),
        ats: leaves.iter().map(|leaf| leaf.entry.at).collect(),
        categories: Vec::new(),
        events: Vec::new(),
        subject_kinds: Vec::new(),
        subject_ids: Vec::new(),
        canonicals: Vec::new(),
        leaves: leaves.iter().map(|leaf| leaf.hash.to_vec()).collect(),
    };
    for Leaf { entry, canonical, .. } in leaves {
        insert.seqs.push(i64::try_from(entry.sequence).map_err(|_| OUT_OF_RANGE)?);
        insert.categories.push(entry.category);
        insert.events.push(entry.event);
        insert.subject_kinds.push(entry.subject_kind);
        insert.subject_ids.push(entry.subject_id);
        insert.canonicals.push(canonical);
    }
    let expected = ids.len();
    insert.execute(tx.conn()).await?;
    let gone = DeleteSealed { tenant, ids }.execute(tx.conn()).await?;
    if gone == expected { Ok(()) } else { Err(Fault::Unexpected("only the sealer empties the outbox")) }
}

pub(super) async fn keep_checkpoint(tx: &mut TenantTx, checkpoint: &Checkpoint, note: &str) -> Result<(), Fault> {
    let statement = InsertCheckpoint {
        tenant: tx.tenant(),
        number: i64::try_from(checkpoint.number).map_err(|_| OUT_OF_RANGE)?,
        size: i64::try_from(checkpoint.size).map_err(|_| OUT_OF_RANGE)?,
        at: checkpoint.at,
        note: note.to_owned(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn keep_head(tx: &mut TenantTx, head: &Head) -> Result<(), Fault> {
    let statement = KeepHead {
        tenant: tx.tenant(),
        size: i64::try_from(head.range.size()).map_err(|_| OUT_OF_RANGE)?,
        nodes: head.range.nodes(),
        signed_number: i64::try_from(head.signed_number).map_err(|_| OUT_OF_RANGE)?,
        signed_size: i64::try_from(head.signed_size).map_err(|_| OUT_OF_RANGE)?,
        signed_at: head.signed_at,
        signed_digest: head.signed_digest.map(Vec::from).unwrap_or_default(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn journals_with_work(
    conn: &mut AsyncPgConnection,
    now: Instant,
) -> Result<Vec<TenantId>, diesel::result::Error> {
    let rows: Vec<(TenantId,)> = WithWork { as_of: now }.load(conn).await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}
