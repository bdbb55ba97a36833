//! The statements of accounts. Passwords are written here and read nowhere.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension, Queryable,
    sql_types::{
        Array, Bool as SqlBool, Integer as SqlInteger, Nullable, Text as SqlText, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{RosterMemberId, StaffId, TenantId},
};

use super::{Staff, StaffError};
use crate::role::Post;

type Columns = (
    SqlUuid,
    SqlUuid,
    SqlText,
    Nullable<SqlText>,
    SqlText,
    Array<SqlText>,
    SqlTime,
    Nullable<SqlTime>,
    SqlBool,
    Nullable<SqlTime>,
    SqlInteger,
);

#[derive(Queryable)]
struct Row {
    id: StaffId,
    roster_member: RosterMemberId,
    name: String,
    department: Option<String>,
    login_id: String,
    posts: Vec<String>,
    created_at: Instant,
    disabled_at: Option<Instant>,
    off_roster: bool,
    one_time_until: Option<Instant>,
    version: i32,
}

impl Row {
    fn staff(self) -> Staff {
        Staff {
            id: self.id,
            roster_member: self.roster_member,
            name: self.name,
            department: self.department,
            login_id: self.login_id,
            posts: self.posts.iter().filter_map(|text| Post::parse(text)).collect(),
            created_at: self.created_at,
            disabled_at: self.disabled_at,
            off_roster: self.off_roster,
            one_time_until: self.one_time_until,
            version: self.version,
        }
    }
}

db::statement! {
    OnRoster { tenant: TenantId => Uuid, member: RosterMemberId => Uuid } -> (SqlUuid,) =
        "SELECT id FROM tenancy.roster_members WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL"
}

db::statement! {
    InsertStaff {
        tenant: TenantId => Uuid, id: StaffId => Uuid, member: RosterMemberId => Uuid, login_id: String => Text,
        at: Instant => Timestamptz,
    } -> (SqlUuid,) = "INSERT INTO tenancy.staff (tenant_id, id, roster_member_id, login_id, created_at) \
        VALUES ($1, $2, $3, $4, $5) RETURNING id"
}

db::statement! {
    DropPosts { tenant: TenantId => Uuid, staff: StaffId => Uuid } -> (SqlUuid,) =
        "DELETE FROM tenancy.staff_roles WHERE tenant_id = $1 AND staff_id = $2"
}

db::statement! {
    InsertPosts {
        tenant: TenantId => Uuid, staff: StaffId => Uuid, services: Vec<String> => Array<Text>, roles: Vec<String> => Array<Text>,
    } -> (SqlUuid,) = "INSERT INTO tenancy.staff_roles (tenant_id, staff_id, service, role) \
        SELECT $1, $2, p.service, p.role FROM unnest($3, $4) AS p (service, role) ON CONFLICT DO NOTHING"
}

db::statement! {
    PutPassword {
        tenant: TenantId => Uuid, staff: StaffId => Uuid, hash: String => Text, until: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlUuid,) = "INSERT INTO tenancy.staff_passwords (tenant_id, staff_id, hash, one_time_until, set_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, staff_id) \
        DO UPDATE SET hash = $3, one_time_until = $4, set_at = $5"
}

db::statement! {
    ForgetFailures { hash: Vec<u8> => Binary } -> (SqlBool,) = "SELECT tenancy.settle_sign_in($1, true)"
}

db::statement! {
    SetDisabled { tenant: TenantId => Uuid, id: StaffId => Uuid, at: Option<Instant> => Nullable<Timestamptz> }
        -> (SqlUuid,) = "UPDATE tenancy.staff SET disabled_at = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2"
}

db::statement! {
    Bump { tenant: TenantId => Uuid, id: StaffId => Uuid, expected: Option<i32> => Nullable<Integer> } -> (SqlUuid,) =
        "UPDATE tenancy.staff SET version = version + 1 WHERE tenant_id = $1 AND id = $2 AND ($3 IS NULL OR version = $3)"
}

db::statement! {
    FindStaff { tenant: TenantId => Uuid, id: StaffId => Uuid } -> Columns =
        "SELECT s.id, s.roster_member_id, m.name, m.department, s.login_id, \
         ARRAY(SELECT r.service || ':' || r.role FROM tenancy.staff_roles AS r \
               WHERE r.tenant_id = $1 AND r.staff_id = s.id ORDER BY r.service, r.role), \
         s.created_at, s.disabled_at, m.removed_at IS NOT NULL, p.one_time_until, s.version \
         FROM tenancy.staff AS s \
         JOIN tenancy.roster_members AS m ON m.tenant_id = $1 AND m.id = s.roster_member_id \
         LEFT JOIN tenancy.staff_passwords AS p ON p.tenant_id = $1 AND p.staff_id = s.id \
         WHERE s.tenant_id = $1 AND s.id = $2"
}

