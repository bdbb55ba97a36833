//! The statements of operators.

use db::{Fault, OperatorTx};
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::OperatorId};

use super::CreateOperatorError;

db::statement! {
    InsertOperator {
        id: OperatorId => Uuid, login_id: String => Text, name: String => Text, hash: String => Text,
        at: Instant => Timestamptz,
    } -> (SqlUuid,) = "INSERT INTO tenancy.operators (id, login_id, name, hash, created_at) \
        VALUES ($1, $2, $3, $4, $5)"
}

pub(super) async fn insert(
    tx: &mut OperatorTx,
    id: OperatorId,
    login_id: &str,
    name: &str,
    hash: &str,
    now: Instant,
) -> Result<(), CreateOperatorError> {
    let statement =
        InsertOperator { id, login_id: login_id.to_owned(), name: name.to_owned(), hash: hash.to_owned(), at: now };
    match statement.execute(tx.conn()).await.map_err(Fault::from) {
        Ok(_) => Ok(()),
        Err(fault) if fault.violates("operators_login") => Err(CreateOperatorError::Exists),
        Err(fault) => Err(fault.into()),
    }
}
