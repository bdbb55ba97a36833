//! The statements of keys.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension, Queryable,
    sql_types::{Array, Nullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{ApiKeyId, TenantId},
};

use super::{Key, Kind};

type Columns = (
    SqlUuid,
    SqlText,
    Nullable<SqlText>,
    SqlText,
    Array<SqlText>,
    Array<SqlText>,
    SqlTime,
    Nullable<SqlText>,
    Nullable<SqlTime>,
    Nullable<SqlTime>,
    Nullable<SqlTime>,
    Nullable<SqlUuid>,
);

#[derive(Queryable)]
struct Row {
    id: ApiKeyId,
    kind: String,
    name: Option<String>,
    hint: String,
    scopes: Vec<String>,
    origins: Vec<String>,
    created_at: Instant,
    created_by: Option<String>,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
    revoked_at: Option<Instant>,
    replaced_by: Option<ApiKeyId>,
}

impl Row {
    fn key(self) -> Result<Key, Fault> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(Key {
            id: self.id,
            kind: kind.ok_or(Fault::Unexpected("a key has a known kind"))?,
            name: self.name.unwrap_or_default(),
            hint: self.hint,
            scopes: self.scopes.iter().filter_map(|code| code.parse().ok()).collect(),
            origins: self.origins,
            created_at: self.created_at,
            created_by: self.created_by,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            revoked_at: self.revoked_at,
            replaced_by: self.replaced_by,
        })
    }
}

db::statement! {
    /// The old key's row is the referee: it is replaced once.
    Replace {
        tenant: TenantId => Uuid, id: ApiKeyId => Uuid, successor: ApiKeyId => Uuid, ends_at: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlUuid,) = "UPDATE tenancy.credentials SET replaced_by = $3, expires_at = least(expires_at, $4) \
        WHERE tenant_id = $1 AND id = $2 AND replaced_by IS NULL AND revoked_at IS NULL \
        AND (expires_at IS NULL OR expires_at > $5)"
}

db::statement! {
    Revoke { tenant: TenantId => Uuid, id: ApiKeyId => Uuid, at: Instant => Timestamptz } -> (SqlUuid,) =
        "UPDATE tenancy.credentials SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 \
         AND kind IN ('secret', 'publishable', 'device') AND revoked_at IS NULL"
}

db::statement! {
    FindKey { tenant: TenantId => Uuid, id: ApiKeyId => Uuid } -> Columns =
        "SELECT id, kind, name, hint, scopes, origins, created_at, created_by, expires_at, last_used_at, revoked_at, replaced_by \
         FROM tenancy.credentials WHERE tenant_id = $1 AND id = $2 AND kind IN ('secret', 'publishable', 'device')"
}

db::statement! {
    ListKeys { tenant: TenantId => Uuid, after: Option<uuid::Uuid> => Nullable<Uuid>, rows: i64 => BigInt } -> Columns =
        "SELECT id, kind, name, hint, scopes, origins, created_at, created_by, expires_at, last_used_at, revoked_at, replaced_by \
         FROM tenancy.credentials WHERE tenant_id = $1 AND kind IN ('secret', 'publishable', 'device') \
         AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3"
}

pub(super) async fn replace(
    tx: &mut TenantTx,
    id: ApiKeyId,
    successor: ApiKeyId,
    ends_at: Instant,
    now: Instant,
) -> Result<bool, Fault> {
    let statement = Replace { tenant: tx.tenant(), id, successor, ends_at, at: now };
    Ok(statement.execute(tx.conn()).await? == 1)
}

pub(super) async fn revoke(tx: &mut TenantTx, id: ApiKeyId, now: Instant) -> Result<(), Fault> {
    Revoke { tenant: tx.tenant(), id, at: now }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn find(tx: &mut TenantTx, id: ApiKeyId) -> Result<Option<Key>, Fault> {
    let row: Option<Row> = FindKey { tenant: tx.tenant(), id }.get_result(tx.conn()).await.optional()?;
    row.map(Row::key).transpose()
}

pub(super) async fn list(tx: &mut TenantTx, ask: &PageAsk) -> Result<Vec<Key>, Fault> {
    let statement = ListKeys { tenant: tx.tenant(), after: ask.after, rows: ask.rows() };
    let rows: Vec<Row> = statement.get_results(tx.conn()).await?;
    rows.into_iter().map(Row::key).collect()
}
