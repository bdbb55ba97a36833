//! Queries on places. What is read after the lock is read in a statement of its own: a statement that waited for the lock still
//! sees every other row as it was before.

mod end;
mod part;
mod plan;
mod proof;
mod receipt;
mod write;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Bool, Int4, Int8, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, PersonId, TenantId},
};

use super::{State, rules::Among};
use crate::schema::{application_people, applications, places};
pub(super) use end::{complete_class, end_class};
pub(super) use part::reduce;
pub(super) use plan::plan;
pub(super) use proof::miscounted;
pub(super) use receipt::{InLine, line_by_receipt};
pub(super) use write::{Begun, EventRow, end_enrolments, enrol, insert, keep, log, move_all, rekey, renumber};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = places)]
pub(super) struct PlacesRow {
    pub capacity: i32,
    pub held_back: i32,
    pub waiting_capacity: Option<i32>,
    pub taken: i32,
    pub receipt_number: i64,
    pub draw_number: i64,
    pub waiting_number: i64,
    pub event_number: i64,
    pub undecided: i32,
    pub undecided_after: Option<i64>,
}

/// An application as far as places are concerned.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(super) struct PartyRow {
    pub id: CourseApplicationId,
    pub state: String,
    pub units: i32,
    pub total: i64,
    pub price: serde_json::Value,
    pub window_id: ApplicationWindowId,
    /// Until when it is, or was, to be accepted or paid.
    pub due_at: Option<Instant>,
    pub created_at: Instant,
}

/// What else is decided by.
#[derive(Debug, Queryable)]
pub(super) struct Facts {
    pub state: String,
    /// What a place is: `person` or `party`.
    pub capacity_unit: String,
    pub group_policy: String,
    pub offer_minutes: i32,
    pub payment_days: i32,
    pub payment_grace_days: i32,
    /// When its first session begins, and when its last.
    pub begins_at: Option<Instant>,
    pub last_begins_at: Option<Instant>,
    /// Until when places are offered.
    pub promotes_until: Option<Instant>,
    pub head: Option<i64>,
    pub waiting: i64,
    /// Places that frozen draws will give.
    pub promised: i32,
    pub overdue: bool,
}

type FactsRow = (
    Text,
    Text,
    Text,
    Int4,
    Int4,
    Int4,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Int8>,
    Int8,
    Int4,
    Bool,
);

db::statement! {
    ReadFacts { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz } -> FactsRow =
        "SELECT c.state, c.capacity_unit, c.group_policy, c.offer_minutes, c.payment_days, c.payment_grace_days, \
           m.first, m.last, course.offers_end($1, $2, c.promote_until), w.head, w.waiting, \
           (SELECT coalesce(sum(d.promised), 0)::int4 FROM course.draws AS d \
            WHERE d.tenant_id = $1 AND d.class_id = $2 AND d.state = 'frozen'), \
           EXISTS (SELECT FROM course.applications AS o WHERE o.tenant_id = $1 AND o.class_id = $2 \
             AND o.state IN ('offered', 'payment_due') AND o.due_at <= $3 AND coalesce(o.kept_until <= $3, true)) \
         FROM course.classes AS c, \
           (SELECT min(a.waiting_key) AS head, count(*) AS waiting FROM course.applications AS a \
            WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state = 'waitlisted') AS w, \
           (SELECT min(s.starts_at) AS first, max(s.starts_at) AS last FROM course.sessions AS s \
            WHERE s.tenant_id = $1 AND s.class_id = $2 AND s.state <> 'cancelled') AS m \
         WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    /// Whether somebody is in one of these states who applied in a window that opened before all of some windows.
    AppliedBefore {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, windows: Vec<ApplicationWindowId> => Array<Uuid>,
        states: Vec<&'static str> => Array<Text>,
    } -> (Bool,) =
        "SELECT EXISTS (SELECT FROM course.applications AS a \
           JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = a.window_id \
           WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state = ANY ($4) AND (w.opens_at, w.id) < ALL ( \
             SELECT o.opens_at, o.id FROM course.application_windows AS o WHERE o.tenant_id = $1 AND o.id = ANY ($3)))"
}

