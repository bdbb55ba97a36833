//! Queries on applications.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Date as SqlDate, Int8, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CourseApplicationId, CourseClassId, PersonId, TenantId, TermId},
};
use time::Date;
use uuid::Uuid;

use super::{Application, ApplicationFilter, History};
use crate::{
    fee::Fee,
    schema::{application_events, application_people, application_windows, applications, fees},
    seats::State,
    window::ApplicationWindow,
};

db::statement! {
    /// Sessions ahead, and the first day of the term.
    Ahead { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz } -> (Int8, SqlDate) =
        "SELECT (SELECT count(*) FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2 \
           AND s.state = 'scheduled' AND s.starts_at > $3), t.starts_on \
         FROM course.classes AS c JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = c.term_id \
         WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    Positions { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> } -> (SqlUuid, Int8) =
        "SELECT a.id, (SELECT count(*) FROM course.applications AS b WHERE b.tenant_id = $1 AND b.class_id = a.class_id \
           AND b.state = 'waitlisted' AND b.waiting_key <= a.waiting_key) \
         FROM course.applications AS a WHERE a.tenant_id = $1 AND a.id = ANY ($2) AND a.state = 'waitlisted'"
}

db::statement! {
    /// Until the transaction ends, nobody else of these households applies.
    OneAtATime { tenant: TenantId => Uuid, households: Vec<String> => Array<Text> } -> (Int8,) =
        "SELECT count(pg_advisory_xact_lock(hashtextextended($1::text || h.id, 7))) \
         FROM (SELECT id FROM unnest($2::text[]) AS u (id) ORDER BY id) AS h"
}

db::statement! {
    MostOfAHousehold {
        tenant: TenantId => Uuid, term: TermId => Uuid, households: Vec<String> => Array<Text>, states: Vec<&'static str> => Array<Text>,
    } -> (Int8,) =
        "SELECT coalesce(max(n.active), 0) FROM ( \
           SELECT count(*) AS active FROM unnest($3::text[]) AS h (id) \
           JOIN course.applications AS a ON a.tenant_id = $1 AND a.state = ANY ($4) AND a.facts -> 'households' ? h.id \
           JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = a.class_id AND c.term_id = $2 \
           GROUP BY h.id) AS n"
}

pub async fn windows(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<ApplicationWindow>, Fault> {
    let of = application_windows::table.of(tx.tenant()).filter(application_windows::class_id.eq(class));
    let query = of.order((application_windows::opens_at.asc(), application_windows::id.asc()));
    Ok(query.select(ApplicationWindow::as_select()).load(tx.conn()).await?)
}

pub async fn fees(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Fee>, Fault> {
    let of = fees::table.of(tx.tenant()).filter(fees::class_id.eq(class));
    Ok(of.order((fees::ordinal.asc(), fees::id.asc())).select(Fee::as_select()).load(tx.conn()).await?)
}

pub async fn ahead(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<(i64, Date), Fault> {
    Ok(Ahead { tenant: tx.tenant(), class, at }.get_result(tx.conn()).await?)
}

pub async fn find(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Application>, Fault> {
    let query = applications::table.of(tx.tenant()).filter(applications::id.eq(id)).select(Application::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn find_all(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::id.eq_any(ids)).order(applications::id);
    Ok(of.select(Application::as_select()).load(tx.conn()).await?)
}

pub async fn find_by_receipt(tx: &mut TenantTx, hash: &[u8]) -> Result<Option<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::receipt_code_hash.eq(hash));
    Ok(of.select(Application::as_select()).first(tx.conn()).await.optional()?)
}

pub async fn list(tx: &mut TenantTx, filter: &ApplicationFilter, ask: &PageAsk) -> Result<Vec<Application>, Fault> {
    let mut query = applications::table.of(tx.tenant()).into_boxed();
    if let Some(class) = filter.class {
        query = query.filter(applications::class_id.eq(class));
    }
    if let Some(applicant) = filter.applicant {
        query = query.filter(applications::applicant_id.eq(applicant));
    }
    if let Some(state) = filter.state {
        query = query.filter(applications::state.eq(state.as_str()));
    }
    if let Some(after) = ask.after {
        query = query.filter(applications::id.gt(after));
    }
    let query = query.order(applications::id.asc()).limit(ask.rows());
    Ok(query.select(Application::as_select()).load(tx.conn()).await?)
}

pub async fn people(
    tx: &mut TenantTx,
    ids: &[CourseApplicationId],
) -> Result<Vec<(CourseApplicationId, PersonId, String)>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::application_id.eq_any(ids));
    let query = of.order((application_people::application_id.asc(), application_people::person_id.asc()));
    let columns = (application_people::application_id, application_people::person_id, application_people::role);
    Ok(query.select(columns).load(tx.conn()).await?)
}

pub async fn positions(
    tx: &mut TenantTx,
    ids: Vec<CourseApplicationId>,
) -> Result<BTreeMap<CourseApplicationId, i64>, Fault> {
    let rows: Vec<(CourseApplicationId, i64)> = Positions { tenant: tx.tenant(), ids }.load(tx.conn()).await?;
    Ok(rows.into_iter().collect())
}

pub async fn history(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Vec<History>, Fault> {
    use application_events as events;
    type Row = (i64, String, Option<String>, Option<String>, Option<String>, String, Instant);
    let of = events::table.of(tx.tenant()).filter(events::application_id.eq(id)).order(events::number.asc());
    let columns =
        (events::number, events::kind, events::from_state, events::to_state, events::reason, events::actor, events::at);
    let rows: Vec<Row> = of.select(columns).load(tx.conn()).await?;
    let told = |(number, kind, from, to, reason, actor, at)| History { number, kind, from, to, reason, actor, at };
    Ok(rows.into_iter().map(told).collect())
}

pub async fn one_at_a_time(tx: &mut TenantTx, households: &[Uuid]) -> Result<(), Fault> {
    let households = households.iter().map(ToString::to_string).collect();
    let statement = OneAtATime { tenant: tx.tenant(), households };
    statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(())
}

/// How many active applications in the term the one of these households has that has most.
pub async fn most_of_a_household(tx: &mut TenantTx, term: TermId, households: &[Uuid]) -> Result<i64, Fault> {
    let households = households.iter().map(ToString::to_string).collect();
    let states = State::every().filter(|state| state.active()).map(State::as_str).collect();
    let statement = MostOfAHousehold { tenant: tx.tenant(), term, households, states };
    let (most,): (i64,) = statement.get_result(tx.conn()).await?;
    Ok(most)
}
