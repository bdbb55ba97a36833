//! Queries on histories.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool as SqlBool, Integer as SqlInt, Nullable, Text as SqlText, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CertificateId, CourseApplicationId, CourseClassId, CourseId, EnrolmentId, PersonId, TenantId, TermId},
};

use super::{About, Enrolled, Part, Standing};
use crate::{
    application::{Application, Title},
    attendance::Status,
    certificate,
    schema::{application_people, applications},
    seats::Role,
};

db::statement! {
    AboutOf { tenant: TenantId => Uuid, applications: Vec<CourseApplicationId> => Array<Uuid> }
      -> (SqlUuid, SqlUuid, SqlText, Nullable<SqlText>, SqlText, Nullable<SqlText>, SqlUuid, SqlText) =
        "SELECT a.id, k.id, k.title, k.title_en, c.title, c.title_en, t.id, t.name FROM course.applications AS a \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = a.class_id \
         JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id \
         JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = c.term_id WHERE a.tenant_id = $1 AND a.id = ANY ($2)"
}

type PartRow = (
    SqlUuid,
    SqlUuid,
    SqlText,
    Nullable<SqlUuid>,
    Nullable<SqlText>,
    Nullable<SqlText>,
    Nullable<SqlInt>,
    BigInt,
    BigInt,
    BigInt,
    Nullable<SqlUuid>,
    Nullable<SqlInt>,
    Nullable<BigInt>,
);

db::statement! {
    /// What came of applications for these persons: the last enrolment, attendance by the last revision, the valid certificate. Of whoever
    /// is in the class, what they attended of it before they withdrew from it counts too, each session once.
    PartsOf {
        tenant: TenantId => Uuid, applications: Vec<CourseApplicationId> => Array<Uuid>, persons: Vec<PersonId> => Array<Uuid>,
        counting: Vec<&'static str> => Array<Text>, at: Instant => Timestamptz,
    } -> PartRow =
        "SELECT p.application_id, p.person_id, p.role, e.id, e.state, e.completion, e.joined_session, \
           n.attended, n.absent, n.excused, k.id, k.fiscal_year, k.number \
         FROM course.application_people AS p \
         LEFT JOIN LATERAL (SELECT x.id, x.class_id, x.state, x.completion, x.joined_session FROM course.enrolments AS x \
           WHERE x.tenant_id = $1 AND x.application_id = p.application_id AND x.person_id = p.person_id \
           ORDER BY x.id DESC LIMIT 1) AS e ON true \
         CROSS JOIN LATERAL (SELECT \
             count(*) FILTER (WHERE l.status = ANY ($4)) AS attended, \
             count(*) FILTER (WHERE l.status = 'absent') AS absent, count(*) FILTER (WHERE l.status = 'excused') AS excused \
           FROM (SELECT DISTINCT ON (m.session_id) m.status FROM ( \
               SELECT DISTINCT ON (a.session_id, a.enrolment_id) a.session_id, a.status FROM course.enrolments AS o \
               JOIN course.attendance AS a ON a.tenant_id = $1 AND a.enrolment_id = o.id \
               JOIN course.sessions AS s ON s.tenant_id = $1 AND s.id = a.session_id AND s.state <> 'cancelled' \
                 AND s.ends_at <= $5 AND s.times_moved = a.times_moved \
               WHERE o.tenant_id = $1 AND o.class_id = e.class_id AND o.person_id = p.person_id \
                 AND (o.id = e.id OR e.state <> 'withdrawn') ORDER BY a.session_id, a.enrolment_id, a.revision DESC) AS m \
             ORDER BY m.session_id, (m.status = ANY ($4)) DESC, m.status DESC) AS l) AS n \
         LEFT JOIN course.certificates AS k ON k.tenant_id = $1 AND k.enrolment_id = e.id AND k.revoked_at IS NULL \
         WHERE p.tenant_id = $1 AND p.application_id = ANY ($2) AND p.person_id = ANY ($3) \
         ORDER BY p.application_id, p.person_id"
}