db::statement! {
    /// As [`Among`].
    ReadAmong { tenant: TenantId => Uuid, class: CourseClassId => Uuid, window: ApplicationWindowId => Uuid } -> (Bool, Bool) =
        "SELECT coalesce(bool_or((w.opens_at, w.id) < (o.opens_at, o.id)), false), \
           coalesce(bool_and((w.opens_at, w.id) > (o.opens_at, o.id)), true) \
         FROM course.applications AS a \
         JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = a.window_id \
         JOIN course.application_windows AS o ON o.tenant_id = $1 AND o.id = $3 \
         WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state IN ('entered', 'screening')"
}

db::statement! {
    /// Windows of a class that opened before all of some windows.
    WindowsBefore {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, windows: Vec<ApplicationWindowId> => Array<Uuid>,
    } -> (SqlUuid,) =
        "SELECT w.id FROM course.application_windows AS w WHERE w.tenant_id = $1 AND w.class_id = $2 AND (w.opens_at, w.id) < ALL ( \
           SELECT o.opens_at, o.id FROM course.application_windows AS o WHERE o.tenant_id = $1 AND o.id = ANY ($3))"
}

db::statement! {
    /// Places that come before what is given to those of some windows: what frozen draws will give, and what is still to be offered to
    /// whoever was drawn in an earlier window. Once the places of a class have changed, the draw of a later window gives way to
    /// whoever had applied by its freeze (`last`: when the last of them did; absent: it gives way to all of them).
    PromisedBefore {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, windows: Vec<ApplicationWindowId> => Array<Uuid>,
        last: Option<Instant> => Nullable<Timestamptz>,
    } -> (Int4,) =
        "SELECT (f.units + g.units)::int4 FROM \
           (SELECT coalesce(sum(d.promised), 0) AS units FROM course.draws AS d \
            JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = d.window_id \
            WHERE d.tenant_id = $1 AND d.class_id = $2 AND d.state = 'frozen' AND NOT ( \
              (w.opens_at, w.id) > ALL (SELECT o.opens_at, o.id FROM course.application_windows AS o \
                WHERE o.tenant_id = $1 AND o.id = ANY ($3)) \
              AND coalesce(d.frozen_at >= $4, true) \
              AND EXISTS (SELECT FROM course.application_events AS e WHERE e.tenant_id = $1 AND e.class_id = $2 \
                AND e.kind = 'capacity' AND e.at >= d.frozen_at))) AS f, \
           (SELECT coalesce(sum(a.units), 0) AS units FROM course.draws AS d \
            JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = d.window_id \
            JOIN course.applications AS a ON a.tenant_id = $1 AND a.class_id = $2 AND a.window_id = d.window_id \
              AND a.state = 'waitlisted' \
            WHERE d.tenant_id = $1 AND d.class_id = $2 AND d.state = 'published' \
              AND (w.opens_at, w.id) < ANY (SELECT o.opens_at, o.id FROM course.application_windows AS o \
                WHERE o.tenant_id = $1 AND o.id = ANY ($3)) \
              AND EXISTS (SELECT FROM jsonb_array_elements(d.proof -> 'result' -> 'capacity' -> 'seated') AS s \
                WHERE (s ->> 'entry')::bigint = a.draw_number)) AS g"
}

