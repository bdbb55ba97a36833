//! The index of who may be the same person, for those who were entered before there was one.

mod sql;

use db::{Db, Fault, TenantTx};
use kernel::ids::TenantId;

use super::sql::open;
use crate::{Keys, details::Identity};

/// The tenants that have persons who are not in the index.
///
/// # Errors
/// A [`Fault`].
pub async fn tenants_with_unindexed(db: &Db) -> Result<Vec<TenantId>, Fault> {
    sql::tenants(db).await
}

/// Puts persons into the index who are not in it, at most so many, passing by whom somebody else is at work on. Says how many. Nothing
/// that anybody reads of them changes, and nothing is told.
///
/// # Errors
/// A [`Fault`], also when what is kept of one of them does not open.
pub async fn index(tx: &mut TenantTx, keys: Keys<'_>, most: i64) -> Result<usize, Fault> {
    let tenant = tx.tenant();
    let rows = sql::unindexed(tx, most).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, personal, merged_into) in &rows {
        let content = open(keys, tenant, *id, personal)?;
        // who turned out to be somebody else is found as that one
        let birth_date = content.birth_date.filter(|_| merged_into.is_none());
        found.push((*id, Identity::of(keys, &content.details, birth_date)));
    }
    if !found.is_empty() {
        sql::keep(tx, found).await?;
    }
    Ok(rows.len())
}
