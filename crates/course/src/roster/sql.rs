//! Queries on rosters.

use db::{Fault, TenantTx};
use diesel::sql_types::{BigInt, Integer as SqlInt, Text as SqlText, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId, EnrolmentId, PersonId, TenantId},
};

use super::RosterLine;
use crate::attendance::Status;

db::statement! {
    /// Everybody in a class with what they attended of the sessions that are over and recorded, also under an enrolment that they withdrew
    /// from.
    Lines {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz, counting: Vec<&'static str> => Array<Text>,
    } -> (SqlUuid, SqlUuid, SqlUuid, BigInt, SqlText, SqlText, SqlInt, BigInt, BigInt) =
        "WITH done AS (SELECT s.id, s.times_moved FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2 \
           AND s.state <> 'cancelled' AND s.ends_at <= $3 AND (s.state = 'held' \
             OR EXISTS (SELECT FROM course.attendance AS a WHERE a.tenant_id = $1 AND a.session_id = s.id AND a.times_moved = s.times_moved))), \
         latest AS (SELECT DISTINCT ON (a.session_id, a.enrolment_id) a.session_id, a.enrolment_id, a.status \
           FROM done AS d JOIN course.attendance AS a ON a.tenant_id = $1 AND a.session_id = d.id AND a.times_moved = d.times_moved \
           ORDER BY a.session_id, a.enrolment_id, a.revision DESC), \
         attended AS (SELECT x.person_id, count(DISTINCT l.session_id) AS sessions FROM latest AS l \
           JOIN course.enrolments AS x ON x.tenant_id = $1 AND x.id = l.enrolment_id WHERE l.status = ANY ($4) GROUP BY x.person_id) \
         SELECT e.id, p.id, e.person_id, p.receipt_number, e.state, e.completion, e.joined_session, \
           coalesce(t.sessions, 0), (SELECT count(*) FROM done) \
         FROM course.enrolments AS e JOIN course.applications AS p ON p.tenant_id = $1 AND p.id = e.application_id \
         LEFT JOIN attended AS t ON t.person_id = e.person_id \
         WHERE e.tenant_id = $1 AND e.class_id = $2 AND e.state <> 'withdrawn' ORDER BY p.receipt_number, e.id"
}

pub(super) async fn lines(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Vec<RosterLine>, Fault> {
    type Row = (EnrolmentId, CourseApplicationId, PersonId, i64, String, String, i32, i64, i64);
    let rows: Vec<Row> = Lines { tenant: tx.tenant(), class, at, counting: Status::counting() }.load(tx.conn()).await?;
    let line =
        |(enrolment, application, person, receipt_number, state, completion, joined_session, attended, held): Row| {
            RosterLine {
                enrolment,
                application,
                person,
                receipt_number,
                state,
                completion,
                joined_session,
                attended,
                held,
            }
        };
    Ok(rows.into_iter().map(line).collect())
}
