//! Queries about groups and their rosters.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{
    prelude::*,
    sql_types::{Bool as SqlBool, Text as SqlText, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{PatronId, PersonId, TenantId},
};
use uuid::Uuid;

use super::GroupRole;
use crate::schema::{group_members, patrons};

db::statement! {
    ActsFor { tenant: TenantId => Uuid, patron: PatronId => Uuid, whom: PatronId => Uuid } -> (SqlBool,) =
        "SELECT EXISTS (SELECT FROM patron.group_members AS m \
           JOIN patron.relationships AS r ON r.tenant_id = $1 AND r.person_id = m.person_id AND r.patron_id = $2 \
             AND r.kind = 'self' AND r.ended_at IS NULL \
           JOIN patron.patrons AS p ON p.tenant_id = $1 AND p.id = r.patron_id AND p.state = 'active' \
           WHERE m.tenant_id = $1 AND m.group_id = $3 AND m.acts AND m.ended_at IS NULL)"
}

db::statement! {
    ActedFor { tenant: TenantId => Uuid, patron: PatronId => Uuid } -> (SqlUuid,) =
        "SELECT m.group_id FROM patron.group_members AS m \
         JOIN patron.relationships AS r ON r.tenant_id = $1 AND r.person_id = m.person_id AND r.patron_id = $2 \
           AND r.kind = 'self' AND r.ended_at IS NULL \
         WHERE m.tenant_id = $1 AND m.acts AND m.ended_at IS NULL ORDER BY m.created_at, m.id"
}

db::statement! {
    /// Memberships of somebody who turned out to be somebody else who is on the roster already: the group, what they were in it,
    /// whether they acted for it.
    EndDoubles { tenant: TenantId => Uuid, gone: PersonId => Uuid, kept: PersonId => Uuid, at: Instant => Timestamptz }
        -> (SqlUuid, SqlText, SqlBool) =
        "UPDATE patron.group_members AS m SET ended_at = $4 \
         WHERE m.tenant_id = $1 AND m.person_id = $2 AND m.ended_at IS NULL AND EXISTS ( \
           SELECT FROM patron.group_members AS k WHERE k.tenant_id = $1 AND k.group_id = m.group_id AND k.person_id = $3 \
             AND k.ended_at IS NULL) \
         RETURNING m.group_id, m.role, m.acts"
}

db::statement! {
    /// Whoever is left is in each group the most of what the two were, and acts for it if either did.
    TakeOver {
        tenant: TenantId => Uuid, kept: PersonId => Uuid, groups: Vec<PatronId> => Array<Uuid>,
        roles: Vec<String> => Array<Text>, acting: Vec<bool> => Array<Bool>,
    } -> () =
        "UPDATE patron.group_members AS k SET acts = k.acts OR g.acts, \
           role = CASE WHEN 'representative' IN (k.role, g.role) THEN 'representative' \
             WHEN 'contact' IN (k.role, g.role) THEN 'contact' ELSE 'member' END \
         FROM unnest($3::uuid[], $4::text[], $5::boolean[]) AS g (id, role, acts) \
         WHERE k.tenant_id = $1 AND k.group_id = g.id AND k.person_id = $2 AND k.ended_at IS NULL"
}

pub async fn insert(
    tx: &mut TenantTx,
    group: PatronId,
    person: PersonId,
    (role, acts): (GroupRole, bool),
    now: Instant,
) -> Result<(), Fault> {
    diesel::insert_into(group_members::table)
        .values((
            group_members::id.eq(Uuid::new_v4()),
            group_members::group_id.eq(group),
            group_members::person_id.eq(person),
            group_members::role.eq(role.as_str()),
            group_members::acts.eq(acts),
            group_members::created_at.eq(now),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn is_group(tx: &mut TenantTx, group: PatronId) -> Result<bool, Fault> {
    let of = patrons::table.of(tx.tenant()).filter(patrons::id.eq(group)).filter(patrons::kind.eq("group"));
    Ok(diesel::select(diesel::dsl::exists(of)).get_result(tx.conn()).await?)
}

/// Holds a group for the rest of the transaction.
pub async fn lock(tx: &mut TenantTx, group: PatronId) -> Result<Option<PatronId>, Fault> {
    let query = patrons::table.of(tx.tenant()).filter(patrons::id.eq(group)).filter(patrons::kind.eq("group"));
    Ok(query.select(patrons::id).for_update().first(tx.conn()).await.optional()?)
}

pub async fn roster(tx: &mut TenantTx, group: PatronId) -> Result<Vec<(PersonId, String, bool, Instant)>, Fault> {
    let of = group_members::table.of(tx.tenant()).filter(group_members::group_id.eq(group));
    let first = group_members::role.ne("representative").asc();
    let query = of.filter(group_members::ended_at.is_null());
    let query = query.order((first, group_members::created_at.asc(), group_members::id.asc()));
    let columns = (group_members::person_id, group_members::role, group_members::acts, group_members::created_at);
    Ok(query.select(columns).load(tx.conn()).await?)
}

/// False when they are not on the roster.
pub async fn end(tx: &mut TenantTx, group: PatronId, person: PersonId, now: Instant) -> Result<bool, Fault> {
    let of = group_members::table.of(tx.tenant()).filter(group_members::group_id.eq(group));
    let one = of.filter(group_members::person_id.eq(person)).filter(group_members::ended_at.is_null());
    let ended = diesel::update(one).set(group_members::ended_at.eq(now)).execute(tx.conn()).await?;
    Ok(ended > 0)
}

pub async fn acts_for(tx: &mut TenantTx, patron: PatronId, whom: PatronId) -> Result<bool, Fault> {
    let (acts,): (bool,) = ActsFor { tenant: tx.tenant(), patron, whom }.get_result(tx.conn()).await?;
    Ok(acts)
}

pub async fn acted_for(tx: &mut TenantTx, patron: PatronId) -> Result<Vec<PatronId>, Fault> {
    let rows: Vec<(PatronId,)> = ActedFor { tenant: tx.tenant(), patron }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(group,)| group).collect())
}

pub async fn hand_over(tx: &mut TenantTx, gone: PersonId, kept: PersonId, at: Instant) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let doubles: Vec<(PatronId, String, bool)> = EndDoubles { tenant, gone, kept, at }.load(tx.conn()).await?;
    if !doubles.is_empty() {
        let (groups, roles, acting): (Vec<_>, Vec<_>, Vec<_>) = doubles.into_iter().collect();
        TakeOver { tenant, kept, groups, roles, acting }.execute(tx.conn()).await?;
    }
    let of = group_members::table.of(tenant).filter(group_members::person_id.eq(gone));
    diesel::update(of.filter(group_members::ended_at.is_null()))
        .set(group_members::person_id.eq(kept))
        .execute(tx.conn())
        .await?;
    Ok(())
}