db::statement! {
    /// What is free of a class for the draw of a window. Once the places of a class have changed, frozen draws of later windows give way
    /// to whoever had entered it by their freeze.
    FreeForDraw { tenant: TenantId => Uuid, class: CourseClassId => Uuid, window: ApplicationWindowId => Uuid } -> (Int4,) =
        "SELECT CASE WHEN EXISTS (SELECT FROM course.applications AS a \
             JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = a.window_id \
             JOIN course.application_windows AS o ON o.tenant_id = $1 AND o.id = $3 \
             WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state = 'waitlisted' AND (p.undecided_after IS NULL \
               OR a.waiting_key <= p.undecided_after OR (w.opens_at, w.id) < (o.opens_at, o.id))) THEN 0 \
           ELSE greatest(n.free, least(n.free + d.later, s.units))::int4 END \
         FROM course.places AS p, \
           (SELECT coalesce(sum(f.promised), 0) AS promised, coalesce(sum(f.promised) FILTER (WHERE f.later), 0) AS later, \
              min(f.frozen_at) FILTER (WHERE f.later) AS since FROM ( \
              SELECT f.promised, f.frozen_at, (w.opens_at, w.id) > (o.opens_at, o.id) AND EXISTS ( \
                SELECT FROM course.application_events AS e WHERE e.tenant_id = $1 AND e.class_id = $2 \
                  AND e.kind = 'capacity' AND e.at >= f.frozen_at) AS later \
              FROM course.draws AS f JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = f.window_id \
              JOIN course.application_windows AS o ON o.tenant_id = $1 AND o.id = $3 \
              WHERE f.tenant_id = $1 AND f.class_id = $2 AND f.state = 'frozen') AS f) AS d, \
           LATERAL (SELECT coalesce(sum(a.units), 0) AS units FROM course.applications AS a \
            WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.window_id = $3 AND a.state = 'entered' \
              AND a.created_at <= d.since) AS s, \
           (SELECT coalesce(sum(a.units), 0) AS units FROM course.applications AS a \
            JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = a.window_id \
            JOIN course.application_windows AS o ON o.tenant_id = $1 AND o.id = $3 \
            WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state IN ('entered', 'screening') \
              AND (w.opens_at, w.id) < (o.opens_at, o.id) \
              AND NOT EXISTS (SELECT FROM course.draws AS f WHERE f.tenant_id = $1 AND f.window_id = w.id AND f.state = 'frozen')) AS b, \
           LATERAL (SELECT p.capacity - p.held_back - p.taken - d.promised - b.units AS free) AS n \
         WHERE p.tenant_id = $1 AND p.class_id = $2"
}

db::statement! {
    /// Whether the staff has closed the line of a class before.
    LineClosed { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> (Bool,) =
        "SELECT EXISTS (SELECT FROM course.application_events AS e \
           WHERE e.tenant_id = $1 AND e.class_id = $2 AND e.kind = 'line_closed')"
}

db::statement! {
    /// What has run out, and lines to which nothing is offered any more.
    Overdue { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8 } -> (SqlUuid,) =
        "SELECT n.class_id FROM ( \
           SELECT a.class_id, min(a.due_at) AS since FROM course.applications AS a \
           WHERE a.tenant_id = $1 AND a.state IN ('offered', 'payment_due') AND a.due_at <= $2 \
             AND coalesce(a.kept_until <= $2, true) GROUP BY a.class_id \
           UNION ALL SELECT w.class_id, course.offers_end($1, w.class_id, c.promote_until) FROM course.classes AS c \
           JOIN (SELECT DISTINCT a.class_id FROM course.applications AS a WHERE a.tenant_id = $1 AND a.state = 'waitlisted') AS w \
             ON w.class_id = c.id WHERE c.tenant_id = $1 AND c.state = 'published') AS n \
         WHERE n.since <= $2 \
         GROUP BY n.class_id ORDER BY min(n.since), n.class_id LIMIT $3"
}

pub(super) async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<PlacesRow>, Fault> {
    let query = places::table.of(tx.tenant()).filter(places::class_id.eq(class)).select(PlacesRow::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn facts(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Option<Facts>, Fault> {
    Ok(ReadFacts { tenant: tx.tenant(), class, at }.get_result(tx.conn()).await.optional()?)
}

pub(super) async fn applied_before(
    tx: &mut TenantTx,
    class: CourseClassId,
    windows: &[ApplicationWindowId],
    states: &[State],
) -> Result<bool, Fault> {
    let states = states.iter().map(|state| state.as_str()).collect();
    let statement = AppliedBefore { tenant: tx.tenant(), class, windows: windows.to_vec(), states };
    let (found,): (bool,) = statement.get_result(tx.conn()).await?;
    Ok(found)
}

pub(super) async fn among(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<Among, Fault> {
    let (behind, first) = ReadAmong { tenant: tx.tenant(), class, window }.get_result(tx.conn()).await?;
    Ok(Among { behind, first })
}

pub(super) async fn windows_before(
    tx: &mut TenantTx,
    class: CourseClassId,
    windows: Vec<ApplicationWindowId>,
) -> Result<Vec<ApplicationWindowId>, Fault> {
    let statement = WindowsBefore { tenant: tx.tenant(), class, windows };
    let rows: Vec<(ApplicationWindowId,)> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(window,)| window).collect())
}

/// Windows that opened before those of everybody who is undecided, but for some who have just been decided.
pub(super) async fn windows_before_undecided(
    tx: &mut TenantTx,
    class: CourseClassId,
    decided: Vec<CourseApplicationId>,
) -> Result<Vec<ApplicationWindowId>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let open = of.filter(applications::state.eq_any(["entered", "screening"])).filter(applications::id.ne_all(decided));
    let windows = open.select(applications::window_id).distinct().load(tx.conn()).await?;
    windows_before(tx, class, windows).await
}

pub(super) async fn promised_before(
    tx: &mut TenantTx,
    class: CourseClassId,
    windows: Vec<ApplicationWindowId>,
    last: Option<Instant>,
) -> Result<i32, Fault> {
    let statement = PromisedBefore { tenant: tx.tenant(), class, windows, last };
    let (units,): (i32,) = statement.get_result(tx.conn()).await?;
    Ok(units)
}

pub(super) async fn line_closed(tx: &mut TenantTx, class: CourseClassId) -> Result<bool, Fault> {
    let (closed,): (bool,) = LineClosed { tenant: tx.tenant(), class }.get_result(tx.conn()).await?;
    Ok(closed)
}

pub(super) async fn free_for_draw(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<Option<i32>, Fault> {
    let statement = FreeForDraw { tenant: tx.tenant(), class, window };
    let found: Option<(i32,)> = statement.get_result(tx.conn()).await.optional()?;
    Ok(found.map(|(free,)| free))
}

pub(super) async fn party(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
) -> Result<Option<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant());
    let query = of.filter(applications::id.eq(id)).filter(applications::class_id.eq(class));
    Ok(query.select(PartyRow::as_select()).first(tx.conn()).await.optional()?)
}

/// Those of these that are to be paid for.
pub(super) async fn to_pay(
    tx: &mut TenantTx,
    class: CourseClassId,
    ids: Vec<CourseApplicationId>,
) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::id.eq_any(ids)).filter(applications::state.eq("payment_due"));
    Ok(query.order(applications::id.asc()).select(PartyRow::as_select()).load(tx.conn()).await?)
}

