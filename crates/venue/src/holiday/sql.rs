//! Queries on holidays.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::TenantId};
use time::Date as Day;

use crate::schema::holidays;

db::statement! {
    /// Says what days are.
    PutHolidays {
        tenant: TenantId => Uuid, days: Vec<Day> => Array<Date>, names: Vec<Option<String>> => Array<Nullable<Text>>,
        at: Instant => Timestamptz,
    } -> () =
        "INSERT INTO venue.holidays (tenant_id, day, name, updated_at) \
         SELECT $1, w.day, w.name, $4 FROM unnest($2::date[], $3::text[]) AS w (day, name) \
         ON CONFLICT (tenant_id, day) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at"
}

pub(super) async fn between(tx: &mut TenantTx, from: Day, until: Day) -> Result<Vec<(Day, Option<String>)>, Fault> {
    let query = holidays::table.of(tx.tenant()).filter(holidays::day.ge(from)).filter(holidays::day.lt(until));
    Ok(query.select((holidays::day, holidays::name)).load(tx.conn()).await?)
}

pub(super) async fn put(tx: &mut TenantTx, named: Vec<(Day, Option<String>)>, at: Instant) -> Result<(), Fault> {
    let (days, names) = named.into_iter().unzip();
    PutHolidays { tenant: tx.tenant(), days, names, at }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn forget(tx: &mut TenantTx, day: Day) -> Result<(), Fault> {
    diesel::delete(holidays::table.of(tx.tenant()).filter(holidays::day.eq(day))).execute(tx.conn()).await?;
    Ok(())
}
