//! The index of who may be the same person, for those who were entered before there was one.

mod sql;

use db::{Db, Fault, TenantTx};
use kernel::ids::{PersonId, TenantId};

use super::sql::open;
use crate::{Keys, details::Identity};

/// The tenants that have persons who are not in the index.
///
/// # Errors
/// A [`Fault`].
pub async fn tenants_with_unindexed(db: &Db) -> Result<Vec<TenantId>, Fault> {
    sql::tenants(db).await
}

/// Who was put into the index, and who was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexed {
    pub done: usize,
    /// Whom it came to: whoever comes after them may be left. None when there was nobody.
    pub reached: Option<PersonId>,
    /// What is kept of them does not open. They stay as they are.
    pub unreadable: Vec<PersonId>,
}

/// Puts persons into the index who are not in it, of at most so many after one of them in the order of their ids, passing by whom
/// somebody else is at work on and who cannot be read. Nothing that anybody reads of them changes, and nothing is told.
///
/// # Errors
/// A [`Fault`].
pub async fn index(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (after, most): (Option<PersonId>, i64),
) -> Result<Indexed, Fault> {
    let tenant = tx.tenant();
    let (mut unreadable, mut found) = (Vec::new(), Vec::new());
    let rows = sql::unindexed(tx, after, most).await?;
    let reached = rows.last().map(|(id, ..)| *id);
    for (id, personal, merged_into) in rows {
        let Ok(content) = open(keys, tenant, id, &personal) else {
            unreadable.push(id);
            continue;
        };
        // who turned out to be somebody else is found as that one
        let birth_date = content.birth_date.filter(|_| merged_into.is_none());
        found.push((id, Identity::of(keys, &content.details, birth_date)));
    }
    let done = found.len();
    if done > 0 {
        sql::keep(tx, found).await?;
    }
    Ok(Indexed { done, reached, unreadable })
}
