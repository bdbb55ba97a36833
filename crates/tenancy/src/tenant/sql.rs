//! The statements of tenants.

use db::{Fault, OperatorTx, TenantTx};
use diesel::{
    OptionalExtension, Queryable,
    sql_types::{
        Array, Date as SqlDate, Integer as SqlInteger, Nullable, Text as SqlText, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{ContractId, OperatorId, TenantId},
};

use super::{Request, Tenant, TenantDraft};
use crate::contract::Contract;

type Columns = (
    SqlUuid,
    SqlText,
    Nullable<SqlUuid>,
    Nullable<SqlUuid>,
    Nullable<SqlText>,
    Nullable<SqlTime>,
    Nullable<SqlText>,
    Nullable<SqlTime>,
    SqlTime,
    Nullable<SqlUuid>,
    Nullable<SqlInteger>,
    Nullable<SqlDate>,
    Nullable<SqlDate>,
    Nullable<SqlInteger>,
    Nullable<SqlInteger>,
    Nullable<Array<SqlText>>,
    Nullable<SqlText>,
    Nullable<SqlTime>,
);

#[derive(Queryable)]
struct Row {
    id: TenantId,
    name: String,
    sandbox_of: Option<TenantId>,
    sandbox: Option<TenantId>,
    requested_by: Option<String>,
    received_at: Option<Instant>,
    document_ref: Option<String>,
    explained_at: Option<Instant>,
    created_at: Instant,
    contract_id: Option<ContractId>,
    version: Option<i32>,
    starts_on: Option<time::Date>,
    ends_on: Option<time::Date>,
    retention_days: Option<i32>,
    backup_days: Option<i32>,
    flags: Option<Vec<String>>,
    contract_ref: Option<String>,
    recorded_at: Option<Instant>,
}

impl Row {
    fn request(&self) -> Option<Request> {
        Some(Request {
            requested_by: self.requested_by.clone()?,
            received_at: self.received_at?,
            document_ref: self.document_ref.clone()?,
            explained_at: self.explained_at?,
        })
    }

    fn contract(&self) -> Option<Contract> {
        Some(Contract {
            id: self.contract_id?,
            version: self.version?,
            starts_on: self.starts_on?,
            ends_on: self.ends_on?,
            retention_days: self.retention_days?,
            backup_days: self.backup_days?,
            flags: self.flags.clone()?,
            document_ref: self.contract_ref.clone()?,
            recorded_at: self.recorded_at?,
        })
    }

    fn tenant(self) -> Tenant {
        Tenant {
            id: self.id,
            request: self.request(),
            contract: self.contract(),
            name: self.name,
            sandbox_of: self.sandbox_of,
            sandbox: self.sandbox,
            created_at: self.created_at,
        }
    }
}

db::statement! {
    /// What a tenant is called.
    Name { tenant: TenantId => Uuid } -> (SqlText,) = "SELECT name FROM tenancy.tenants WHERE tenant_id = $1"
}

pub async fn name(tx: &mut TenantTx) -> Result<Option<String>, Fault> {
    let tenant = tx.tenant();
    let found: Option<(String,)> = Name { tenant }.get_result(tx.conn()).await.optional()?;
    Ok(found.map(|(name,)| name))
}

db::statement! {
    InsertTenant {
        tenant: TenantId => Uuid, name: String => Text, requested_by: String => Text, received_at: Instant => Timestamptz,
        document_ref: String => Text, explained_at: Instant => Timestamptz, at: Instant => Timestamptz,
        by: OperatorId => Uuid,
    } -> (SqlUuid,) = "INSERT INTO tenancy.tenants \
        (tenant_id, name, requested_by, received_at, document_ref, explained_at, created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING tenant_id"
}

db::statement! {
    /// The row of the tenant itself says who gets the one sandbox.
    ClaimSandbox { tenant: TenantId => Uuid, sandbox: TenantId => Uuid } -> (SqlUuid,) =
        "UPDATE tenancy.tenants SET sandbox_id = $2 \
         WHERE tenant_id = $1 AND sandbox_id IS NULL AND sandbox_of IS NULL RETURNING tenant_id"
}

db::statement! {
    InsertSandbox {
        sandbox: TenantId => Uuid, tenant: TenantId => Uuid, name: String => Text, at: Instant => Timestamptz,
        by: OperatorId => Uuid,
    } -> (SqlUuid,) = "INSERT INTO tenancy.tenants (tenant_id, sandbox_of, name, created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5) RETURNING tenant_id"
}

db::statement! {
    FindTenant { tenant: TenantId => Uuid } -> Columns =
        "SELECT t.tenant_id, t.name, t.sandbox_of, t.sandbox_id, t.requested_by, t.received_at, t.document_ref, \
         t.explained_at, t.created_at, k.id, k.version, k.starts_on, k.ends_on, k.retention_days, k.backup_days, k.flags, \
         k.document_ref, k.recorded_at FROM tenancy.tenants AS t LEFT JOIN LATERAL ( \
           SELECT v.* FROM tenancy.contracts AS v WHERE v.tenant_id = t.tenant_id ORDER BY v.version DESC LIMIT 1) AS k \
         ON true WHERE t.tenant_id = $1"
}

db::statement! {
    /// Across tenants: the register that operators keep.
    ListTenants { after: Option<uuid::Uuid> => Nullable<Uuid>, rows: i64 => BigInt } -> Columns =
        "SELECT t.tenant_id, t.name, t.sandbox_of, t.sandbox_id, t.requested_by, t.received_at, t.document_ref, \
         t.explained_at, t.created_at, k.id, k.version, k.starts_on, k.ends_on, k.retention_days, k.backup_days, k.flags, \
         k.document_ref, k.recorded_at FROM tenancy.tenants AS t LEFT JOIN LATERAL ( \
           SELECT v.* FROM tenancy.contracts AS v WHERE v.tenant_id = t.tenant_id ORDER BY v.version DESC LIMIT 1) AS k \
         ON true WHERE $1 IS NULL OR t.tenant_id > $1 ORDER BY t.tenant_id LIMIT $2"
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    id: TenantId,
    draft: &TenantDraft,
    by: OperatorId,
    now: Instant,
) -> Result<(), Fault> {
    let statement = InsertTenant {
        tenant: id,
        name: draft.name.clone(),
        requested_by: draft.request.requested_by.clone(),
        received_at: draft.request.received_at,
        document_ref: draft.request.document_ref.clone(),
        explained_at: draft.request.explained_at,
        at: now,
        by,
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn claim_sandbox(tx: &mut TenantTx, sandbox: TenantId) -> Result<bool, Fault> {
    let statement = ClaimSandbox { tenant: tx.tenant(), sandbox };
    Ok(statement.execute(tx.conn()).await? == 1)
}

pub(super) async fn insert_sandbox(
    tx: &mut TenantTx,
    sandbox: TenantId,
    name: &str,
    by: OperatorId,
    now: Instant,
) -> Result<(), Fault> {
    let statement = InsertSandbox { sandbox, tenant: tx.tenant(), name: name.to_owned(), at: now, by };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn find(tx: &mut TenantTx) -> Result<Option<Tenant>, Fault> {
    let row: Option<Row> = FindTenant { tenant: tx.tenant() }.get_result(tx.conn()).await.optional()?;
    Ok(row.map(Row::tenant))
}

pub(super) async fn list(tx: &mut OperatorTx, ask: &PageAsk) -> Result<Vec<Tenant>, Fault> {
    let rows: Vec<Row> = ListTenants { after: ask.after, rows: ask.rows() }.get_results(tx.conn()).await?;
    Ok(rows.into_iter().map(Row::tenant).collect())
}
