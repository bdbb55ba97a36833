//! The statements of the roster.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{Nullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{RosterMemberId, TenantId},
};

use super::{ChangeRosterError, RosterMember};

type Columns = (SqlUuid, SqlText, Nullable<SqlText>, SqlTime, Nullable<SqlTime>);
type Row = (RosterMemberId, String, Option<String>, Instant, Option<Instant>);

db::statement! {
    InsertMember {
        tenant: TenantId => Uuid, id: RosterMemberId => Uuid, name: String => Text,
        department: Option<String> => Nullable<Text>, at: Instant => Timestamptz,
    } -> (SqlUuid,) = "INSERT INTO tenancy.roster_members (tenant_id, id, name, department, created_at) \
        VALUES ($1, $2, $3, $4, $5) RETURNING id"
}

db::statement! {
    RemoveMember { tenant: TenantId => Uuid, id: RosterMemberId => Uuid, at: Instant => Timestamptz } -> Columns =
        "UPDATE tenancy.roster_members SET removed_at = coalesce(removed_at, $3) WHERE tenant_id = $1 AND id = $2 \
         RETURNING id, name, department, created_at, removed_at"
}

db::statement! {
    ListMembers { tenant: TenantId => Uuid, after: Option<uuid::Uuid> => Nullable<Uuid>, rows: i64 => BigInt } -> Columns =
        "SELECT id, name, department, created_at, removed_at FROM tenancy.roster_members \
         WHERE tenant_id = $1 AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3"
}

fn member((id, name, department, created_at, removed_at): Row) -> RosterMember {
    RosterMember { id, name, department, created_at, removed_at }
}

pub(super) async fn insert(tx: &mut TenantTx, member: &RosterMember) -> Result<(), ChangeRosterError> {
    let statement = InsertMember {
        tenant: tx.tenant(),
        id: member.id,
        name: member.name.clone(),
        department: member.department.clone(),
        at: member.created_at,
    };
    match statement.execute(tx.conn()).await.map_err(Fault::from) {
        Ok(_) => Ok(()),
        Err(fault) if fault.violates("roster_members_tenant") => Err(ChangeRosterError::Absent),
        Err(fault) => Err(fault.into()),
    }
}

pub(super) async fn remove(tx: &mut TenantTx, id: RosterMemberId, now: Instant) -> Result<Option<RosterMember>, Fault> {
    let statement = RemoveMember { tenant: tx.tenant(), id, at: now };
    let row: Option<Row> = statement.get_result(tx.conn()).await.optional()?;
    Ok(row.map(member))
}

pub(super) async fn list(tx: &mut TenantTx, ask: &PageAsk) -> Result<Vec<RosterMember>, Fault> {
    let statement = ListMembers { tenant: tx.tenant(), after: ask.after, rows: ask.rows() };
    let rows: Vec<Row> = statement.get_results(tx.conn()).await?;
    Ok(rows.into_iter().map(member).collect())
}
