//! Queries on honoraria.

use std::collections::BTreeSet;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Nullable, Timestamptz as SqlTimestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk, Yen,
    ids::{CourseSessionId, HonorariumId, InstructorId, TenantId},
};

use super::{
    Honorarium, HonorariumFilter, PaidSession,
    rules::{Meeting, Taught},
};
use crate::schema::{honoraria, honorarium_sessions, instructors, sessions};

db::standard_sql!(honoraria, Honorarium, HonorariumId);

db::statement! {
    TaughtBy { tenant: TenantId => Uuid, instructor: InstructorId => Uuid, sessions: Vec<CourseSessionId> => Array<Uuid> }
      -> (SqlUuid, Bool, SqlTimestamptz, Nullable<BigInt>, Nullable<SqlUuid>) =
        "SELECT s.id, s.state = 'cancelled', s.ends_at, a.honorarium, h.honorarium_id FROM course.assignments AS a \
         JOIN course.sessions AS s ON s.tenant_id = $1 AND s.id = a.session_id \
         LEFT JOIN course.honorarium_sessions AS h \
           ON h.tenant_id = $1 AND h.session_id = a.session_id AND h.instructor_id = a.instructor_id AND h.active \
         WHERE a.tenant_id = $1 AND a.instructor_id = $2 AND a.session_id = ANY ($3) ORDER BY s.id"
}

db::statement! {
    /// When the sessions end that an honorarium pays for, and which were cancelled.
    MeetingsOf { tenant: TenantId => Uuid, honorarium: HonorariumId => Uuid } -> (SqlUuid, Bool, SqlTimestamptz) =
        "SELECT s.id, s.state = 'cancelled', s.ends_at FROM course.honorarium_sessions AS h \
         JOIN course.sessions AS s ON s.tenant_id = $1 AND s.id = h.session_id \
         WHERE h.tenant_id = $1 AND h.honorarium_id = $2 AND h.active ORDER BY s.id"
}

pub(super) async fn payee(tx: &mut TenantTx, id: InstructorId) -> Result<Option<String>, Fault> {
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq(id)).select(instructors::payee);
    Ok(query.first(tx.conn()).await.optional()?)
}

/// Whoever approves for the same instructor waits.
pub(super) async fn lock_instructor(tx: &mut TenantTx, id: InstructorId) -> Result<(), Fault> {
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq(id)).select(instructors::id);
    let _: Option<InstructorId> = query.for_update().first(tx.conn()).await.optional()?;
    Ok(())
}

/// Whoever changes one of these waits.
pub(super) async fn hold_sessions(tx: &mut TenantTx, ids: &BTreeSet<CourseSessionId>) -> Result<(), Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::id.eq_any(ids.iter().copied().collect::<Vec<_>>()));
    let query = query.order(sessions::id.asc()).select(sessions::id).for_key_share();
    query.load::<CourseSessionId>(tx.conn()).await?;
    Ok(())
}

/// What pays for a session.
pub(super) async fn of_session(tx: &mut TenantTx, session: CourseSessionId) -> Result<Vec<PaidSession>, Fault> {
    let query = honorarium_sessions::table.of(tx.tenant()).filter(honorarium_sessions::session_id.eq(session));
    let query = query.filter(honorarium_sessions::active).select(PaidSession::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn meetings(tx: &mut TenantTx, of: HonorariumId) -> Result<Vec<Meeting>, Fault> {
    let query = MeetingsOf { tenant: tx.tenant(), honorarium: of };
    let rows: Vec<(CourseSessionId, bool, Instant)> = query.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(session, cancelled, ends_at)| Meeting { session, cancelled, ends_at }).collect())
}

pub(super) async fn taught(
    tx: &mut TenantTx,
    instructor: InstructorId,
    sessions: &BTreeSet<CourseSessionId>,
) -> Result<Vec<Taught>, Fault> {
    let query = TaughtBy { tenant: tx.tenant(), instructor, sessions: sessions.iter().copied().collect() };
    let rows: Vec<(CourseSessionId, bool, Instant, Option<Yen>, Option<HonorariumId>)> = query.load(tx.conn()).await?;
    let row = |(session, cancelled, ends_at, honorarium, approved)| Taught {
        session,
        cancelled,
        ends_at,
        honorarium,
        approved,
    };
    Ok(rows.into_iter().map(row).collect())
}

pub(super) async fn insert_sessions(tx: &mut TenantTx, rows: &[PaidSession]) -> Result<(), Fault> {
    diesel::insert_into(honorarium_sessions::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn sessions(tx: &mut TenantTx, of: &[HonorariumId]) -> Result<Vec<PaidSession>, Fault> {
    let query = honorarium_sessions::table.of(tx.tenant()).filter(honorarium_sessions::honorarium_id.eq_any(of));
    let query = query.order((honorarium_sessions::honorarium_id, honorarium_sessions::session_id));
    Ok(query.select(PaidSession::as_select()).load(tx.conn()).await?)
}

pub(super) async fn free_sessions(tx: &mut TenantTx, of: HonorariumId) -> Result<(), Fault> {
    let query = honorarium_sessions::table.of(tx.tenant()).filter(honorarium_sessions::honorarium_id.eq(of));
    diesel::update(query).set(honorarium_sessions::active.eq(false)).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: HonorariumId) -> Result<Option<Honorarium>, Fault> {
    let query = honoraria::table.of(tx.tenant()).filter(honoraria::id.eq(id)).select(Honorarium::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn list(
    tx: &mut TenantTx,
    filter: &HonorariumFilter,
    page: &PageAsk,
) -> Result<Vec<Honorarium>, Fault> {
    let mut query = honoraria::table.of(tx.tenant()).into_boxed();
    if let Some(instructor) = filter.instructor {
        query = query.filter(honoraria::instructor_id.eq(instructor));
    }
    if let Some(state) = filter.state {
        query = query.filter(honoraria::state.eq(state));
    }
    if let Some(after) = page.after {
        query = query.filter(honoraria::id.gt(after));
    }
    let query = query.order(honoraria::id.asc()).limit(page.rows());
    Ok(query.select(Honorarium::as_select()).load(tx.conn()).await?)
}

pub(super) async fn update(tx: &mut TenantTx, one: &Honorarium) -> Result<(), Fault> {
    diesel::update(honoraria::table.of(tx.tenant()).filter(honoraria::id.eq(one.id)))
        .set((
            honoraria::state.eq(&one.state),
            honoraria::paid_on.eq(one.paid_on),
            honoraria::reason.eq(&one.reason),
            honoraria::updated_at.eq(one.updated_at),
            honoraria::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
