//! The statements of signing in. An attempt is one function, because it looks across tenants for one thing only.

use db::{Db, Fault, TenantTx};
use diesel::{
    OptionalExtension as _, Queryable,
    sql_types::{
        BigInt as SqlBigInt, Bool as SqlBool, Date as SqlDate, Integer as SqlInteger, Nullable, Text as SqlText,
        Timestamptz as SqlTime, Uuid as SqlUuid,
    },
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use kernel::{
    Instant,
    ids::{StaffId, TenantId},
};
use time::Date;
use uuid::Uuid;

use super::rules;

/// What an attempt met.
#[derive(Queryable)]
struct Row {
    attempt: i32,
    failures: i32,
    last_at: Instant,
    kind: Option<String>,
    tenant: Option<TenantId>,
    principal: Option<Uuid>,
    hash: Option<String>,
    one_time_until: Option<Instant>,
    disabled: bool,
    starts_on: Option<Date>,
    ends_on: Option<Date>,
    tenant_name: Option<String>,
    set_at: Option<Instant>,
}

pub(super) struct Seen {
    /// The number of this attempt, 0 when it was not let through.
    pub attempt: i32,
    /// Failures before it, and when the last attempt was.
    pub failures: i32,
    pub last_at: Instant,
    pub kind: Option<String>,
    pub tenant: Option<TenantId>,
    /// Nil when nobody has this login id.
    pub principal: Uuid,
    pub hash: Option<String>,
    pub one_time_until: Option<Instant>,
    pub disabled: bool,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub tenant_name: Option<String>,
    /// When a member of staff got the password.
    pub set_at: Option<Instant>,
}

db::statement! {
    Attempt { hash: Vec<u8> => Binary, at: Instant => Timestamptz, delays: Vec<i32> => Array<Integer> } -> (
        SqlInteger, SqlInteger, SqlTime, Nullable<SqlText>, Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<SqlText>,
        Nullable<SqlTime>, SqlBool, Nullable<SqlDate>, Nullable<SqlDate>, Nullable<SqlText>, Nullable<SqlTime>,
    ) = "SELECT attempt, failures, last_at, kind, tenant_id, principal_id, hash, one_time_until, disabled, starts_on, ends_on, \
         tenant_name, set_at FROM tenancy.attempt_sign_in($1, $2, $3)"
}

db::statement! {
    Settle { hash: Vec<u8> => Binary, succeeded: bool => Bool } -> (SqlBool,) =
        "SELECT tenancy.settle_sign_in($1, $2)"
}

db::statement! {
    ForgetClaims { since: Instant => Timestamptz } -> (SqlBigInt,) = "SELECT tenancy.forget_sign_in_attempts($1)"
}

db::statement! {
    ForgetSessions { since: Instant => Timestamptz } -> (SqlBigInt,) = "SELECT tenancy.forget_sessions($1)"
}

db::statement! {
    PasswordSince { tenant: TenantId => Uuid, staff: StaffId => Uuid } -> (SqlTime,) =
        "SELECT set_at FROM tenancy.staff_passwords WHERE tenant_id = $1 AND staff_id = $2 FOR UPDATE"
}

db::statement! {
    RenewPassword { tenant: TenantId => Uuid, staff: StaffId => Uuid, hash: String => Text } -> (SqlUuid,) =
        "UPDATE tenancy.staff_passwords SET hash = $3 WHERE tenant_id = $1 AND staff_id = $2"
}

db::statement! {
    SetPassword { tenant: TenantId => Uuid, staff: StaffId => Uuid, hash: String => Text, at: Instant => Timestamptz }
        -> (SqlUuid,) = "UPDATE tenancy.staff_passwords SET hash = $3, one_time_until = NULL, set_at = $4 \
        WHERE tenant_id = $1 AND staff_id = $2"
}

pub(super) async fn attempt(db: &Db, hash: &[u8], now: Instant) -> Result<Seen, Fault> {
    let statement = Attempt { hash: hash.to_vec(), at: now, delays: rules::delays() };
    let row: Row = db.lobby(async |conn| statement.clone().get_result::<Row>(conn).await).await?;
    Ok(Seen {
        attempt: row.attempt,
        failures: row.failures,
        last_at: row.last_at,
        kind: row.kind,
        tenant: row.tenant,
        principal: row.principal.unwrap_or_default(),
        hash: row.hash,
        one_time_until: row.one_time_until,
        disabled: row.disabled,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        tenant_name: row.tenant_name,
        set_at: row.set_at,
    })
}

/// After a right password the count starts anew; an attempt that was not judged is taken back.
pub(super) async fn settle(db: &Db, hash: &[u8], succeeded: bool) -> Result<(), Fault> {
    let statement = Settle { hash: hash.to_vec(), succeeded };
    db.lobby(async |conn| statement.clone().get_result::<(bool,)>(conn).await).await?;
    Ok(())
}

pub(super) async fn forget_failures(conn: &mut AsyncPgConnection, hash: &[u8]) -> Result<(), Fault> {
    Settle { hash: hash.to_vec(), succeeded: true }.get_result::<(bool,)>(conn).await?;
    Ok(())
}

pub(super) async fn forget_claims(db: &Db, since: Instant) -> Result<i64, Fault> {
    let statement = ForgetClaims { since };
    let (forgotten,) = db.lobby(async |conn| statement.clone().get_result::<(i64,)>(conn).await).await?;
    Ok(forgotten)
}

pub(super) async fn forget_sessions(db: &Db, since: Instant) -> Result<i64, Fault> {
    let statement = ForgetSessions { since };
    let (forgotten,) = db.lobby(async |conn| statement.clone().get_result::<(i64,)>(conn).await).await?;
    Ok(forgotten)
}

/// Whether the password is still the one that was looked at. It is held for the rest of the transaction, so that whoever changes it
/// meanwhile also ends the session that is opened now.
pub(super) async fn stands(tx: &mut TenantTx, staff: StaffId, seen: &Seen) -> Result<bool, Fault> {
    let asked = PasswordSince { tenant: tx.tenant(), staff };
    let since: Option<(Instant,)> = asked.get_result(tx.conn()).await.optional()?;
    Ok(since.is_some_and(|(at,)| seen.set_at == Some(at)))
}

pub(super) async fn renew_staff(tx: &mut TenantTx, staff: StaffId, hash: &str) -> Result<(), Fault> {
    let statement = RenewPassword { tenant: tx.tenant(), staff, hash: hash.to_owned() };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn set_staff_password(
    tx: &mut TenantTx,
    staff: StaffId,
    hash: &str,
    now: Instant,
) -> Result<(), Fault> {
    let statement = SetPassword { tenant: tx.tenant(), staff, hash: hash.to_owned(), at: now };
    statement.execute(tx.conn()).await?;
    Ok(())
}
