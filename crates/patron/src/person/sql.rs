//! Queries about persons. Two persons are locked in the order of their ids.

use std::collections::BTreeMap;

use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant as _,
};
use diesel::{
    dsl::exists,
    prelude::*,
    sql_types::{BigInt as SqlPlace, Binary as SqlBytes, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{PersonId, TenantId},
};
use serde::{Deserialize, Serialize};
use time::Date;

use super::{Person, PersonName, rules::Sought};
use crate::{
    Details, Keys,
    details::Identity,
    schema::{persons, relationships},
};

/// What is sealed of a person.
#[derive(Serialize, Deserialize)]
pub(crate) struct Content {
    #[serde(flatten)]
    pub details: Details,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
}

const fn cell(tenant: TenantId, id: PersonId) -> Cell {
    Cell { tenant, table: "patron.persons", column: "personal", row: id.uuid() }
}

pub(crate) fn open(keys: Keys<'_>, tenant: TenantId, id: PersonId, sealed: &[u8]) -> Result<Content, Fault> {
    let text = sealed::open(keys.seal, &cell(tenant, id), sealed)?;
    serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("a sealed person reads back"))
}

fn seal(keys: Keys<'_>, tenant: TenantId, person: &Person) -> Result<Vec<u8>, Fault> {
    let content = Content { details: person.details.clone(), birth_date: person.birth_date };
    let text = serde_json::to_vec(&content).map_err(|_| Fault::Unexpected("a person is told in JSON"))?;
    Ok(sealed::seal(keys.seal, &cell(tenant, person.id), &text)?)
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = persons)]
struct Row {
    id: PersonId,
    personal: Vec<u8>,
    email_index: Option<Vec<u8>>,
    phone_index: Option<Vec<u8>>,
    kana_index: Option<Vec<u8>>,
    merged_into_id: Option<PersonId>,
    version: i64,
    created_at: Instant,
    updated_at: Instant,
    name_birth_index: Option<Vec<u8>>,
    kana_birth_index: Option<Vec<u8>>,
}

impl Row {
    fn open(self, keys: Keys<'_>, tenant: TenantId) -> Result<Person, Fault> {
        let Content { details, birth_date } = open(keys, tenant, self.id, &self.personal)?;
        let (version, created_at, updated_at) = (self.version, self.created_at, self.updated_at);
        Ok(Person { id: self.id, details, birth_date, version, created_at, updated_at })
    }
}

