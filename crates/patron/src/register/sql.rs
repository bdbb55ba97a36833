//! Queries about patrons. Lock order: patron, verification, password.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _, Queryable,
    insert_into, update as change,
};
use diesel_async::RunQueryDsl as _;
use kernel::{Instant, PageAsk, ids::PatronId, ids::TenantId};

use super::{Patron, PatronKind, PatronState, rules::Sought};
use crate::{Details, Keys, details::patron_cell, schema::patrons};

type Columns = (
    patrons::id,
    patrons::kind,
    patrons::state,
    patrons::locale,
    patrons::personal,
    patrons::email_verified_at,
    patrons::version,
    patrons::created_at,
    patrons::updated_at,
);

const COLUMNS: Columns = (
    patrons::id,
    patrons::kind,
    patrons::state,
    patrons::locale,
    patrons::personal,
    patrons::email_verified_at,
    patrons::version,
    patrons::created_at,
    patrons::updated_at,
);

#[derive(Queryable)]
struct Row {
    id: PatronId,
    kind: String,
    state: String,
    locale: String,
    personal: Vec<u8>,
    email_verified_at: Option<Instant>,
    version: i64,
    created_at: Instant,
    updated_at: Instant,
}

impl Row {
    fn open(self, keys: Keys<'_>, tenant: TenantId) -> Result<Patron, Fault> {
        Ok(Patron {
            id: self.id,
            kind: PatronKind::read(&self.kind),
            state: PatronState::read(&self.state),
            locale: self.locale.parse().unwrap_or_default(),
            details: Details::open(keys, &patron_cell(tenant, self.id.uuid()), &self.personal)?,
            email_verified_at: self.email_verified_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = patrons)]
struct NewRow {
    id: PatronId,
    kind: &'static str,
    state: &'static str,
    locale: &'static str,
    personal: Vec<u8>,
    email_index: Option<Vec<u8>>,
    phone_index: Option<Vec<u8>>,
    kana_index: Option<Vec<u8>>,
    email_verified_at: Option<Instant>,
    version: i64,
    created_at: Instant,
    updated_at: Instant,
}

pub async fn one(tx: &mut TenantTx, keys: Keys<'_>, id: PatronId) -> Result<Option<Patron>, Fault> {
    let tenant = tx.tenant();
    let row: Option<Row> =
        patrons::table.of(tenant).filter(patrons::id.eq(id)).select(COLUMNS).first(tx.conn()).await.optional()?;
    row.map(|row| row.open(keys, tenant)).transpose()
}

pub async fn locked(tx: &mut TenantTx, keys: Keys<'_>, id: PatronId) -> Result<Option<Patron>, Fault> {
    let tenant = tx.tenant();
    let row: Option<Row> = patrons::table
        .of(tenant)
        .filter(patrons::id.eq(id))
        .select(COLUMNS)
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    row.map(|row| row.open(keys, tenant)).transpose()
}

/// These patrons, in the order in which they became known.
pub async fn several(tx: &mut TenantTx, keys: Keys<'_>, ids: &[PatronId]) -> Result<Vec<Patron>, Fault> {
    let tenant = tx.tenant();
    let query = patrons::table.of(tenant).filter(patrons::id.eq_any(ids)).select(COLUMNS).order(patrons::id.asc());
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    rows.into_iter().map(|row| row.open(keys, tenant)).collect()
}

/// The registered patron of an address.
pub async fn registered(tx: &mut TenantTx, keys: Keys<'_>, email: &[u8]) -> Result<Option<Patron>, Fault> {
    let tenant = tx.tenant();
    let row: Option<Row> = patrons::table
        .of(tenant)
        .filter(patrons::email_index.eq(email))
        .filter(patrons::kind.eq(PatronKind::Registered.as_str()).and(patrons::state.ne(PatronState::Closed.as_str())))
        .select(COLUMNS)
        .first(tx.conn())
        .await
        .optional()?;
    row.map(|row| row.open(keys, tenant)).transpose()
}

/// Everybody of an address who has not left, registered or not.
pub async fn of_address(tx: &mut TenantTx, email: &[u8]) -> Result<Vec<PatronId>, Fault> {
    let of = patrons::table.of(tx.tenant()).filter(patrons::email_index.eq(email));
    let of = of.filter(patrons::state.ne(PatronState::Closed.as_str())).order(patrons::id.asc());
    Ok(of.select(patrons::id).load(tx.conn()).await?)
}

pub async fn page(tx: &mut TenantTx, keys: Keys<'_>, sought: &Sought, ask: &PageAsk) -> Result<Vec<Patron>, Fault> {
    let tenant = tx.tenant();
    let mut query = patrons::table.of(tenant).select(COLUMNS).order(patrons::id.asc()).limit(ask.rows()).into_boxed();
    if let Some(kind) = sought.kind {
        query = query.filter(patrons::kind.eq(kind));
    }
    if let Some(index) = &sought.email {
        query = query.filter(patrons::email_index.eq(index));
    }
    if let Some(index) = &sought.phone {
        query = query.filter(patrons::phone_index.eq(index));
    }
    if let Some(index) = &sought.kana {
        query = query.filter(patrons::kana_index.eq(index));
    }
    if let Some(after) = ask.after {
        query = query.filter(patrons::id.gt(PatronId::from_uuid(after)));
    }
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    rows.into_iter().map(|row| row.open(keys, tenant)).collect()
}

pub async fn insert(tx: &mut TenantTx, keys: Keys<'_>, patron: &Patron) -> Result<(), Fault> {
    let personal = patron.details.seal(keys, &patron_cell(tx.tenant(), patron.id.uuid()))?;
    let indexes = patron.details.indexes(keys);
    let row = NewRow {
        id: patron.id,
        kind: patron.kind.as_str(),
        state: patron.state.as_str(),
        locale: patron.locale.as_str(),
        personal,
        email_index: indexes.email,
        phone_index: indexes.phone,
        kana_index: indexes.kana,
        email_verified_at: patron.email_verified_at,
        version: patron.version,
        created_at: patron.created_at,
        updated_at: patron.updated_at,
    };
    insert_into(patrons::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// Writes a patron whose row is locked.
pub async fn update(tx: &mut TenantTx, keys: Keys<'_>, patron: &Patron) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let personal = patron.details.seal(keys, &patron_cell(tenant, patron.id.uuid()))?;
    let indexes = patron.details.indexes(keys);
    change(patrons::table.of(tenant).filter(patrons::id.eq(patron.id)))
        .set((
            patrons::state.eq(patron.state.as_str()),
            patrons::locale.eq(patron.locale.as_str()),
            patrons::personal.eq(personal),
            patrons::email_index.eq(indexes.email),
            patrons::phone_index.eq(indexes.phone),
            patrons::kana_index.eq(indexes.kana),
            patrons::email_verified_at.eq(patron.email_verified_at),
            patrons::version.eq(patron.version),
            patrons::updated_at.eq(patron.updated_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
