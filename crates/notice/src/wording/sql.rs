//! Queries on wordings.

use db::{Fault, TenantTx};
use diesel::{ExpressionMethods as _, insert_into};
use diesel_async::RunQueryDsl as _;
use kernel::{Instant, Locale, ids::TenantId};

use crate::{
    schema::wordings,
    text::{Kind, Text as Words},
};

db::statement! {
    /// The newest version of each kind and language.
    Newest { tenant: TenantId => Uuid }
        -> (
            diesel::sql_types::Text, diesel::sql_types::Text, diesel::sql_types::Int4,
            diesel::sql_types::Nullable<diesel::sql_types::Text>, diesel::sql_types::Nullable<diesel::sql_types::Text>,
            diesel::sql_types::Timestamptz,
        ) =
        "SELECT DISTINCT ON (w.kind, w.locale) w.kind, w.locale, w.version, w.subject, w.body, w.created_at \
         FROM notice.wordings AS w WHERE w.tenant_id = $1 ORDER BY w.kind, w.locale, w.version DESC"
}

pub type Row = (String, String, i32, Option<String>, Option<String>, Instant);

pub async fn newest(tx: &mut TenantTx) -> Result<Vec<Row>, Fault> {
    Ok(Newest { tenant: tx.tenant() }.load::<Row>(tx.conn()).await?)
}

/// Whether this version was made; not, when there is one already.
pub async fn insert(
    tx: &mut TenantTx,
    (kind, locale, version): (Kind, Locale, i32),
    own: Option<&Words>,
    now: Instant,
) -> Result<bool, Fault> {
    let made = insert_into(wordings::table)
        .values((
            wordings::kind.eq(kind.as_str()),
            wordings::locale.eq(locale.as_str()),
            wordings::version.eq(version),
            wordings::subject.eq(own.map(|own| own.subject.as_str())),
            wordings::body.eq(own.map(|own| own.body.as_str())),
            wordings::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())
        .await?;
    Ok(made > 0)
}