/// In the order in which they wait.
pub(super) async fn line(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<(PartyRow, Option<i64>)>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq("waitlisted")).order(applications::waiting_key.asc());
    Ok(query.select((PartyRow::as_select(), applications::waiting_key)).load(tx.conn()).await?)
}

/// Those whose time is up, the longest first.
pub(super) async fn late(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let due = of.filter(applications::state.eq_any(["offered", "payment_due"])).filter(applications::due_at.le(at));
    let due = due.filter(applications::kept_until.is_null().or(applications::kept_until.le(at)));
    let query = due.order((applications::due_at.asc(), applications::id.asc()));
    Ok(query.select(PartyRow::as_select()).load(tx.conn()).await?)
}

pub(super) async fn active(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<PartyRow>, Fault> {
    let states: Vec<&str> = State::every().filter(|state| state.active()).map(State::as_str).collect();
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq_any(states)).order(applications::id.asc());
    Ok(query.select(PartyRow::as_select()).load(tx.conn()).await?)
}

pub(super) async fn entered(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::window_id.eq(window)).filter(applications::state.eq("entered"));
    Ok(query.order(applications::draw_number.asc()).select(PartyRow::as_select()).load(tx.conn()).await?)
}

pub(super) async fn screened(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq("screening")).order(applications::id.asc());
    Ok(query.select(PartyRow::as_select()).load(tx.conn()).await?)
}

/// Who of these has an active application to the class already.
pub(crate) async fn rivals(
    tx: &mut TenantTx,
    class: CourseClassId,
    people: &[PersonId],
) -> Result<Vec<PersonId>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::class_id.eq(class));
    let query = of.filter(application_people::active).filter(application_people::person_id.eq_any(people));
    let query = query.order(application_people::person_id.asc()).select(application_people::person_id);
    Ok(query.load(tx.conn()).await?)
}

/// Who is in a party and has not left it.
pub(super) async fn people(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Vec<PersonId>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::application_id.eq(id));
    let of = of.filter(application_people::left_party.eq(false));
    Ok(of.select(application_people::person_id).load(tx.conn()).await?)
}

pub(super) async fn overdue(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    let rows: Vec<(CourseClassId,)> = Overdue { tenant: tx.tenant(), at, most }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class,)| class).collect())
}