async fn row(tx: &mut TenantTx, id: PersonId) -> Result<Option<Row>, Fault> {
    let query = persons::table.of(tx.tenant()).filter(persons::id.eq(id)).select(Row::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

async fn locked_row(tx: &mut TenantTx, id: PersonId) -> Result<Option<Row>, Fault> {
    let query = persons::table.of(tx.tenant()).filter(persons::id.eq(id)).select(Row::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

/// The person of an id, or the one they were merged into.
pub async fn one(tx: &mut TenantTx, keys: Keys<'_>, id: PersonId) -> Result<Option<Person>, Fault> {
    let found = match row(tx, id).await? {
        Some(Row { merged_into_id: Some(into), .. }) => row(tx, into).await?,
        other => other,
    };
    found.map(|row| row.open(keys, tx.tenant())).transpose()
}

/// The person of an id, or the one they were merged into, for the rest of the transaction.
pub async fn locked(tx: &mut TenantTx, keys: Keys<'_>, id: PersonId) -> Result<Option<Person>, Fault> {
    let found = match locked_row(tx, id).await? {
        Some(Row { merged_into_id: Some(into), .. }) => locked_row(tx, into).await?,
        other => other,
    };
    found.map(|row| row.open(keys, tx.tenant())).transpose()
}

type WithMerged = Option<(Person, Option<PersonId>)>;

/// Both, with whom they were merged into.
pub async fn locked_pair(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    one: PersonId,
    other: PersonId,
) -> Result<(WithMerged, WithMerged), Fault> {
    let (first, second) = (locked_row(tx, one.min(other)).await?, locked_row(tx, one.max(other)).await?);
    let tenant = tx.tenant();
    let open = |row: Option<Row>| -> Result<WithMerged, Fault> {
        let Some(row) = row else { return Ok(None) };
        let into = row.merged_into_id;
        Ok(Some((row.open(keys, tenant)?, into)))
    };
    let (first, second) = (open(first)?, open(second)?);
    Ok(if one < other { (first, second) } else { (second, first) })
}

fn sealed_row(keys: Keys<'_>, tenant: TenantId, person: &Person) -> Result<Row, Fault> {
    let indexes = person.details.indexes(keys);
    let identity = Identity::of(keys, &person.details, person.birth_date);
    Ok(Row {
        id: person.id,
        personal: seal(keys, tenant, person)?,
        email_index: indexes.email,
        phone_index: indexes.phone,
        kana_index: indexes.kana,
        merged_into_id: None,
        version: person.version,
        created_at: person.created_at,
        updated_at: person.updated_at,
        name_birth_index: identity.name,
        kana_birth_index: identity.kana,
    })
}

pub async fn insert(tx: &mut TenantTx, keys: Keys<'_>, person: &Person) -> Result<(), Fault> {
    let row = sealed_row(keys, tx.tenant(), person)?;
    diesel::insert_into(persons::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// In one statement.
pub async fn insert_all(tx: &mut TenantTx, keys: Keys<'_>, people: &[&Person]) -> Result<(), Fault> {
    let rows = people.iter().map(|person| sealed_row(keys, tx.tenant(), person)).collect::<Result<Vec<_>, _>>()?;
    diesel::insert_into(persons::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

/// Writes a person whose row is locked.
pub async fn update(tx: &mut TenantTx, keys: Keys<'_>, person: &Person) -> Result<(), Fault> {
    let (personal, indexes) = (seal(keys, tx.tenant(), person)?, person.details.indexes(keys));
    let identity = Identity::of(keys, &person.details, person.birth_date);
    diesel::update(persons::table.of(tx.tenant()).filter(persons::id.eq(person.id)))
        .set((
            persons::personal.eq(personal),
            persons::email_index.eq(indexes.email),
            persons::phone_index.eq(indexes.phone),
            persons::kana_index.eq(indexes.kana),
            persons::name_birth_index.eq(identity.name),
            persons::kana_birth_index.eq(identity.kana),
            persons::unindexed.eq(false),
            persons::version.eq(person.version),
            persons::updated_at.eq(person.updated_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Points one person, and whoever was merged into them, to another; nobody finds the one any more.
pub async fn mark_merged(tx: &mut TenantTx, from: PersonId, into: PersonId, now: Instant) -> Result<(), Fault> {
    let none: Option<Vec<u8>> = None;
    let points_to_it = persons::id.eq(from).or(persons::merged_into_id.eq(from));
    diesel::update(persons::table.of(tx.tenant()).filter(points_to_it))
        .set((
            persons::merged_into_id.eq(into),
            persons::email_index.eq(none.clone()),
            persons::phone_index.eq(none.clone()),
            persons::kana_index.eq(none.clone()),
            persons::name_birth_index.eq(none.clone()),
            persons::kana_birth_index.eq(none),
            persons::unindexed.eq(false),
            persons::version.eq(persons::version + 1),
            persons::updated_at.eq(now),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn page(tx: &mut TenantTx, keys: Keys<'_>, sought: &Sought, ask: &PageAsk) -> Result<Vec<Person>, Fault> {
    let tenant = tx.tenant();
    let mut query = persons::table.of(tenant).filter(persons::merged_into_id.is_null()).into_boxed();
    if let Some(index) = &sought.email {
        query = query.filter(persons::email_index.eq(index));
    }
    if let Some(index) = &sought.phone {
        query = query.filter(persons::phone_index.eq(index));
    }
    if let Some(index) = &sought.kana {
        query = query.filter(persons::kana_index.eq(index));
    }
    if let Some(patron) = sought.patron {
        let acts = relationships::table
            .of(tenant)
            .filter(relationships::person_id.eq(persons::id))
            .filter(relationships::patron_id.eq(patron))
            .filter(relationships::ended_at.is_null());
        query = query.filter(exists(acts));
    }
    if let Some(after) = ask.after {
        query = query.filter(persons::id.gt(after));
    }
    let query = query.order(persons::id.asc()).limit(ask.rows()).select(Row::as_select());
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    rows.into_iter().map(|row| row.open(keys, tenant)).collect()
}

type NameRow = (SqlUuid, SqlUuid, SqlBytes);

db::statement! {
    /// The sealed details of persons, or of those they were merged into.
    Called { tenant: TenantId => Uuid, persons: Vec<PersonId> => Array<Uuid> } -> NameRow =
        "SELECT a.id, p.id, p.personal FROM patron.persons AS a \
         JOIN patron.persons AS p ON p.tenant_id = $1 AND p.id = coalesce(a.merged_into_id, a.id) \
         WHERE a.tenant_id = $1 AND a.id = ANY ($2)"
}

pub async fn names(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    persons: &[PersonId],
) -> Result<BTreeMap<PersonId, PersonName>, Fault> {
    let tenant = tx.tenant();
    let asked = Called { tenant, persons: persons.to_vec() };
    let rows: Vec<(PersonId, PersonId, Vec<u8>)> = asked.load(tx.conn()).await?;
    rows.into_iter()
        .map(|(asked, person, personal)| {
            let details = open(keys, tenant, person, &personal)?.details;
            Ok((asked, PersonName { person, name: details.name.unwrap_or_default(), kana: details.kana }))
        })
        .collect()
}

db::statement! {
    KnownAs { tenant: TenantId => Uuid, persons: Vec<PersonId> => Array<Uuid> } -> (SqlUuid, SqlUuid) =
        "SELECT DISTINCT p.id, coalesce(p.merged_into_id, p.id) FROM patron.persons AS a JOIN patron.persons AS p \
           ON p.tenant_id = $1 AND (p.id = coalesce(a.merged_into_id, a.id) OR p.merged_into_id = coalesce(a.merged_into_id, a.id)) \
         WHERE a.tenant_id = $1 AND a.id = ANY ($2)"
}

pub async fn known_as(tx: &mut TenantTx, persons: &[PersonId]) -> Result<BTreeMap<PersonId, PersonId>, Fault> {
    let rows: Vec<(PersonId, PersonId)> =
        KnownAs { tenant: tx.tenant(), persons: persons.to_vec() }.load(tx.conn()).await?;
    Ok(rows.into_iter().collect())
}

db::statement! {
    /// Persons of the same birth date and name, or birth date and reading, by the place of whom they are like, from 1.
    Alike {
        tenant: TenantId => Uuid, names: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>,
        readings: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>,
    } -> (SqlPlace, SqlUuid) =
        "SELECT w.place, p.id FROM unnest($2::bytea[]) WITH ORDINALITY AS w (name, place) \
           JOIN patron.persons AS p ON p.tenant_id = $1 AND p.name_birth_index = w.name \
         UNION SELECT w.place, p.id FROM unnest($3::bytea[]) WITH ORDINALITY AS w (kana, place) \
           JOIN patron.persons AS p ON p.tenant_id = $1 AND p.kana_birth_index = w.kana \
         ORDER BY 1, 2"
}

pub async fn alike(tx: &mut TenantTx, keys: Keys<'_>, people: &[&Person]) -> Result<Vec<Vec<PersonId>>, Fault> {
    let of = |one: &&Person| Identity::of(keys, &one.details, one.birth_date);
    let (names, readings) = people.iter().map(of).map(|identity| (identity.name, identity.kana)).unzip();
    let asked = Alike { tenant: tx.tenant(), names, readings };
    let rows: Vec<(i64, PersonId)> = asked.load(tx.conn()).await?;
    let of = |place: i64| rows.iter().filter(move |(at, _)| *at == place).map(|(_, person)| *person).collect();
    Ok((1_i64..).zip(people).map(|(place, _)| of(place)).collect())
}

db::statement! {
    /// Persons of the same birth date and name, or birth date and reading, each after whom of these they are like.
    AlikeKnown { tenant: TenantId => Uuid, persons: Vec<PersonId> => Array<Uuid> } -> (SqlUuid, SqlUuid) =
        "SELECT a.id, p.id FROM patron.persons AS a \
           JOIN patron.persons AS p ON p.tenant_id = $1 AND p.name_birth_index = a.name_birth_index AND p.id <> a.id \
           WHERE a.tenant_id = $1 AND a.id = ANY ($2) \
         UNION SELECT a.id, p.id FROM patron.persons AS a \
           JOIN patron.persons AS p ON p.tenant_id = $1 AND p.kana_birth_index = a.kana_birth_index AND p.id <> a.id \
           WHERE a.tenant_id = $1 AND a.id = ANY ($2) ORDER BY 1, 2"
}

pub async fn alike_known(tx: &mut TenantTx, persons: &[PersonId]) -> Result<Vec<(PersonId, PersonId)>, Fault> {
    Ok(AlikeKnown { tenant: tx.tenant(), persons: persons.to_vec() }.load(tx.conn()).await?)
}

db::statement! {
    /// In the order of their hashes, so that nobody waits in a circle.
    HoldIdentities {
        tenant: TenantId => Uuid, indexes: Vec<Vec<u8>> => Array<Binary>, persons: Vec<PersonId> => Array<Uuid>,
    } -> (SqlPlace,) =
        "SELECT count(pg_advisory_xact_lock(h.key)) FROM ( \
           SELECT DISTINCT hashtextextended($1::text || encode(u.index, 'hex'), 11) AS key FROM ( \
             SELECT n.index FROM unnest($2::bytea[]) AS n (index) \
             UNION ALL SELECT k.index FROM patron.persons AS p \
               CROSS JOIN unnest(ARRAY[p.name_birth_index, p.kana_birth_index]) AS k (index) \
               WHERE p.tenant_id = $1 AND p.id = ANY ($3)) AS u \
           WHERE u.index IS NOT NULL ORDER BY 1) AS h"
}

/// Of people who are not kept yet, and of persons who are.
pub async fn hold_identities(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    people: &[&Person],
    known: &[PersonId],
) -> Result<(), Fault> {
    let of = |one: &&Person| Identity::of(keys, &one.details, one.birth_date);
    let indexes = people.iter().map(of).flat_map(|identity| [identity.name, identity.kana]).flatten().collect();
    let statement = HoldIdentities { tenant: tx.tenant(), indexes, persons: known.to_vec() };
    statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(())
}

/// Those of these rows, each with whom it is merged into; nobody merges any of them before this transaction ends.
pub async fn hold(tx: &mut TenantTx, persons: &[PersonId]) -> Result<Vec<(PersonId, Option<PersonId>)>, Fault> {
    let query = persons::table.of(tx.tenant()).filter(persons::id.eq_any(persons)).order(persons::id.asc());
    Ok(query.select((persons::id, persons::merged_into_id)).for_key_share().load(tx.conn()).await?)
}
