//! Queries on persons who are not in the index.

use db::{Db, Fault, TenantTx};
use diesel::sql_types::{Binary as SqlBytes, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::ids::{PersonId, TenantId};

use crate::details::Identity;

db::statement! {
    TenantsWithUnindexed {} -> diesel::sql_types::Uuid = "SELECT patron.tenants_with_unindexed()"
}

db::statement! {
    /// With whom they were merged into.
    Unindexed { tenant: TenantId => Uuid, after: Option<PersonId> => Nullable<Uuid>, most: i64 => Int8 } -> (SqlUuid, SqlBytes, Nullable<SqlUuid>) =
        "SELECT p.id, p.personal, p.merged_into_id FROM patron.persons AS p WHERE p.tenant_id = $1 AND p.unindexed \
           AND ($2::uuid IS NULL OR p.id > $2) ORDER BY p.id LIMIT $3 FOR UPDATE SKIP LOCKED"
}

db::statement! {
    Index {
        tenant: TenantId => Uuid, ids: Vec<PersonId> => Array<Uuid>, names: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>,
        readings: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>,
    } -> () =
        "UPDATE patron.persons AS p SET name_birth_index = m.name, kana_birth_index = m.kana, unindexed = false \
         FROM unnest($2::uuid[], $3::bytea[], $4::bytea[]) AS m (id, name, kana) WHERE p.tenant_id = $1 AND p.id = m.id"
}

pub(super) async fn tenants(db: &Db) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithUnindexed {}.load::<TenantId>(conn).await).await
}

pub(super) async fn unindexed(
    tx: &mut TenantTx,
    after: Option<PersonId>,
    most: i64,
) -> Result<Vec<(PersonId, Vec<u8>, Option<PersonId>)>, Fault> {
    Ok(Unindexed { tenant: tx.tenant(), after, most }.load(tx.conn()).await?)
}

pub(super) async fn keep(tx: &mut TenantTx, found: Vec<(PersonId, Identity)>) -> Result<(), Fault> {
    let (ids, identities): (Vec<PersonId>, Vec<Identity>) = found.into_iter().unzip();
    let (names, readings) = identities.into_iter().map(|one| (one.name, one.kana)).unzip();
    Index { tenant: tx.tenant(), ids, names, readings }.execute(tx.conn()).await?;
    Ok(())
}
