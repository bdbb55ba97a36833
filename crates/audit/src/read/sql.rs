//! Reads of sealed rows. Services other than `core` may not; the log's key leads with the tenant.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use kernel::ids::TenantId;

use super::{Bounds, Filter, Row};
use crate::schema::{checkpoints, log};

db::statement! {
    /// The ends of the log, the tree and the checkpoints, in one snapshot.
    Ends { tenant: TenantId => Uuid } -> (
        diesel::sql_types::BigInt, diesel::sql_types::BigInt, diesel::sql_types::BigInt, diesel::sql_types::BigInt,
    ) = "SELECT coalesce((SELECT max(seq) FROM audit.log WHERE tenant_id = $1), 0), \
        coalesce((SELECT size FROM audit.tree_heads WHERE tenant_id = $1), 0), \
        coalesce((SELECT max(number) FROM audit.checkpoints WHERE tenant_id = $1), 0), \
        coalesce((SELECT size FROM audit.checkpoints WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1), 0)"
}

db::statement! {
    /// Every journal that has begun.
    Journals {} -> (diesel::sql_types::Uuid,) = "SELECT * FROM audit.journals()"
}

pub(super) async fn bounds(tx: &mut TenantTx) -> Result<Bounds, Fault> {
    let statement = Ends { tenant: tx.tenant() };
    let (last, head, number, size) = statement.get_result::<(i64, i64, i64, i64)>(tx.conn()).await?;
    Ok(Bounds { last, head, signed: (number, size) })
}

pub(super) async fn rows(tx: &mut TenantTx, after: i64, last: i64, limit: i64) -> Result<Vec<Row>, Fault> {
    let columns = (
        log::seq,
        log::id,
        log::at,
        log::category,
        log::event,
        log::subject_kind,
        log::subject_id,
        log::canonical,
        log::leaf,
    );
    let query = log::table.of(tx.tenant()).filter(log::seq.gt(after)).filter(log::seq.le(last));
    Ok(query.order(log::seq).limit(limit).select(columns).load(tx.conn()).await?)
}

/// Number, size and note of the checkpoints after `after` up to `last`.
pub(super) async fn notes(
    tx: &mut TenantTx,
    after: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<(i64, i64, String)>, Fault> {
    let query = checkpoints::table.of(tx.tenant());
    let query = query.filter(checkpoints::number.gt(after)).filter(checkpoints::number.le(last));
    let columns = (checkpoints::number, checkpoints::size, checkpoints::note);
    Ok(query.order(checkpoints::number).limit(limit).select(columns).load(tx.conn()).await?)
}

pub(super) async fn filtered(tx: &mut TenantTx, filter: &Filter, after: i64, limit: i64) -> Result<Vec<String>, Fault> {
    let mut query = log::table.of(tx.tenant()).filter(log::seq.gt(after)).into_boxed();
    if let Some(subject) = &filter.subject {
        query = query.filter(log::subject_id.eq(subject));
    }
    if let Some(event) = &filter.event {
        query = query.filter(log::event.eq(event));
    }
    if !filter.categories.is_empty() {
        let wanted: Vec<&str> = filter.categories.iter().map(|category| category.as_str()).collect();
        query = query.filter(log::category.eq_any(wanted));
    }
    if let Some(from) = filter.from {
        query = query.filter(log::at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(log::at.lt(until));
    }
    Ok(query.order(log::seq).limit(limit).select(log::canonical).load(tx.conn()).await?)
}

pub(super) async fn journals(conn: &mut AsyncPgConnection) -> Result<Vec<TenantId>, diesel::result::Error> {
    let rows: Vec<(TenantId,)> = Journals {}.load(conn).await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}
