//! The statements of sessions.

use db::{Fault, OperatorTx, TenantTx};
use diesel::sql_types::{Nullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{SessionId, TenantId},
};
use uuid::Uuid;

use super::Session;

db::statement! {
    ListSessions { tenant: TenantId => Uuid, principal: uuid::Uuid => Uuid, at: Instant => Timestamptz } -> (
        SqlUuid, SqlText, SqlTime, SqlTime, Nullable<SqlTime>,
    ) = "SELECT id, hint, created_at, expires_at, last_used_at FROM tenancy.credentials \
         WHERE tenant_id = $1 AND principal_id = $2 AND kind IN ('staff', 'patron') AND revoked_at IS NULL \
         AND expires_at > $3 AND last_used_at + make_interval(secs => idle_seconds + 60) >= $3 \
         ORDER BY id DESC LIMIT 100"
}

db::statement! {
    EndSession {
        tenant: TenantId => Uuid, principal: uuid::Uuid => Uuid, id: SessionId => Uuid, at: Instant => Timestamptz,
    } -> (SqlUuid,) = "UPDATE tenancy.credentials SET revoked_at = $4 WHERE tenant_id = $1 AND principal_id = $2 \
        AND id = $3 AND kind IN ('staff', 'patron') AND revoked_at IS NULL"
}

db::statement! {
    EndOperatorSession { id: SessionId => Uuid, at: Instant => Timestamptz } -> (SqlUuid,) =
        "UPDATE tenancy.credentials SET revoked_at = $2 \
         WHERE tenant_id IS NULL AND id = $1 AND kind = 'operator' AND revoked_at IS NULL"
}

pub(super) async fn list(tx: &mut TenantTx, principal: Uuid, now: Instant) -> Result<Vec<Session>, Fault> {
    let statement = ListSessions { tenant: tx.tenant(), principal, at: now };
    let rows: Vec<(SessionId, String, Instant, Instant, Option<Instant>)> = statement.get_results(tx.conn()).await?;
    let session =
        |(id, hint, created_at, expires_at, last_used_at)| Session { id, hint, created_at, expires_at, last_used_at };
    Ok(rows.into_iter().map(session).collect())
}

pub(super) async fn end(tx: &mut TenantTx, principal: Uuid, id: SessionId, now: Instant) -> Result<bool, Fault> {
    Ok(EndSession { tenant: tx.tenant(), principal, id, at: now }.execute(tx.conn()).await? == 1)
}

pub(super) async fn end_operator(tx: &mut OperatorTx, id: SessionId, now: Instant) -> Result<bool, Fault> {
    Ok(EndOperatorSession { id, at: now }.execute(tx.conn()).await? == 1)
}
