//! Queries about facts.

use std::collections::{BTreeMap, btree_map::Entry};

use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant as _,
};
use diesel::{
    prelude::*,
    sql_types::{
        Binary as SqlBytes, Bool as SqlBool, Date as SqlDate, Nullable as SqlNullable, Text as SqlText,
        Timestamptz as SqlTime, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{PersonFactId, PersonId, TenantId},
};
use time::Date;

use super::{
    Fact, FactValue, On, PersonFacts,
    rules::{self, Standing},
};
use crate::{Keys, person::sql as persons_sql, schema::person_facts};

const fn cell(tenant: TenantId, id: PersonFactId) -> Cell {
    Cell { tenant, table: "patron.person_facts", column: "personal", row: id.uuid() }
}

fn open(keys: Keys<'_>, tenant: TenantId, id: PersonFactId, sealed: &[u8]) -> Result<FactValue, Fault> {
    let text = sealed::open(keys.seal, &cell(tenant, id), sealed)?;
    serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("a sealed fact reads back"))
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = person_facts)]
struct Row {
    id: PersonFactId,
    person_id: PersonId,
    kind: String,
    personal: Vec<u8>,
    as_of: Date,
    expires_on: Option<Date>,
    claimed_at: Instant,
    verified_by: Option<String>,
    verified_at: Option<Instant>,
    closed_at: Option<Instant>,
}

impl Row {
    fn open(self, keys: Keys<'_>, tenant: TenantId) -> Result<Fact, Fault> {
        Ok(Fact {
            id: self.id,
            person: self.person_id,
            kind: self.kind,
            value: open(keys, tenant, self.id, &self.personal)?,
            as_of: self.as_of,
            claimed_at: self.claimed_at,
            verified_at: self.verified_at,
            verified_by: self.verified_by,
            expires_on: self.expires_on,
            closed_at: self.closed_at,
        })
    }

    fn seal(keys: Keys<'_>, tenant: TenantId, fact: &Fact) -> Result<Self, Fault> {
        let text = serde_json::to_vec(&fact.value).map_err(|_| Fault::Unexpected("a fact is told in JSON"))?;
        Ok(Self {
            id: fact.id,
            person_id: fact.person,
            kind: fact.kind.clone(),
            personal: sealed::seal(keys.seal, &cell(tenant, fact.id), &text)?,
            as_of: fact.as_of,
            expires_on: fact.expires_on,
            claimed_at: fact.claimed_at,
            verified_by: fact.verified_by.clone(),
            verified_at: fact.verified_at,
            closed_at: fact.closed_at,
        })
    }
}

