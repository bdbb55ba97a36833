//! The statements of contracts.

use db::{Fault, TenantTx};
use diesel::{
    Queryable,
    sql_types::{
        Array, Date as SqlDate, Integer as SqlInteger, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{ContractId, OperatorId, TenantId},
};

use super::{Contract, RecordContractError};

#[derive(Queryable)]
struct Row {
    id: ContractId,
    version: i32,
    starts_on: time::Date,
    ends_on: time::Date,
    retention_days: i32,
    backup_days: i32,
    flags: Vec<String>,
    document_ref: String,
    recorded_at: Instant,
}

db::statement! {
    InsertContract {
        tenant: TenantId => Uuid, id: ContractId => Uuid, version: i32 => Integer, starts_on: time::Date => Date,
        ends_on: time::Date => Date, retention_days: i32 => Integer, backup_days: i32 => Integer,
        flags: Vec<String> => Array<Text>, document_ref: String => Text, at: Instant => Timestamptz, by: OperatorId => Uuid,
    } -> (SqlUuid,) = "INSERT INTO tenancy.contracts (tenant_id, id, version, starts_on, ends_on, retention_days, backup_days, \
        flags, document_ref, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id"
}

db::statement! {
    ListContracts { tenant: TenantId => Uuid } -> (
        SqlUuid, SqlInteger, SqlDate, SqlDate, SqlInteger, SqlInteger, Array<SqlText>, SqlText, SqlTime,
    ) = "SELECT id, version, starts_on, ends_on, retention_days, backup_days, flags, document_ref, recorded_at \
         FROM tenancy.contracts WHERE tenant_id = $1 ORDER BY version DESC"
}

pub(super) async fn insert(tx: &mut TenantTx, contract: &Contract, by: OperatorId) -> Result<(), RecordContractError> {
    let statement = InsertContract {
        tenant: tx.tenant(),
        id: contract.id,
        version: contract.version,
        starts_on: contract.starts_on,
        ends_on: contract.ends_on,
        retention_days: contract.retention_days,
        backup_days: contract.backup_days,
        flags: contract.flags.clone(),
        document_ref: contract.document_ref.clone(),
        at: contract.recorded_at,
        by,
    };
    match statement.execute(tx.conn()).await.map_err(Fault::from) {
        Ok(_) => Ok(()),
        Err(fault) if fault.violates("contracts_one_per_version") => Err(RecordContractError::Raced),
        Err(fault) => Err(fault.into()),
    }
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<Contract>, Fault> {
    let rows: Vec<Row> = ListContracts { tenant: tx.tenant() }.get_results(tx.conn()).await?;
    let contract = |row: Row| Contract {
        id: row.id,
        version: row.version,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        retention_days: row.retention_days,
        backup_days: row.backup_days,
        flags: row.flags,
        document_ref: row.document_ref,
        recorded_at: row.recorded_at,
    };
    Ok(rows.into_iter().map(contract).collect())
}
