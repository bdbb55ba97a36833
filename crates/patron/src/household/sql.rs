//! Queries about who acts for whom.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{
    prelude::*,
    sql_types::{
        BigInt as SqlBig, Binary as SqlBytes, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{PatronId, PersonId, TenantId},
};
use time::Date;
use uuid::Uuid;

use super::{Member, Relationship};
use crate::{
    Keys,
    person::{Person, sql as persons_sql},
    schema::{persons, relationships},
};

/// The person a patron is.
pub async fn self_of(tx: &mut TenantTx, patron: PatronId) -> Result<Option<PersonId>, Fault> {
    let query = relationships::table.of(tx.tenant()).filter(relationships::patron_id.eq(patron));
    let query = query.filter(relationships::kind.eq("self")).filter(relationships::ended_at.is_null());
    Ok(query.select(relationships::person_id).first(tx.conn()).await.optional()?)
}

/// The first patron a person is.
pub async fn patron_of(tx: &mut TenantTx, person: PersonId) -> Result<Option<PatronId>, Fault> {
    let query = relationships::table.of(tx.tenant()).filter(relationships::person_id.eq(person));
    let query = query.filter(relationships::kind.eq("self")).filter(relationships::ended_at.is_null());
    Ok(query
        .order((relationships::created_at.asc(), relationships::id.asc()))
        .select(relationships::patron_id)
        .first(tx.conn())
        .await
        .optional()?)
}

