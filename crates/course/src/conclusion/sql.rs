//! Queries on classes that may be over.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension as _,
    sql_types::{Bool as SqlBool, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseClassId, TenantId},
};

use super::rules::{Meeting, Openness};

db::statement! {
    DueConclusions { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8 } -> (SqlUuid,) =
        "SELECT c.id FROM course.classes AS c WHERE c.tenant_id = $1 AND c.state = 'published' AND course.is_over($1, c.id, $2) \
           AND NOT course.falls_short($1, c.id, c.minimum_enrolment, c.decision) ORDER BY c.id LIMIT $3"
}

db::statement! {
    ReadOpenness { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> (SqlText, SqlBool, SqlBool) =
        "SELECT c.state, EXISTS (SELECT FROM course.applications AS a WHERE a.tenant_id = $1 AND a.class_id = $2 \
             AND a.state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due')), \
           course.falls_short($1, c.id, c.minimum_enrolment, c.decision) \
         FROM course.classes AS c WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    ReadMeetings { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> (SqlTime, SqlBool, SqlBool) =
        "SELECT s.ends_at, s.state = 'cancelled', s.given_up_at IS NOT NULL \
           OR EXISTS (SELECT FROM course.sessions AS n WHERE n.tenant_id = $1 AND n.replaces_id = s.id) \
           OR EXISTS (SELECT FROM course.sessions AS p WHERE p.tenant_id = $1 AND p.id = s.replaces_id AND p.given_up_at IS NOT NULL) \
         FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2"
}

pub(super) async fn due(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    let rows: Vec<(CourseClassId,)> = DueConclusions { tenant: tx.tenant(), at, most }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class,)| class).collect())
}

pub(super) async fn openness(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Openness>, Fault> {
    let found: Option<(String, bool, bool)> =
        ReadOpenness { tenant: tx.tenant(), class }.get_result(tx.conn()).await.optional()?;
    Ok(found.map(|(state, awaited, short)| Openness { state, awaited, short }))
}

pub(super) async fn meetings(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Meeting>, Fault> {
    let rows: Vec<(Instant, bool, bool)> = ReadMeetings { tenant: tx.tenant(), class }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(ends_at, cancelled, settled)| Meeting { ends_at, cancelled, settled }).collect())
}
