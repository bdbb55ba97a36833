//! Queries on registrations.

use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant,
};
use diesel::{
    prelude::*,
    sql_types::{Bool as SqlBool, Date as SqlDate, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{PatronId, StandingId, TenantId, UserClassId},
};

use super::{
    Content, Ended, Registration, StandingFilter,
    rules::{self, Kept},
};
use crate::{
    Keys, PatronKind, PatronState,
    schema::{patrons, standings},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = standings)]
struct Row {
    id: StandingId,
    patron_id: PatronId,
    user_class_id: UserClassId,
    state: String,
    valid_from: Option<time::Date>,
    valid_until: Option<time::Date>,
    suspended_until: Option<Instant>,
    follows_id: Option<StandingId>,
    personal: Vec<u8>,
    version: i64,
    created_at: Instant,
    updated_at: Instant,
}

const fn cell(tenant: TenantId, id: StandingId) -> Cell {
    Cell { tenant, table: "patron.standings", column: "personal", row: id.uuid() }
}

fn seal(keys: Keys<'_>, tenant: TenantId, one: &Registration) -> Result<Vec<u8>, Fault> {
    let text = serde_json::to_vec(&one.content).map_err(|_| Fault::Unexpected("answers are told in JSON"))?;
    Ok(sealed::seal(keys.seal, &cell(tenant, one.id), &text)?)
}

