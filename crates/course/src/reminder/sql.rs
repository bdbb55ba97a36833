//! Queries on deadlines that are near.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension as _,
    sql_types::{Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseApplicationId, TenantId},
};

use super::Due;

db::statement! {
    NearDeadlines { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8, usual: i32 => Int4 }
        -> (SqlUuid, SqlTime) =
        "SELECT a.id, a.due_at FROM course.applications AS a CROSS JOIN ( \
           SELECT CASE WHEN count(*) = 0 THEN $4 ELSE max(s.remind_hours) END * interval '1 hour' AS before \
           FROM course.settings AS s WHERE s.tenant_id = $1) AS r \
         WHERE a.tenant_id = $1 AND a.state IN ('offered', 'payment_due') AND a.due_at > $2 AND a.due_at - r.before <= $2 \
           AND a.due_at - r.before > a.updated_at AND a.reminded_of IS DISTINCT FROM a.due_at \
         ORDER BY a.due_at, a.id LIMIT $3 FOR UPDATE OF a SKIP LOCKED"
}

db::statement! {
    HoldDeadline { tenant: TenantId => Uuid, id: CourseApplicationId => Uuid, due: Instant => Timestamptz, at: Instant => Timestamptz }
        -> (SqlUuid,) =
        "SELECT a.id FROM course.applications AS a WHERE a.tenant_id = $1 AND a.id = $2 AND a.state IN ('offered', 'payment_due') \
           AND a.due_at = $3 AND a.due_at > $4 AND a.reminded_of IS DISTINCT FROM a.due_at FOR UPDATE OF a SKIP LOCKED"
}

db::statement! {
    NoteReminded { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid>, due: Vec<Instant> => Array<Timestamptz> } -> () =
        "UPDATE course.applications AS a SET reminded_of = m.due FROM unnest($2::uuid[], $3::timestamptz[]) AS m (id, due) \
         WHERE a.tenant_id = $1 AND a.id = m.id"
}

pub async fn due(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<Due>, Fault> {
    let usual = crate::settings::Settings::default().remind_hours.unwrap_or_default();
    let rows: Vec<(CourseApplicationId, Instant)> =
        NearDeadlines { tenant: tx.tenant(), at, most, usual }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(application, due_at)| Due { application, due_at }).collect())
}

pub async fn hold(tx: &mut TenantTx, one: Due, at: Instant) -> Result<bool, Fault> {
    let statement = HoldDeadline { tenant: tx.tenant(), id: one.application, due: one.due_at, at };
    let found: Option<(CourseApplicationId,)> = statement.get_result(tx.conn()).await.optional()?;
    Ok(found.is_some())
}

pub async fn noted(tx: &mut TenantTx, reminded: &[Due]) -> Result<(), Fault> {
    let statement = NoteReminded {
        tenant: tx.tenant(),
        ids: reminded.iter().map(|one| one.application).collect(),
        due: reminded.iter().map(|one| one.due_at).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}
