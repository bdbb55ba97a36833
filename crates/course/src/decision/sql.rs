//! Queries on what is decided of classes.

use db::{Fault, Remark, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{
        Binary as SqlBytes, Bool as SqlBool, Date as SqlDate, Int4 as SqlInt, Int8 as SqlLong, Nullable,
        Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CourseClassId, TenantId, TermId},
};
use time::Date as Day;
use uuid::Uuid as Place;

use super::{DecisionFilter, RunStanding, reason_cell};
use crate::schema::classes;

type Standing = (
    SqlUuid,
    SqlUuid,
    SqlUuid,
    SqlText,
    SqlText,
    Nullable<SqlText>,
    SqlText,
    SqlText,
    Nullable<SqlInt>,
    SqlLong,
    SqlLong,
    Nullable<SqlDate>,
    SqlBool,
    Nullable<SqlText>,
    Nullable<SqlTime>,
    Nullable<SqlBytes>,
    SqlBool,
);

/// How classes of the tenant stand.
macro_rules! standings {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.course_id, c.term_id, c.code, c.title, c.title_en, c.state, c.capacity_unit, c.minimum_enrolment, \
               m.admitted, p.taken - m.admitted, m.decided_by, \
               EXISTS (SELECT FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = c.id AND s.state = 'held'), \
               c.decision, r.decided_at, r.reason, \
               c.group_policy = 'strict_head' AND coalesce((SELECT w.units FROM course.applications AS w \
                 WHERE w.tenant_id = $1 AND w.class_id = c.id AND w.state = 'waitlisted' ORDER BY w.waiting_key LIMIT 1) \
                 > p.capacity - p.held_back, false) \
             FROM course.classes AS c JOIN course.places AS p ON p.tenant_id = $1 AND p.class_id = c.id \
             CROSS JOIN LATERAL (SELECT course.admitted($1, c.id) AS admitted, \
               course.decided_by($1, c.id, c.decide_by) AS decided_by) AS m \
             LEFT JOIN course.run_decisions AS r ON r.tenant_id = $1 AND r.class_id = c.id \
             WHERE c.tenant_id = $1 ",
            $rest
        )
    };
}

db::statement! {
    StandingOf { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> Standing = standings!("AND c.id = $2")
}

db::statement! {
    /// Of published classes with a minimum, after the class that a page begins behind.
    ListStandings {
        tenant: TenantId => Uuid, until: Day => Date, met: bool => Bool, term: Option<TermId> => Nullable<Uuid>,
        after: Option<Place> => Nullable<Uuid>, most: i64 => Int8,
    } -> Standing =
        standings!(
            "AND c.state = 'published' AND c.decision IS NULL AND c.minimum_enrolment IS NOT NULL AND m.decided_by <= $2 \
               AND ($3 OR course.falls_short($1, c.id, c.minimum_enrolment, c.decision)) AND ($4::uuid IS NULL OR c.term_id = $4) \
               AND ($5::uuid IS NULL OR (m.decided_by, c.id) > (SELECT course.decided_by($1, l.id, l.decide_by), l.id \
                 FROM course.classes AS l WHERE l.tenant_id = $1 AND l.id = $5)) \
             ORDER BY m.decided_by, c.id LIMIT $6"
        )
}

db::statement! {
    /// What is owed today of which the journal has not said so today.
    OwedToday { tenant: TenantId => Uuid, today: Day => Date, most: i64 => Int8 } -> Standing =
        standings!(
            "AND c.state = 'published' AND c.decision IS NULL AND c.minimum_enrolment IS NOT NULL AND m.decided_by <= $2 \
               AND course.falls_short($1, c.id, c.minimum_enrolment, c.decision) AND (r.owed_on IS NULL OR r.owed_on < $2) \
             ORDER BY m.decided_by, c.id LIMIT $3"
        )
}

db::statement! {
    /// Those of which nobody else has noted it meanwhile, in the order of their ids.
    NoteOwed { tenant: TenantId => Uuid, classes: Vec<CourseClassId> => Array<Uuid>, today: Day => Date } -> (SqlUuid,) =
        "INSERT INTO course.run_decisions AS r (tenant_id, class_id, owed_on) \
         SELECT $1, o.class, $3 FROM unnest($2::uuid[]) AS o (class) ORDER BY o.class \
         ON CONFLICT (tenant_id, class_id) DO UPDATE SET owed_on = $3 \
         WHERE r.decided_at IS NULL AND (r.owed_on IS NULL OR r.owed_on < $3) RETURNING r.class_id"
}

db::statement! {
    KeepDecision {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz, admitted: i64 => Int8,
        minimum: Option<i32> => Nullable<Int4>, reason: Option<Vec<u8>> => Nullable<Binary>,
    } -> () =
        "INSERT INTO course.run_decisions AS r (tenant_id, class_id, decided_at, admitted, minimum, reason) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, class_id) DO UPDATE \
         SET decided_at = $3, admitted = $4, minimum = $5, reason = $6"
}

pub(super) async fn find(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<RunStanding>, Fault> {
    Ok(StandingOf { tenant: tx.tenant(), class }.get_result(tx.conn()).await.optional()?)
}

pub(super) async fn list(tx: &mut TenantTx, filter: DecisionFilter, page: &PageAsk) -> Result<Vec<RunStanding>, Fault> {
    let DecisionFilter { term, until, met } = filter;
    let statement = ListStandings { tenant: tx.tenant(), until, met, term, after: page.after, most: page.rows() };
    Ok(statement.load(tx.conn()).await?)
}

pub(super) async fn owed(tx: &mut TenantTx, today: Day, most: i64) -> Result<Vec<RunStanding>, Fault> {
    Ok(OwedToday { tenant: tx.tenant(), today, most }.load(tx.conn()).await?)
}

pub(super) async fn note(
    tx: &mut TenantTx,
    classes: Vec<CourseClassId>,
    today: Day,
) -> Result<Vec<CourseClassId>, Fault> {
    let rows: Vec<(CourseClassId,)> = NoteOwed { tenant: tx.tenant(), classes, today }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class,)| class).collect())
}

/// Keeps that a class runs, with the numbers as they are.
pub(super) async fn decide(
    tx: &mut TenantTx,
    one: &RunStanding,
    reason: Option<&Remark>,
    at: Instant,
) -> Result<(), Fault> {
    diesel::update(classes::table.of(tx.tenant()).filter(classes::id.eq(one.class)))
        .set((classes::decision.eq("go"), classes::updated_at.eq(at), classes::version.eq(classes::version + 1)))
        .execute(tx.conn())
        .await?;
    let (tenant, class, admitted, minimum) = (tx.tenant(), one.class, one.admitted, one.minimum);
    let reason = reason.map(|reason| reason.seal(&reason_cell(tenant, class))).transpose()?;
    KeepDecision { tenant, class, at, admitted, minimum, reason }.execute(tx.conn()).await?;
    Ok(())
}