db::statement! {
    /// Of the class that is applied for, the course with the one that it was copied from, and the term with the one before; of each
    /// person, the classes that they were in and the draws that left them out, but for those of some applications.
    StandingOf {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, ids: Vec<PersonId> => Array<Uuid>, left: Vec<PersonId> => Array<Uuid>,
        but: Vec<CourseApplicationId> => Array<Uuid>,
    } -> (SqlUuid, SqlBool, SqlBool, BigInt, SqlBool) =
        "WITH aim AS (SELECT ARRAY[k.id, k.copied_from_id] AS courses, t.previous_id, t.starts_on FROM course.classes AS c \
             JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id \
             JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = c.term_id WHERE c.tenant_id = $1 AND c.id = $2), \
         who AS (SELECT u.id, u.person FROM unnest($3::uuid[], $4::uuid[]) AS u (id, person)), \
         learned AS (SELECT w.person, c.id AS class, c.course_id, c.term_id, t.starts_on FROM who AS w \
             JOIN course.enrolments AS e ON e.tenant_id = $1 AND e.person_id = w.id AND e.state <> 'withdrawn' \
               AND e.application_id <> ALL ($5) \
             JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = e.class_id AND c.state <> 'cancelled' \
             JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = c.term_id), \
         asked AS (SELECT w.person, c.course_id, c.term_id, a.draw_number IS NOT NULL AND a.state IN ('lost', 'waitlisted') AS lost FROM who AS w \
             JOIN course.application_people AS p ON p.tenant_id = $1 AND p.person_id = w.id AND p.role = 'participant' \
               AND NOT p.left_party \
             JOIN course.applications AS a ON a.tenant_id = $1 AND a.id = p.application_id AND a.id <> ALL ($5) \
             JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = a.class_id) \
         SELECT w.person, \
           EXISTS (SELECT FROM learned AS l WHERE l.person = w.person AND l.term_id = m.previous_id AND l.course_id = ANY (m.courses)), \
           NOT EXISTS (SELECT FROM learned AS l WHERE l.person = w.person), \
           (SELECT count(DISTINCT l.class) FROM learned AS l WHERE l.person = w.person AND l.starts_on < m.starts_on \
             AND l.starts_on >= m.starts_on - interval '2 years'), \
           EXISTS (SELECT FROM asked AS a WHERE a.person = w.person AND a.lost AND a.term_id = m.previous_id \
             AND a.course_id = ANY (m.courses)) \
         FROM aim AS m CROSS JOIN (SELECT DISTINCT person FROM who) AS w"
}

pub(super) async fn standing(
    tx: &mut TenantTx,
    class: CourseClassId,
    known_as: &BTreeMap<PersonId, PersonId>,
    but: &[CourseApplicationId],
) -> Result<BTreeMap<PersonId, Standing>, Fault> {
    let (ids, left): (Vec<PersonId>, _) = known_as.iter().map(|(id, left)| (*id, *left)).unzip();
    let statement = StandingOf { tenant: tx.tenant(), class, ids, left, but: but.to_vec() };
    let rows: Vec<(PersonId, bool, bool, i64, bool)> = statement.load(tx.conn()).await?;
    let told = |(person, continuing, first_time, courses_in_two_years, lost_last_term)| {
        (person, Standing { continuing, first_time, courses_in_two_years, lost_last_term })
    };
    Ok(rows.into_iter().map(told).collect())
}

pub(super) async fn applications(
    tx: &mut TenantTx,
    persons: &[PersonId],
    ask: &PageAsk,
) -> Result<Vec<Application>, Fault> {
    let tenant = tx.tenant();
    let theirs = application_people::table.of(tenant).filter(application_people::person_id.eq_any(persons));
    let theirs = theirs.select(application_people::application_id);
    let mut query = applications::table.of(tenant).filter(applications::id.eq_any(theirs)).into_boxed();
    if let Some(after) = ask.after {
        query = query.filter(applications::id.gt(after));
    }
    let query = query.order(applications::id.asc()).limit(ask.rows());
    Ok(query.select(Application::as_select()).load(tx.conn()).await?)
}

pub(super) async fn about(
    tx: &mut TenantTx,
    applications: Vec<CourseApplicationId>,
) -> Result<BTreeMap<CourseApplicationId, About>, Fault> {
    type Row = (CourseApplicationId, CourseId, String, Option<String>, String, Option<String>, TermId, String);
    let rows: Vec<Row> = AboutOf { tenant: tx.tenant(), applications }.load(tx.conn()).await?;
    let told = |(application, course, ja, en, own, own_en, term, term_name): Row| {
        let (course_title, class_title) = (Title { ja, en }, Title { ja: own, en: own_en });
        (application, About { course, course_title, class_title, term, term_name })
    };
    Ok(rows.into_iter().map(told).collect())
}

type Found = (
    CourseApplicationId,
    PersonId,
    String,
    Option<EnrolmentId>,
    Option<String>,
    Option<String>,
    Option<i32>,
    i64,
    i64,
    i64,
    Option<CertificateId>,
    Option<i32>,
    Option<i64>,
);

pub(super) async fn parts(
    tx: &mut TenantTx,
    applications: Vec<CourseApplicationId>,
    persons: Vec<PersonId>,
    at: Instant,
) -> Result<Vec<(CourseApplicationId, Part)>, Fault> {
    let statement = PartsOf { tenant: tx.tenant(), applications, persons, counting: Status::counting(), at };
    let rows: Vec<Found> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(part).collect())
}

fn part(row: Found) -> (CourseApplicationId, Part) {
    let (application, person, role, enrolment, state, completion, joined, attended, absent, excused, id, year, number) =
        row;
    let certificate = match (id, year, number) {
        (Some(id), Some(year), Some(number)) => Some((id, certificate::printed(year, number))),
        _ => None,
    };
    let enrolled = match (enrolment, state, completion, joined) {
        (Some(enrolment), Some(state), Some(completion), Some(joined_session)) => {
            Some(Enrolled { enrolment, state, completion, joined_session, attended, absent, excused, certificate })
        }
        _ => None,
    };
    (application, Part { person, role: Role::of_kept(&role), enrolled })
}