impl Row {
    fn read(self, content: Content, now: Instant) -> Registration {
        Registration {
            id: self.id,
            patron: self.patron_id,
            user_class: self.user_class_id,
            state: rules::state_at(Kept::read(&self.state), self.valid_until, self.suspended_until, now),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            suspended_until: self.suspended_until,
            follows: self.follows_id,
            content,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn open(self, keys: Keys<'_>, tenant: TenantId, now: Instant) -> Result<Registration, Fault> {
        let text = sealed::open(keys.seal, &cell(tenant, self.id), &self.personal)?;
        let content = serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("sealed answers read back"))?;
        Ok(self.read(content, now))
    }
}

pub async fn insert(tx: &mut TenantTx, keys: Keys<'_>, one: &Registration) -> Result<(), Fault> {
    let row = Row {
        id: one.id,
        patron_id: one.patron,
        user_class_id: one.user_class,
        state: one.state.kept().as_str().to_owned(),
        valid_from: one.valid_from,
        valid_until: one.valid_until,
        suspended_until: one.suspended_until,
        follows_id: one.follows,
        personal: seal(keys, tx.tenant(), one)?,
        version: one.version,
        created_at: one.created_at,
        updated_at: one.updated_at,
    };
    diesel::insert_into(standings::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// Writes a registration whose row is locked.
pub async fn update(tx: &mut TenantTx, keys: Keys<'_>, one: &Registration) -> Result<(), Fault> {
    let personal = seal(keys, tx.tenant(), one)?;
    diesel::update(standings::table.of(tx.tenant()).filter(standings::id.eq(one.id)))
        .set((
            standings::user_class_id.eq(one.user_class),
            standings::state.eq(one.state.kept().as_str()),
            standings::valid_from.eq(one.valid_from),
            standings::valid_until.eq(one.valid_until),
            standings::suspended_until.eq(one.suspended_until),
            standings::personal.eq(personal),
            standings::version.eq(one.version),
            standings::updated_at.eq(one.updated_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn find(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    now: Instant,
) -> Result<Option<Registration>, Fault> {
    let tenant = tx.tenant();
    let query = standings::table.of(tenant).filter(standings::id.eq(id)).select(Row::as_select());
    let row: Option<Row> = query.first(tx.conn()).await.optional()?;
    row.map(|row| row.open(keys, tenant, now)).transpose()
}

pub async fn locked(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    now: Instant,
) -> Result<Option<Registration>, Fault> {
    let tenant = tx.tenant();
    let query = standings::table.of(tenant).filter(standings::id.eq(id)).select(Row::as_select()).for_update();
    let row: Option<Row> = query.first(tx.conn()).await.optional()?;
    row.map(|row| row.open(keys, tenant, now)).transpose()
}

/// A page, with nothing opened.
pub async fn list(
    tx: &mut TenantTx,
    filter: StandingFilter,
    page: &PageAsk,
    now: Instant,
) -> Result<Vec<Registration>, Fault> {
    let mut query = standings::table.of(tx.tenant()).into_boxed();
    if let Some(patron) = filter.patron {
        query = query.filter(standings::patron_id.eq(patron));
    }
    if let Some(kept) = filter.kept {
        query = query.filter(standings::state.eq(kept.as_str()));
    }
    if let Some(after) = page.after {
        query = query.filter(standings::id.gt(after));
    }
    let query = query.order(standings::id.asc()).limit(page.rows()).select(Row::as_select());
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| row.read(Content::default(), now)).collect())
}

/// Whether this is a patron of the register who has not left.
pub async fn registered(tx: &mut TenantTx, id: PatronId) -> Result<bool, Fault> {
    let query = patrons::table.of(tx.tenant()).filter(patrons::id.eq(id));
    let query = query.filter(patrons::kind.ne("guest")).filter(patrons::state.ne("closed"));
    let found: Option<PatronId> = query.select(patrons::id).first(tx.conn()).await.optional()?;
    Ok(found.is_some())
}

type CountsAsRow = (
    SqlText,
    SqlText,
    SqlNullable<SqlText>,
    SqlNullable<SqlDate>,
    SqlNullable<SqlTime>,
    SqlNullable<SqlBool>,
    SqlNullable<SqlText>,
    SqlNullable<SqlTime>,
);

db::statement! {
    /// A patron with the registration of a day, the last end of what suspends at a moment, and the registration that ended last.
    CountsAs { tenant: TenantId => Uuid, patron: PatronId => Uuid, day: time::Date => Date, at: Instant => Timestamptz } -> CountsAsRow =
        "SELECT p.kind, p.state, c.code, s.valid_until, \
           (SELECT max(b.suspended_until) FROM patron.standings AS b \
             WHERE b.tenant_id = $1 AND b.patron_id = $2 AND b.suspended_until > $4), c.resident, e.code, e.ended_at \
         FROM patron.patrons AS p \
         LEFT JOIN patron.standings AS s ON s.tenant_id = $1 AND s.patron_id = p.id AND s.state = 'active' \
           AND s.valid_from <= $3 AND (s.valid_until IS NULL OR s.valid_until > $3) \
         LEFT JOIN patron.user_classes AS c ON c.tenant_id = $1 AND c.id = s.user_class_id \
         LEFT JOIN (SELECT k.code, least(x.valid_until::timestamp AT TIME ZONE 'Asia/Tokyo', \
             CASE WHEN x.state = 'closed' THEN x.updated_at END) AS ended_at \
           FROM patron.standings AS x JOIN patron.user_classes AS k ON k.tenant_id = $1 AND k.id = x.user_class_id \
           WHERE x.tenant_id = $1 AND x.patron_id = $2 AND x.valid_from <= $3 \
             AND (x.state = 'closed' OR (x.state = 'active' AND x.valid_until <= $3)) \
           ORDER BY ended_at DESC LIMIT 1) AS e ON true \
         WHERE p.tenant_id = $1 AND p.id = $2"
}

pub struct CountsAsFound {
    pub kind: PatronKind,
    pub state: PatronState,
    pub user_class: Option<String>,
    pub valid_until: Option<time::Date>,
    pub suspended_until: Option<Instant>,
    pub resident: Option<bool>,
    pub ended: Option<Ended>,
}

pub async fn counts_as(
    tx: &mut TenantTx,
    patron: PatronId,
    day: time::Date,
    at: Instant,
) -> Result<Option<CountsAsFound>, Fault> {
    type Found = (
        String,
        String,
        Option<String>,
        Option<time::Date>,
        Option<Instant>,
        Option<bool>,
        Option<String>,
        Option<Instant>,
    );
    let asked = CountsAs { tenant: tx.tenant(), patron, day, at };
    let found: Option<Found> = asked.get_result(tx.conn()).await.optional()?;
    Ok(found.map(|(kind, state, user_class, valid_until, suspended_until, resident, was, at)| CountsAsFound {
        kind: PatronKind::read(&kind),
        state: PatronState::read(&state),
        user_class,
        valid_until,
        suspended_until,
        resident,
        ended: was.zip(at).map(|(user_class, at)| Ended { user_class, at }),
    }))
}