db::statement! {
    ListStaff { tenant: TenantId => Uuid, after: Option<uuid::Uuid> => Nullable<Uuid>, rows: i64 => BigInt } -> Columns =
        "SELECT s.id, s.roster_member_id, m.name, m.department, s.login_id, \
         ARRAY(SELECT r.service || ':' || r.role FROM tenancy.staff_roles AS r \
               WHERE r.tenant_id = $1 AND r.staff_id = s.id ORDER BY r.service, r.role), \
         s.created_at, s.disabled_at, m.removed_at IS NOT NULL, p.one_time_until, s.version \
         FROM tenancy.staff AS s \
         JOIN tenancy.roster_members AS m ON m.tenant_id = $1 AND m.id = s.roster_member_id \
         LEFT JOIN tenancy.staff_passwords AS p ON p.tenant_id = $1 AND p.staff_id = s.id \
         WHERE s.tenant_id = $1 AND ($2 IS NULL OR s.id > $2) ORDER BY s.id LIMIT $3"
}

pub(super) async fn on_roster(tx: &mut TenantTx, member: RosterMemberId) -> Result<bool, Fault> {
    let statement = OnRoster { tenant: tx.tenant(), member };
    Ok(statement.get_result::<(uuid::Uuid,)>(tx.conn()).await.optional()?.is_some())
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    id: StaffId,
    member: RosterMemberId,
    login_id: &str,
    now: Instant,
) -> Result<(), StaffError> {
    let statement = InsertStaff { tenant: tx.tenant(), id, member, login_id: login_id.to_owned(), at: now };
    match statement.execute(tx.conn()).await.map_err(Fault::from) {
        Ok(_) => Ok(()),
        Err(fault) if fault.violates("staff_one_per_roster_member") => Err(StaffError::HasAccount),
        Err(fault) => Err(fault.into()),
    }
}

pub(super) async fn replace_posts(tx: &mut TenantTx, staff: StaffId, posts: &[Post]) -> Result<(), Fault> {
    let tenant = tx.tenant();
    DropPosts { tenant, staff }.execute(tx.conn()).await?;
    let (services, roles) =
        posts.iter().map(|post| (post.service.as_str().to_owned(), post.role.as_str().to_owned())).unzip();
    InsertPosts { tenant, staff, services, roles }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn put_password(
    tx: &mut TenantTx,
    staff: StaffId,
    hash: &str,
    until: Instant,
    now: Instant,
) -> Result<(), Fault> {
    let statement = PutPassword { tenant: tx.tenant(), staff, hash: hash.to_owned(), until, at: now };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn forget_failures(tx: &mut TenantTx, hash: &[u8]) -> Result<(), Fault> {
    ForgetFailures { hash: hash.to_vec() }.get_result::<(bool,)>(tx.conn()).await?;
    Ok(())
}

pub(super) async fn set_disabled(tx: &mut TenantTx, id: StaffId, at: Option<Instant>) -> Result<bool, Fault> {
    Ok(SetDisabled { tenant: tx.tenant(), id, at }.execute(tx.conn()).await? == 1)
}

pub(super) async fn bump(tx: &mut TenantTx, id: StaffId, expected: Option<i32>) -> Result<bool, Fault> {
    Ok(Bump { tenant: tx.tenant(), id, expected }.execute(tx.conn()).await? == 1)
}

pub(super) async fn find(tx: &mut TenantTx, id: StaffId) -> Result<Option<Staff>, Fault> {
    let row: Option<Row> = FindStaff { tenant: tx.tenant(), id }.get_result(tx.conn()).await.optional()?;
    Ok(row.map(Row::staff))
}

pub(super) async fn list(tx: &mut TenantTx, ask: &PageAsk) -> Result<Vec<Staff>, Fault> {
    let statement = ListStaff { tenant: tx.tenant(), after: ask.after, rows: ask.rows() };
    let rows: Vec<Row> = statement.get_results(tx.conn()).await?;
    Ok(rows.into_iter().map(Row::staff).collect())
}
