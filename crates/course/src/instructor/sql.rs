//! Queries on instructors.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{BigInt as SqlLong, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CourseSessionId, InstructorId, PatronId, TenantId},
};

use super::Instructor;
use crate::schema::instructors;

db::standard_sql!(instructors, Instructor, InstructorId);

db::statement! {
    /// How many sessions somebody is still to teach, and the next of them.
    AheadOf { tenant: TenantId => Uuid, instructor: InstructorId => Uuid, at: Instant => Timestamptz } -> (SqlLong, SqlUuid, SqlTime) =
        "SELECT count(*) OVER (), a.session_id, a.starts_at FROM course.assignments AS a \
         WHERE a.tenant_id = $1 AND a.instructor_id = $2 AND a.active AND a.ends_at > $3 ORDER BY a.starts_at, a.session_id LIMIT 1"
}

pub(super) async fn ahead(
    tx: &mut TenantTx,
    instructor: InstructorId,
    at: Instant,
) -> Result<Option<(i64, CourseSessionId, Instant)>, Fault> {
    let statement = AheadOf { tenant: tx.tenant(), instructor, at };
    Ok(statement.get_result(tx.conn()).await.optional()?)
}

pub(super) async fn list(tx: &mut TenantTx, page: &PageAsk, house: bool) -> Result<Vec<Instructor>, Fault> {
    let mut query = instructors::table.of(tx.tenant()).into_boxed();
    if !house {
        query = query.filter(instructors::state.eq("active"));
    }
    if let Some(after) = page.after {
        query = query.filter(instructors::id.gt(after));
    }
    let query = query.order(instructors::id.asc()).limit(page.rows()).select(Instructor::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn patrons(
    tx: &mut TenantTx,
    ids: &[InstructorId],
) -> Result<BTreeMap<InstructorId, PatronId>, Fault> {
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq_any(ids));
    let rows: Vec<(InstructorId, Option<PatronId>)> =
        query.select((instructors::id, instructors::patron_id)).load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(id, patron)| Some((id, patron?))).collect())
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: InstructorId) -> Result<Option<Instructor>, Fault> {
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq(id)).select(Instructor::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

/// Those of these that there are, with whether they are active; nobody closes them before this transaction ends.
pub(crate) async fn hold(tx: &mut TenantTx, ids: &[InstructorId]) -> Result<Vec<(InstructorId, bool)>, Fault> {
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq_any(ids)).order(instructors::id.asc());
    let query = query.select((instructors::id, instructors::state.eq("active")));
    Ok(query.for_share().load(tx.conn()).await?)
}

/// Those of these that there are, with whether they are active.
pub(crate) async fn standing(tx: &mut TenantTx, ids: &[InstructorId]) -> Result<Vec<(InstructorId, bool)>, Fault> {
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq_any(ids));
    Ok(query.select((instructors::id, instructors::state.eq("active"))).load(tx.conn()).await?)
}

pub(super) async fn update(tx: &mut TenantTx, one: &Instructor) -> Result<(), Fault> {
    diesel::update(instructors::table.of(tx.tenant()).filter(instructors::id.eq(one.id)))
        .set((
            instructors::patron_id.eq(one.patron_id),
            instructors::public_name.eq(&one.public_name),
            instructors::public_name_en.eq(&one.public_name_en),
            instructors::profile.eq(&one.profile),
            instructors::payee.eq(&one.payee),
            instructors::state.eq(&one.state),
            instructors::updated_at.eq(one.updated_at),
            instructors::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