pub async fn insert(
    tx: &mut TenantTx,
    patron: PatronId,
    person: PersonId,
    relationship: Relationship,
    now: Instant,
) -> Result<(), Fault> {
    diesel::insert_into(relationships::table)
        .values((
            relationships::id.eq(Uuid::new_v4()),
            relationships::patron_id.eq(patron),
            relationships::person_id.eq(person),
            relationships::kind.eq(relationship.as_str()),
            relationships::created_at.eq(now),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How a patron is to everybody of these, in one statement.
pub async fn insert_all(
    tx: &mut TenantTx,
    patron: PatronId,
    related: &[(PersonId, Relationship)],
    now: Instant,
) -> Result<(), Fault> {
    let row = |(person, relationship): &(PersonId, Relationship)| {
        (
            relationships::id.eq(Uuid::new_v4()),
            relationships::patron_id.eq(patron),
            relationships::person_id.eq(*person),
            relationships::kind.eq(relationship.as_str()),
            relationships::created_at.eq(now),
        )
    };
    let rows: Vec<_> = related.iter().map(row).collect();
    diesel::insert_into(relationships::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

/// Ends a guardianship; false when there is none.
pub async fn end(tx: &mut TenantTx, patron: PatronId, person: PersonId, now: Instant) -> Result<bool, Fault> {
    let rows = relationships::table.of(tx.tenant()).filter(relationships::patron_id.eq(patron));
    let rows = rows.filter(relationships::person_id.eq(person)).filter(relationships::kind.eq("guardian_of"));
    let ended = diesel::update(rows.filter(relationships::ended_at.is_null()))
        .set(relationships::ended_at.eq(now))
        .execute(tx.conn())
        .await?;
    Ok(ended > 0)
}

db::statement! {
    /// How many people a patron acts for.
    Counted { tenant: TenantId => Uuid, patron: PatronId => Uuid } -> (SqlBig,) =
        "SELECT count(*) FROM patron.relationships WHERE tenant_id = $1 AND patron_id = $2 AND ended_at IS NULL"
}

pub async fn count(tx: &mut TenantTx, patron: PatronId) -> Result<usize, Fault> {
    let (counted,): (i64,) = Counted { tenant: tx.tenant(), patron }.get_result(tx.conn()).await?;
    Ok(usize::try_from(counted).unwrap_or(usize::MAX))
}

/// Since when a patron is the guardian of a person.
pub async fn guarded_since(tx: &mut TenantTx, patron: PatronId, person: PersonId) -> Result<Option<Instant>, Fault> {
    let rows = relationships::table.of(tx.tenant()).filter(relationships::patron_id.eq(patron));
    let rows = rows.filter(relationships::person_id.eq(person)).filter(relationships::kind.eq("guardian_of"));
    let standing = rows.filter(relationships::ended_at.is_null()).select(relationships::created_at);
    Ok(standing.first(tx.conn()).await.optional()?)
}

type MemberRow = (SqlText, SqlTime, SqlUuid, SqlBytes, SqlBig, SqlTime, SqlTime);

db::statement! {
    /// Whom a patron acts for, themselves first.
    Members { tenant: TenantId => Uuid, patron: PatronId => Uuid } -> MemberRow =
        "SELECT r.kind, r.created_at, p.id, p.personal, p.version, p.created_at, p.updated_at FROM patron.relationships AS r \
         JOIN patron.persons AS p ON p.tenant_id = $1 AND p.id = r.person_id \
         WHERE r.tenant_id = $1 AND r.patron_id = $2 AND r.ended_at IS NULL ORDER BY r.kind DESC, r.created_at, r.id"
}

/// With since when.
pub async fn members(tx: &mut TenantTx, keys: Keys<'_>, patron: PatronId) -> Result<Vec<(Member, Instant)>, Fault> {
    type Found = (String, Instant, PersonId, Vec<u8>, i64, Instant, Instant);
    let tenant = tx.tenant();
    let rows: Vec<Found> = Members { tenant, patron }.load(tx.conn()).await?;
    rows.into_iter()
        .map(|(kind, since, id, personal, version, created_at, updated_at)| {
            let content = persons_sql::open(keys, tenant, id, &personal)?;
            let (details, birth_date) = (content.details, content.birth_date);
            let person = Person { id, details, birth_date, version, created_at, updated_at };
            Ok((Member { person, relationship: Relationship::read(&kind) }, since))
        })
        .collect()
}

db::statement! {
    /// Those of these persons whom a patron acts for, with who is left of them.
    ActedFor { tenant: TenantId => Uuid, patron: PatronId => Uuid, persons: Vec<PersonId> => Array<Uuid> }
        -> (SqlUuid, SqlText, SqlTime, SqlUuid, SqlBytes) =
        "SELECT a.id, r.kind, r.created_at, p.id, p.personal FROM patron.persons AS a \
         JOIN patron.persons AS p ON p.tenant_id = $1 AND p.id = coalesce(a.merged_into_id, a.id) \
         JOIN patron.relationships AS r ON r.tenant_id = $1 AND r.patron_id = $2 AND r.person_id = p.id AND r.ended_at IS NULL \
         WHERE a.tenant_id = $1 AND a.id = ANY ($3)"
}

/// How a patron is to a person.
pub struct Bond {
    /// As asked.
    pub person: PersonId,
    pub relationship: Relationship,
    pub since: Instant,
    pub birth_date: Option<Date>,
}

pub async fn acted_for(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    persons: &[PersonId],
) -> Result<Vec<Bond>, Fault> {
    type Found = (PersonId, String, Instant, PersonId, Vec<u8>);
    let tenant = tx.tenant();
    let rows: Vec<Found> = ActedFor { tenant, patron, persons: persons.to_vec() }.load(tx.conn()).await?;
    rows.into_iter()
        .map(|(person, kind, since, left, personal)| {
            let birth_date = persons_sql::open(keys, tenant, left, &personal)?.birth_date;
            Ok(Bond { person, relationship: Relationship::read(&kind), since, birth_date })
        })
        .collect()
}

/// Whom to prefer of those who act for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Guardian,
    Oneself,
}

type ActingRow = (SqlUuid, SqlUuid, SqlNullable<SqlUuid>);

db::statement! {
    /// One of those who act for each of these persons: of the preferred kind, the first.
    Acting { tenant: TenantId => Uuid, persons: Vec<PersonId> => Array<Uuid>, kind: &'static str => Text } -> ActingRow =
        "SELECT a.id, coalesce(a.merged_into_id, a.id), h.patron_id FROM patron.persons AS a \
         LEFT JOIN LATERAL (SELECT r.patron_id FROM patron.relationships AS r WHERE r.tenant_id = $1 \
           AND r.person_id = coalesce(a.merged_into_id, a.id) AND r.ended_at IS NULL \
           ORDER BY (r.kind = $3) DESC, r.created_at, r.id LIMIT 1) AS h ON true \
         WHERE a.tenant_id = $1 AND a.id = ANY ($2)"
}

/// As asked, who is left, who acts.
pub async fn acting(
    tx: &mut TenantTx,
    persons: &[PersonId],
    first: First,
) -> Result<Vec<(PersonId, PersonId, Option<PatronId>)>, Fault> {
    let kind = match first {
        First::Guardian => Relationship::GuardianOf.as_str(),
        First::Oneself => Relationship::Oneself.as_str(),
    };
    Ok(Acting { tenant: tx.tenant(), persons: persons.to_vec(), kind }.load(tx.conn()).await?)
}

/// The person of an id, or the one they were merged into.
pub async fn resolved(tx: &mut TenantTx, id: PersonId) -> Result<Option<PersonId>, Fault> {
    let query = persons::table.of(tx.tenant()).filter(persons::id.eq(id)).select(persons::merged_into_id);
    let found: Option<Option<PersonId>> = query.first(tx.conn()).await.optional()?;
    Ok(found.map(|into| into.unwrap_or(id)))
}

pub async fn acting_for(tx: &mut TenantTx, person: PersonId) -> Result<Vec<(PatronId, Relationship)>, Fault> {
    let query = relationships::table.of(tx.tenant()).filter(relationships::person_id.eq(person));
    let query = query
        .filter(relationships::ended_at.is_null())
        .order((relationships::created_at.asc(), relationships::id.asc()));
    let rows: Vec<(PatronId, String)> =
        query.select((relationships::patron_id, relationships::kind)).load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(patron, kind)| (patron, Relationship::read(&kind))).collect())
}

db::statement! {
    /// Ends what one patron would have twice after two persons are one: of the two, being the person stays.
    EndDoubles { tenant: TenantId => Uuid, gone: PersonId => Uuid, kept: PersonId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE patron.relationships AS r SET ended_at = $4 WHERE r.tenant_id = $1 AND r.ended_at IS NULL \
         AND r.person_id IN ($2, $3) AND EXISTS (SELECT FROM patron.relationships AS o WHERE o.tenant_id = $1 \
           AND o.patron_id = r.patron_id AND o.ended_at IS NULL AND o.person_id IN ($2, $3) AND o.person_id <> r.person_id \
           AND (o.kind > r.kind OR (o.kind = r.kind AND r.person_id = $2)))"
}

/// Gives whoever acts for one person to another.
pub async fn hand_over(tx: &mut TenantTx, gone: PersonId, kept: PersonId, now: Instant) -> Result<(), Fault> {
    EndDoubles { tenant: tx.tenant(), gone, kept, at: now }.execute(tx.conn()).await?;
    diesel::update(relationships::table.of(tx.tenant()).filter(relationships::person_id.eq(gone)))
        .set(relationships::person_id.eq(kept))
        .execute(tx.conn())
        .await?;
    Ok(())
}
