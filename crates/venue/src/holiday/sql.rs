//! Queries on holidays.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::TenantId};
use time::Date as Day;

use crate::schema::holidays;

db::statement! {
    /// Says what days are, and whether a file says so. A day of which that was said already is not changed by it.
    PutHolidays {
        tenant: TenantId => Uuid, days: Vec<Day> => Array<Date>, names: Vec<Option<String>> => Array<Nullable<Text>>,
        by_law: Vec<bool> => Array<Bool>, despite: Vec<Option<String>> => Array<Nullable<Text>>, at: Instant => Timestamptz,
        imported: Vec<bool> => Array<Bool>,
    } -> () =
        "INSERT INTO venue.holidays AS h (tenant_id, day, name, by_law, closed_despite, updated_at, imported) \
         SELECT $1, w.day, w.name, w.by_law, w.despite, $6, w.imported \
         FROM unnest($2::date[], $3::text[], $4::bool[], $5::text[], $7::bool[]) AS w (day, name, by_law, despite, imported) \
         ON CONFLICT (tenant_id, day) DO UPDATE SET name = excluded.name, by_law = excluded.by_law, imported = excluded.imported, \
           closed_despite = coalesce(excluded.closed_despite, h.closed_despite), \
           updated_at = excluded.updated_at, version = h.version + 1 \
         WHERE (h.name, h.by_law, h.imported) IS DISTINCT FROM (excluded.name, excluded.by_law, excluded.imported)"
}

/// A day of which something was said.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(super) struct Row {
    pub day: Day,
    /// Nothing: it is no holiday, or it is left to the law.
    pub name: Option<String>,
    /// It is left to the law.
    pub by_law: bool,
    /// Why it closes what was let.
    pub closed_despite: Option<String>,
    /// Whether a file said so, and nobody by hand.
    pub imported: bool,
}

/// In the order of days.
pub(super) async fn between(tx: &mut TenantTx, from: Day, until: Day) -> Result<Vec<Row>, Fault> {
    let query = holidays::table.of(tx.tenant()).filter(holidays::day.ge(from)).filter(holidays::day.lt(until));
    let columns = (holidays::day, holidays::name, holidays::by_law, holidays::closed_despite, holidays::imported);
    Ok(query.order(holidays::day).select(columns).load(tx.conn()).await?)
}

pub(super) async fn put(tx: &mut TenantTx, rows: Vec<Row>, at: Instant) -> Result<(), Fault> {
    let mut said = PutHolidays {
        tenant: tx.tenant(),
        days: Vec::new(),
        names: Vec::new(),
        by_law: Vec::new(),
        despite: Vec::new(),
        at,
        imported: Vec::new(),
    };
    for row in rows {
        said.days.push(row.day);
        said.names.push(row.name);
        said.by_law.push(row.by_law);
        said.despite.push(row.closed_despite);
        said.imported.push(row.imported);
    }
    said.execute(tx.conn()).await?;
    Ok(())
}
