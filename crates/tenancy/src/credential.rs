//! The one table of keys, sessions and login ids, as its writers see it. Nobody reads a hash.

use db::Fault;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use kernel::{Instant, ids::TenantId};
use uuid::Uuid;

/// A row to be.
#[derive(Debug, Clone)]
pub(crate) struct NewCredential {
    pub hash: Vec<u8>,
    /// Nothing for an operator's.
    pub tenant: Option<TenantId>,
    pub id: Uuid,
    pub kind: &'static str,
    pub principal: Uuid,
    pub name: Option<String>,
    pub hint: String,
    pub scopes: Vec<String>,
    pub origins: Vec<String>,
    pub created_by: Option<String>,
    pub expires_at: Option<Instant>,
    pub idle_seconds: Option<i32>,
}

db::statement! {
    InsertCredential {
        hash: Vec<u8> => Binary, tenant: Option<TenantId> => Nullable<Uuid>, id: uuid::Uuid => Uuid, kind: String => Text,
        principal: uuid::Uuid => Uuid, name: Option<String> => Nullable<Text>, hint: String => Text,
        scopes: Vec<String> => Array<Text>, origins: Vec<String> => Array<Text>, at: Instant => Timestamptz,
        created_by: Option<String> => Nullable<Text>, expires_at: Option<Instant> => Nullable<Timestamptz>,
        idle_seconds: Option<i32> => Nullable<Integer>,
    } -> (SqlUuid,) = "INSERT INTO tenancy.credentials (hash, tenant_id, id, kind, principal_id, name, hint, scopes, origins, \
        created_at, created_by, expires_at, idle_seconds, last_used_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, CASE WHEN $13 IS NULL THEN NULL ELSE $10 END)"
}

pub(crate) async fn insert(conn: &mut AsyncPgConnection, new: NewCredential, now: Instant) -> Result<(), Fault> {
    let statement = InsertCredential {
        hash: new.hash,
        tenant: new.tenant,
        id: new.id,
        kind: new.kind.to_owned(),
        principal: new.principal,
        name: new.name,
        hint: new.hint,
        scopes: new.scopes,
        origins: new.origins,
        at: now,
        created_by: new.created_by,
        expires_at: new.expires_at,
        idle_seconds: new.idle_seconds,
    };
    statement.execute(conn).await?;
    Ok(())
}

db::statement! {
    /// Ends every session of a principal at once.
    RevokeSessions { tenant: Option<TenantId> => Nullable<Uuid>, principal: uuid::Uuid => Uuid, at: Instant => Timestamptz }
        -> (SqlUuid,) = "UPDATE tenancy.credentials SET revoked_at = $3 \
        WHERE tenant_id IS NOT DISTINCT FROM $1 AND principal_id = $2 AND kind IN ('staff', 'patron', 'operator') \
        AND revoked_at IS NULL"
}

/// Ends every session of somebody; returns how many were open.
pub(crate) async fn revoke_sessions(
    conn: &mut AsyncPgConnection,
    tenant: Option<TenantId>,
    principal: Uuid,
    now: Instant,
) -> Result<u64, Fault> {
    let done = RevokeSessions { tenant, principal, at: now }.execute(conn).await?;
    Ok(u64::try_from(done).unwrap_or(0))
}
