//! Queries on what is decided beforehand: one row a class.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseClassId, TenantId},
};

use super::Screening;
use crate::schema::screenings;

db::statement! {
    KeepScreening {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, choices: serde_json::Value => Jsonb,
        reason: Option<Vec<u8>> => Nullable<Binary>, at: Instant => Timestamptz,
    } -> () =
        "INSERT INTO course.screenings AS s (tenant_id, class_id, choices, reason, prepared_at, version) VALUES ($1, $2, $3, $4, $5, 1) \
         ON CONFLICT (tenant_id, class_id) DO UPDATE SET choices = $3, reason = $4, prepared_at = $5, released_at = NULL, version = s.version + 1"
}

db::statement! {
    DueScreenings { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8 } -> (SqlUuid,) =
        "SELECT s.class_id FROM course.screenings AS s JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = s.class_id \
         WHERE s.tenant_id = $1 AND s.released_at IS NULL AND c.state = 'published' AND c.results_at <= $2 \
         ORDER BY c.results_at, s.class_id LIMIT $3"
}

pub async fn find(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Screening>, Fault> {
    let of = screenings::table.of(tx.tenant()).filter(screenings::class_id.eq(class));
    Ok(of.select(Screening::as_select()).first(tx.conn()).await.optional()?)
}

pub async fn keep(
    tx: &mut TenantTx,
    class: CourseClassId,
    (choices, reason): (serde_json::Value, Option<Vec<u8>>),
    at: Instant,
) -> Result<Screening, Fault> {
    KeepScreening { tenant: tx.tenant(), class, choices, reason, at }.execute(tx.conn()).await?;
    find(tx, class).await?.ok_or(Fault::Unexpected("what was kept is found"))
}

pub async fn due(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    let rows: Vec<(CourseClassId,)> = DueScreenings { tenant: tx.tenant(), at, most }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class,)| class).collect())
}

pub async fn release(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<(), Fault> {
    let of = screenings::table.of(tx.tenant()).filter(screenings::class_id.eq(class));
    let released = (screenings::released_at.eq(at), screenings::version.eq(screenings::version + 1));
    diesel::update(of).set(released).execute(tx.conn()).await?;
    Ok(())
}