pub async fn insert(tx: &mut TenantTx, keys: Keys<'_>, fact: &Fact) -> Result<(), Fault> {
    let row = Row::seal(keys, tx.tenant(), fact)?;
    diesel::insert_into(person_facts::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// In one statement.
pub async fn insert_all(tx: &mut TenantTx, keys: Keys<'_>, facts: &[&Fact]) -> Result<(), Fault> {
    if facts.is_empty() {
        return Ok(());
    }
    let rows = facts.iter().map(|fact| Row::seal(keys, tx.tenant(), fact)).collect::<Result<Vec<_>, _>>()?;
    diesel::insert_into(person_facts::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub async fn one(tx: &mut TenantTx, keys: Keys<'_>, id: PersonFactId) -> Result<Option<Fact>, Fault> {
    let tenant = tx.tenant();
    let query = person_facts::table.of(tenant).filter(person_facts::id.eq(id)).select(Row::as_select());
    let row: Option<Row> = query.first(tx.conn()).await.optional()?;
    row.map(|row| row.open(keys, tenant)).transpose()
}

/// What stands of a person.
pub async fn current(tx: &mut TenantTx, keys: Keys<'_>, person: PersonId) -> Result<Vec<Fact>, Fault> {
    let tenant = tx.tenant();
    let query = person_facts::table.of(tenant).filter(person_facts::person_id.eq(person));
    let query = query.filter(person_facts::closed_at.is_null()).select(Row::as_select());
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    rows.into_iter().map(|row| row.open(keys, tenant)).collect()
}

/// Everything that was said of a person, newest first.
pub async fn history(tx: &mut TenantTx, keys: Keys<'_>, person: PersonId) -> Result<Vec<Fact>, Fault> {
    let tenant = tx.tenant();
    let query = person_facts::table.of(tenant).filter(person_facts::person_id.eq(person));
    let query = query.order(person_facts::id.desc()).limit(200).select(Row::as_select());
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    rows.into_iter().map(|row| row.open(keys, tenant)).collect()
}

pub async fn close(tx: &mut TenantTx, id: PersonFactId, now: Instant) -> Result<(), Fault> {
    diesel::update(person_facts::table.of(tx.tenant()).filter(person_facts::id.eq(id)))
        .set(person_facts::closed_at.eq(now))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Closes what stands of the kind of the fact that takes its place.
pub async fn close_standing(tx: &mut TenantTx, next: &Fact, at: Instant) -> Result<(), Fault> {
    let theirs = person_facts::table.of(tx.tenant()).filter(person_facts::person_id.eq(next.person));
    let before = theirs.filter(person_facts::kind.eq(&next.kind)).filter(person_facts::closed_at.is_null());
    diesel::update(before).set(person_facts::closed_at.eq(at)).execute(tx.conn()).await?;
    Ok(())
}

/// Lets stand again what a fact, which does not stand any more, would have taken the place of.
pub async fn reopen(tx: &mut TenantTx, fact: &Fact, ahead: Instant) -> Result<(), Fault> {
    let theirs = person_facts::table.of(tx.tenant()).filter(person_facts::person_id.eq(fact.person));
    let before = theirs.filter(person_facts::kind.eq(&fact.kind)).filter(person_facts::as_of.lt(fact.as_of));
    diesel::update(before.filter(person_facts::closed_at.eq(ahead)))
        .set(person_facts::closed_at.eq(None::<Instant>))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Writes who has seen the paper of a fact, when, and until when it counts.
pub async fn verify(tx: &mut TenantTx, fact: &Fact) -> Result<(), Fault> {
    diesel::update(person_facts::table.of(tx.tenant()).filter(person_facts::id.eq(fact.id)))
        .set((
            person_facts::verified_by.eq(&fact.verified_by),
            person_facts::verified_at.eq(fact.verified_at),
            person_facts::expires_on.eq(fact.expires_on),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

type KnownRow = (
    SqlUuid,
    SqlUuid,
    SqlBytes,
    SqlNullable<SqlUuid>,
    SqlNullable<SqlText>,
    SqlNullable<SqlBytes>,
    SqlNullable<SqlDate>,
    SqlNullable<SqlDate>,
    SqlNullable<SqlBool>,
    SqlNullable<SqlTime>,
);

db::statement! {
    /// Persons, or those they were merged into, with every fact that stands, or stood after a moment.
    Known { tenant: TenantId => Uuid, persons: Vec<PersonId> => Array<Uuid>, after: Instant => Timestamptz } -> KnownRow =
        "SELECT a.id, p.id, p.personal, f.id, f.kind, f.personal, f.as_of, f.expires_on, f.verified_at IS NOT NULL, f.closed_at \
         FROM patron.persons AS a \
         JOIN patron.persons AS p ON p.tenant_id = $1 AND p.id = coalesce(a.merged_into_id, a.id) \
         LEFT JOIN patron.person_facts AS f ON f.tenant_id = $1 AND f.person_id = p.id \
           AND (f.closed_at IS NULL OR f.closed_at > $3) \
         WHERE a.tenant_id = $1 AND a.id = ANY ($2) ORDER BY a.id"
}

type Found = (
    PersonId,
    PersonId,
    Vec<u8>,
    Option<PersonFactId>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Date>,
    Option<Date>,
    Option<bool>,
    Option<Instant>,
);

pub async fn known(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    persons: &[PersonId],
    on: On,
) -> Result<BTreeMap<PersonId, PersonFacts>, Fault> {
    let tenant = tx.tenant();
    let asked = Known { tenant, persons: persons.to_vec(), after: start_of_day(on.said) };
    let rows: Vec<Found> = asked.load(tx.conn()).await?;
    let mut found: BTreeMap<PersonId, (PersonId, Option<Date>, Vec<Standing>)> = BTreeMap::new();
    for (asked, person, personal, id, kind, value, as_of, expires_on, verified, closed_at) in rows {
        let facts = match found.entry(asked) {
            Entry::Occupied(known) => &mut known.into_mut().2,
            Entry::Vacant(fresh) => {
                let birth_date = persons_sql::open(keys, tenant, person, &personal)?.birth_date;
                &mut fresh.insert((person, birth_date, Vec::new())).2
            }
        };
        if let (Some(id), Some(kind), Some(value), Some(as_of)) = (id, kind, value, as_of) {
            let value = open(keys, tenant, id, &value)?;
            let verified = verified.unwrap_or_default();
            facts.push(Standing { kind, value, as_of, expires_on, verified, closed_at });
        }
    }
    Ok(found
        .into_iter()
        .map(|(asked, (person, birth_date, said))| (asked, rules::known((asked, person), birth_date, on, &said)))
        .collect())
}

db::statement! {
    /// Closes what two persons who are one would have twice: what is verified stays, then what was said later.
    CloseDoubles { tenant: TenantId => Uuid, gone: PersonId => Uuid, kept: PersonId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE patron.person_facts AS f SET closed_at = $4 WHERE f.tenant_id = $1 AND f.closed_at IS NULL \
         AND f.person_id IN ($2, $3) AND EXISTS (SELECT FROM patron.person_facts AS o WHERE o.tenant_id = $1 \
           AND o.closed_at IS NULL AND o.person_id IN ($2, $3) AND o.person_id <> f.person_id AND o.kind = f.kind \
           AND (o.verified_at IS NOT NULL, o.claimed_at, o.id) > (f.verified_at IS NOT NULL, f.claimed_at, f.id))"
}

/// Gives what is known of one person to another.
pub async fn hand_over(tx: &mut TenantTx, gone: PersonId, kept: PersonId, now: Instant) -> Result<(), Fault> {
    CloseDoubles { tenant: tx.tenant(), gone, kept, at: now }.execute(tx.conn()).await?;
    diesel::update(person_facts::table.of(tx.tenant()).filter(person_facts::person_id.eq(gone)))
        .set(person_facts::person_id.eq(kept))
        .execute(tx.conn())
        .await?;
    Ok(())
}
