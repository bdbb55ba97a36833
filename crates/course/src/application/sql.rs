//! Queries on applications.

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx, remark, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Array, Bool, Int4, Int8, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk, SealKey,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, PatronId, PersonId, TenantId, TermId},
};
use time::Date;
use uuid::Uuid;

use super::{Application, ApplicationFilter, History, assess::Reassessed, kept_price, outlook::Line};
use crate::{
    fee::Fee,
    schema::{application_events, application_people, application_windows, applications, classes, fees, terms},
    seats::{State, event_cell},
    window::ApplicationWindow,
};

db::statement! {
    Positions { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> } -> (SqlUuid, Int8) =
        "SELECT l.id, l.position FROM ( \
           SELECT b.id, row_number() OVER (PARTITION BY b.class_id ORDER BY b.waiting_key) AS position \
           FROM course.applications AS b WHERE b.tenant_id = $1 AND b.state = 'waitlisted' AND b.class_id IN ( \
             SELECT x.class_id FROM course.applications AS x WHERE x.tenant_id = $1 AND x.id = ANY ($2) AND x.state = 'waitlisted')) AS l \
         WHERE l.id = ANY ($2)"
}

db::statement! {
    /// Until the transaction ends, nobody else of these households applies.
    OneAtATime { tenant: TenantId => Uuid, households: Vec<String> => Array<Text> } -> (Int8,) =
        "SELECT count(pg_advisory_xact_lock(hashtextextended($1::text || h.id, 7))) \
         FROM (SELECT id FROM unnest($2::text[]) AS u (id) ORDER BY id) AS h"
}

db::statement! {
    /// How many active applications in the term each of these households has.
    ActiveOfHouseholds {
        tenant: TenantId => Uuid, term: TermId => Uuid, households: Vec<uuid::Uuid> => Array<Uuid>, states: Vec<&'static str> => Array<Text>,
    } -> (SqlUuid, Int8) =
        "SELECT h.id, count(*) FROM unnest($3::uuid[]) AS h (id) \
         JOIN course.application_households AS x ON x.tenant_id = $1 AND x.household_id = h.id \
         JOIN course.applications AS a ON a.tenant_id = $1 AND a.id = x.application_id AND a.state = ANY ($4) \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = a.class_id AND c.term_id = $2 \
         GROUP BY h.id"
}

db::statement! {
    /// As [`Line`].
    ReadLine { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz }
        -> (Int8, Bool, Int8, Array<Int4>, Int8, Array<SqlUuid>) =
        "SELECT (SELECT coalesce(sum(l.units), 0)::int8 FROM course.applications AS l WHERE l.tenant_id = $1 AND l.class_id = $2 \
             AND l.state IN ('offered', 'payment_due') AND l.due_at <= $3 AND coalesce(l.kept_until <= $3, true)), \
           (SELECT coalesce($3 < course.offers_end($1, $2, c.promote_until), true) FROM course.classes AS c \
             WHERE c.tenant_id = $1 AND c.id = $2), \
           (SELECT coalesce(sum(d.promised), 0)::int8 FROM course.draws AS d \
             WHERE d.tenant_id = $1 AND d.class_id = $2 AND d.state = 'frozen'), \
           array(SELECT w.units FROM course.applications AS w WHERE w.tenant_id = $1 AND w.class_id = $2 AND w.state = 'waitlisted' \
             ORDER BY w.waiting_key), \
           (SELECT count(*) FROM course.applications AS w \
             JOIN course.places AS p ON p.tenant_id = $1 AND p.class_id = $2 \
             WHERE w.tenant_id = $1 AND w.class_id = $2 AND w.state = 'waitlisted' \
               AND coalesce(w.waiting_key <= p.undecided_after, true)), \
           array(SELECT DISTINCT a.window_id FROM course.applications AS a \
             WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state IN ('entered', 'screening'))"
}

