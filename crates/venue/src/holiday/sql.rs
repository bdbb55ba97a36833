//! Queries on holidays.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::TenantId};
use time::Date as Day;

use crate::schema::holidays;

db::statement! {
    /// Says what days are. A day of which that was said already keeps the time since when.
    PutHolidays {
        tenant: TenantId => Uuid, days: Vec<Day> => Array<Date>, names: Vec<Option<String>> => Array<Nullable<Text>>,
        by_law: Vec<bool> => Array<Bool>, despite: Vec<Option<String>> => Array<Nullable<Text>>, at: Instant => Timestamptz,
    } -> () =
        "INSERT INTO venue.holidays AS h (tenant_id, day, name, by_law, closed_despite, updated_at) \
         SELECT $1, w.day, w.name, w.by_law, w.despite, $6 \
         FROM unnest($2::date[], $3::text[], $4::bool[], $5::text[]) AS w (day, name, by_law, despite) \
         ON CONFLICT (tenant_id, day) DO UPDATE SET name = excluded.name, by_law = excluded.by_law, \
           closed_despite = coalesce(excluded.closed_despite, h.closed_despite), updated_at = excluded.updated_at \
         WHERE (h.name, h.by_law) IS DISTINCT FROM (excluded.name, excluded.by_law)"
}

/// A day of which something was said: its name, whether it is left to the law, and why it closes what was let.
pub(super) type Row = (Day, Option<String>, bool, Option<String>);

pub(super) async fn between(tx: &mut TenantTx, from: Day, until: Day) -> Result<Vec<Row>, Fault> {
    let query = holidays::table.of(tx.tenant()).filter(holidays::day.ge(from)).filter(holidays::day.lt(until));
    let columns = (holidays::day, holidays::name, holidays::by_law, holidays::closed_despite);
    Ok(query.select(columns).load(tx.conn()).await?)
}

pub(super) async fn put(tx: &mut TenantTx, rows: Vec<Row>, at: Instant) -> Result<(), Fault> {
    let mut said = PutHolidays {
        tenant: tx.tenant(),
        days: Vec::new(),
        names: Vec::new(),
        by_law: Vec::new(),
        despite: Vec::new(),
        at,
    };
    for (day, name, by_law, despite) in rows {
        said.days.push(day);
        said.names.push(name);
        said.by_law.push(by_law);
        said.despite.push(despite);
    }
    said.execute(tx.conn()).await?;
    Ok(())
}
