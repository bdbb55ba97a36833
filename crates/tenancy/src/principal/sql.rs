//! The statements of resolving. They run in the lobby, before any tenant is known.

use db::{Db, Fault};
use diesel::{
    OptionalExtension, Queryable,
    sql_types::{
        Array, Bool, Date as SqlDate, Integer as SqlInteger, Nullable, Text as SqlText, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::Instant;
use time::Date;
use uuid::Uuid;

/// What the database knows about a credential at a moment.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Row {
    pub kind: String,
    pub id: Uuid,
    pub principal_id: Uuid,
    pub tenant_id: Option<Uuid>,
    pub sandbox_of: Option<Uuid>,
    pub sandbox_id: Option<Uuid>,
    pub scopes: Vec<String>,
    pub origins: Vec<String>,
    pub expires_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    pub idle_seconds: Option<i32>,
    pub last_used_at: Option<Instant>,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub flags: Vec<String>,
    pub services: Vec<String>,
    pub roles: Vec<String>,
    pub disabled: bool,
}

db::statement! {
    /// Everything about a credential, in one look.
    Resolve { hash: Vec<u8> => Binary, at: Instant => Timestamptz } -> (
        SqlText, SqlUuid, SqlUuid, Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<SqlUuid>,
        Array<SqlText>, Array<SqlText>, Nullable<SqlTime>, Nullable<SqlTime>,
        Nullable<SqlInteger>, Nullable<SqlTime>,
        Nullable<SqlDate>, Nullable<SqlDate>, Array<SqlText>, Array<SqlText>, Array<SqlText>, Bool,
    ) = "SELECT kind, id, principal_id, tenant_id, sandbox_of, sandbox_id, scopes, origins, expires_at, revoked_at, idle_seconds, \
         last_used_at, starts_on, ends_on, flags, services, roles, disabled FROM tenancy.resolve_credential($1, $2) \
         WHERE kind IS NOT NULL"
}

db::statement! {
    /// Notes a use.
    Touch { hash: Vec<u8> => Binary, at: Instant => Timestamptz } -> (Bool,) =
        "SELECT tenancy.touch_credential($1, $2)"
}

pub(super) async fn resolve(db: &Db, hash: &[u8], now: Instant) -> Result<Option<Row>, Fault> {
    let statement = Resolve { hash: hash.to_vec(), at: now };
    db.lobby(async |conn| statement.clone().get_result::<Row>(conn).await.optional()).await
}

pub(super) async fn touch(db: &Db, hash: &[u8], now: Instant) -> Result<(), Fault> {
    let statement = Touch { hash: hash.to_vec(), at: now };
    db.lobby(async |conn| statement.clone().get_result::<(bool,)>(conn).await).await?;
    Ok(())
}