pub async fn line(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Line, Fault> {
    let read = ReadLine { tenant: tx.tenant(), class, at };
    let (late, promotes, promised, waiting, ahead, undecided) = read.get_result(tx.conn()).await?;
    Ok(Line { late, promotes, promised, waiting, ahead, undecided })
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

pub async fn first_day(tx: &mut TenantTx, term: TermId) -> Result<Date, Fault> {
    let of = terms::table.of(tx.tenant()).filter(terms::id.eq(term));
    Ok(of.select(terms::starts_on).first(tx.conn()).await?)
}

pub async fn find(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Application>, Fault> {
    let query = applications::table.of(tx.tenant()).filter(applications::id.eq(id)).select(Application::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Application>, Fault> {
    let query = applications::table.of(tx.tenant()).filter(applications::id.eq(id)).select(Application::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub async fn find_all(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::id.eq_any(ids)).order(applications::id);
    Ok(of.select(Application::as_select()).load(tx.conn()).await?)
}

pub async fn find_by_receipt(tx: &mut TenantTx, hash: &[u8]) -> Result<Option<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::receipt_code_hash.eq(hash));
    Ok(of.select(Application::as_select()).first(tx.conn()).await.optional()?)
}

db::statement! {
    /// Other codes for applications; the version counts what they say, and that stays.
    KeepCodes { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid>, hashes: Vec<Vec<u8>> => Array<Binary> } -> () =
        "UPDATE course.applications AS a SET receipt_code_hash = m.hash FROM unnest($2::uuid[], $3::bytea[]) AS m (id, hash) \
         WHERE a.tenant_id = $1 AND a.id = m.id"
}

/// Says how many have another code now.
pub async fn keep_codes(
    tx: &mut TenantTx,
    ids: Vec<CourseApplicationId>,
    hashes: Vec<Vec<u8>>,
) -> Result<usize, Fault> {
    Ok(KeepCodes { tenant: tx.tenant(), ids, hashes }.execute(tx.conn()).await?)
}

/// Applications of a number that some of these made: locked in the order of their ids, so that nobody waits in a circle.
pub async fn numbered(
    tx: &mut TenantTx,
    applicants: &[PatronId],
    receipt_number: i64,
) -> Result<Vec<CourseApplicationId>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::applicant_id.eq_any(applicants));
    let of = of.filter(applications::receipt_number.eq(receipt_number)).order(applications::id.asc());
    Ok(of.select(applications::id).for_update().load(tx.conn()).await?)
}

pub async fn list(
    tx: &mut TenantTx,
    filter: &ApplicationFilter,
    ask: &PageAsk,
    now: Instant,
) -> Result<Vec<Application>, Fault> {
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
    if filter.to_verify {
        let active: Vec<&str> = State::every().filter(|state| state.active()).map(State::as_str).collect();
        let until_paid = applications::kept_until.is_null().and(applications::due_at.gt(now));
        let lasts = applications::state.ne_all(["offered", "payment_due"]).or(applications::kept_until.gt(now));
        query = query.filter(applications::to_verify).filter(applications::state.eq_any(active));
        query = query.filter(lasts.or(until_paid));
    }
    let query = query.order(applications::id.asc()).limit(ask.rows());
    Ok(query.select(Application::as_select()).load(tx.conn()).await?)
}

db::statement! {
    Reassess {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, ids: Vec<CourseApplicationId> => Array<Uuid>, tiers: Vec<i32> => Array<Int4>,
        doubts: Vec<bool> => Array<Bool>, snapshots: Vec<Vec<u8>> => Array<Binary>, prices: Vec<serde_json::Value> => Array<Jsonb>,
        totals: Vec<i64> => Array<Int8>,
    } -> () =
        "UPDATE course.applications AS a SET tier = m.tier, to_verify = m.doubt, snapshot = m.snapshot, price = m.price, \
           total = m.total, updated_at = $2, version = a.version + 1 \
         FROM unnest($3::uuid[], $4::int4[], $5::bool[], $6::bytea[], $7::jsonb[], $8::int8[]) \
           AS m (id, tier, doubt, snapshot, price, total) WHERE a.tenant_id = $1 AND a.id = m.id"
}

db::statement! {
    Charge {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, ids: Vec<CourseApplicationId> => Array<Uuid>,
        prices: Vec<serde_json::Value> => Array<Jsonb>, totals: Vec<i64> => Array<Int8>,
    } -> () =
        "UPDATE course.applications AS a SET price = m.price, total = m.total, updated_at = $2, version = a.version + 1 \
         FROM unnest($3::uuid[], $4::jsonb[], $5::int8[]) AS m (id, price, total) WHERE a.tenant_id = $1 AND a.id = m.id"
}

/// Keeps what these are charged.
pub async fn charge(tx: &mut TenantTx, charged: &[&Application], at: Instant) -> Result<(), Fault> {
    let statement = Charge {
        tenant: tx.tenant(),
        at,
        ids: charged.iter().map(|one| one.id).collect(),
        prices: charged.iter().map(|one| one.price.clone()).collect(),
        totals: charged.iter().map(|one| one.total).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub async fn reassess(tx: &mut TenantTx, key: &SealKey, found: &[&Reassessed], at: Instant) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let snapshots = found.iter().map(|one| one.snapshot.seal(key, tenant, one.id)).collect::<Result<_, _>>()?;
    let prices = found.iter().map(|one| kept_price(&one.lines)).collect::<Result<_, _>>()?;
    let statement = Reassess {
        tenant,
        at,
        ids: found.iter().map(|one| one.id).collect(),
        tiers: found.iter().map(|one| one.tier).collect(),
        doubts: found.iter().map(|one| one.to_verify).collect(),
        snapshots,
        prices,
        totals: found.iter().map(|one| one.total).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub async fn entered(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<Vec<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::window_id.eq(window)).filter(applications::state.eq("entered"));
    Ok(query.order(applications::id.asc()).select(Application::as_select()).for_update().load(tx.conn()).await?)
}

db::statement! {
    SeatedByStaff { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> } -> (SqlUuid,) =
        "SELECT e.application_id FROM course.application_events AS e \
         WHERE e.tenant_id = $1 AND e.application_id = ANY ($2) AND e.kind = 'seated_by_staff'"
}

/// Those of these that the staff seated past the line.
pub async fn seated_by_staff(
    tx: &mut TenantTx,
    ids: Vec<CourseApplicationId>,
) -> Result<BTreeSet<CourseApplicationId>, Fault> {
    let rows: Vec<(CourseApplicationId,)> = SeatedByStaff { tenant: tx.tenant(), ids }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn of_class(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.order(applications::receipt_number.asc()).select(Application::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn people(
    tx: &mut TenantTx,
    ids: &[CourseApplicationId],
) -> Result<Vec<(CourseApplicationId, PersonId, String)>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::application_id.eq_any(ids));
    let of = of.filter(application_people::left_party.eq(false));
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

/// Where to join classes that are not held in a room alone.
pub async fn join_urls(tx: &mut TenantTx, of: Vec<CourseClassId>) -> Result<BTreeMap<CourseClassId, String>, Fault> {
    if of.is_empty() {
        return Ok(BTreeMap::new());
    }
    let of = classes::table.of(tx.tenant()).filter(classes::id.eq_any(of)).filter(classes::delivery.ne("in_person"));
    let rows: Vec<(CourseClassId, Option<String>)> =
        of.select((classes::id, classes::join_url)).load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(class, url)| Some((class, url?))).collect())
}

pub async fn history(tx: &mut TenantTx, key: &SealKey, id: CourseApplicationId) -> Result<Vec<History>, Fault> {
    use application_events as events;
    type Row = (CourseClassId, i64, String, Option<String>, Option<String>, Option<Vec<u8>>, String, Instant);
    let tenant = tx.tenant();
    let of = events::table.of(tx.tenant()).filter(events::application_id.eq(id)).order(events::number.asc());
    let states = (events::from_state, events::to_state);
    let columns =
        (events::class_id, events::number, events::kind, states.0, states.1, events::reason, events::actor, events::at);
    let rows: Vec<Row> = of.select(columns).load(tx.conn()).await?;
    let told = |(class, number, kind, from, to, reason, actor, at): Row| {
        let reason = remark::open(key, &event_cell(tenant, class, number), reason.as_deref())?;
        Ok(History { number, kind, from, to, reason, actor, at })
    };
    rows.into_iter().map(told).collect()
}

pub async fn one_at_a_time(tx: &mut TenantTx, households: &[Uuid]) -> Result<(), Fault> {
    let households = households.iter().map(ToString::to_string).collect();
    let statement = OneAtATime { tenant: tx.tenant(), households };
    statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(())
}

pub async fn active_of_households(
    tx: &mut TenantTx,
    term: TermId,
    households: &[Uuid],
) -> Result<BTreeMap<Uuid, i64>, Fault> {
    let states = State::every().filter(|state| state.active()).map(State::as_str).collect();
    let statement = ActiveOfHouseholds { tenant: tx.tenant(), term, households: households.to_vec(), states };
    let rows: Vec<(Uuid, i64)> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().collect())
}
