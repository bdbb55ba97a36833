//! Queries on sessions and assignments. Assignments are written in the order of instructor and time, so that nobody waits in a
//! circle.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CourseClassId, CourseSessionId, InstructorId, TenantId},
};

use super::{Assignment, BusyInstructor, Session, Teaching};
use crate::schema::{assignments, classes, instructors, sessions};

db::statement! {
    /// Every assignment that puts nobody in two places.
    GiveAssignments {
        tenant: TenantId => Uuid, sessions: Vec<CourseSessionId> => Array<Uuid>, instructors: Vec<InstructorId> => Array<Uuid>,
        roles: Vec<String> => Array<Text>, from: Vec<Instant> => Array<Timestamptz>, until: Vec<Instant> => Array<Timestamptz>,
        active: Vec<bool> => Array<Bool>, honoraria: Vec<Option<i64>> => Array<Nullable<BigInt>>,
    } -> (SqlUuid, SqlUuid) =
        "INSERT INTO course.assignments (tenant_id, session_id, instructor_id, role, starts_at, ends_at, active, honorarium) \
         SELECT $1, g.session, g.instructor, g.role, g.starts, g.ends, g.active, g.honorarium \
         FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bool[], $8::int8[]) \
           AS g (session, instructor, role, starts, ends, active, honorarium) \
         ORDER BY g.instructor, g.starts ON CONFLICT DO NOTHING RETURNING session_id, instructor_id"
}

db::statement! {
    /// What instructors teach at times, apart from some sessions.
    BusyAt {
        tenant: TenantId => Uuid, instructors: Vec<InstructorId> => Array<Uuid>, from: Vec<Instant> => Array<Timestamptz>,
        until: Vec<Instant> => Array<Timestamptz>, but: Vec<CourseSessionId> => Array<Uuid>,
    } -> (SqlUuid, SqlText, SqlUuid, SqlUuid, SqlText, SqlTime, SqlTime) =
        "SELECT DISTINCT a.instructor_id, i.public_name, a.session_id, s.class_id, c.title, a.starts_at, a.ends_at \
         FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS w (instructor, starts, ends) \
         JOIN course.assignments AS a ON a.tenant_id = $1 AND a.instructor_id = w.instructor AND a.active \
           AND a.starts_at < w.ends AND a.ends_at > w.starts AND a.session_id <> ALL ($5) \
         JOIN course.instructors AS i ON i.tenant_id = $1 AND i.id = a.instructor_id \
         JOIN course.sessions AS s ON s.tenant_id = $1 AND s.id = a.session_id \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = s.class_id \
         ORDER BY a.starts_at, a.instructor_id, a.session_id"
}

db::statement! {
    /// Negative numbers in the order of time: no two rows ever have the same while they are written.
    NumbersAside { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> () =
        "UPDATE course.sessions AS s SET number = -o.place FROM ( \
           SELECT x.id, row_number() OVER (ORDER BY x.starts_at, x.id)::int4 AS place FROM course.sessions AS x \
           WHERE x.tenant_id = $1 AND x.class_id = $2) AS o \
         WHERE s.tenant_id = $1 AND s.id = o.id"
}

db::statement! {
    /// And what they are.
    NumbersBack { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> () =
        "UPDATE course.sessions AS s SET number = -s.number WHERE s.tenant_id = $1 AND s.class_id = $2 AND s.number < 0"
}

pub(super) async fn find(tx: &mut TenantTx, id: CourseSessionId) -> Result<Option<Session>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::id.eq(id)).select(Session::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: CourseSessionId) -> Result<Option<Session>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::id.eq(id)).select(Session::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn by_ids(tx: &mut TenantTx, ids: &[CourseSessionId]) -> Result<Vec<Session>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::id.eq_any(ids)).select(Session::as_select());
    Ok(query.load(tx.conn()).await?)
}

/// In the order of time.
pub(super) async fn of_class(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Session>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::class_id.eq(class));
    Ok(query.order((sessions::starts_at, sessions::id)).select(Session::as_select()).load(tx.conn()).await?)
}

/// In the order of time, after the session that a page begins behind; nothing when that is not there any more.
pub(super) async fn list(
    tx: &mut TenantTx,
    of: Option<CourseClassId>,
    page: &PageAsk,
    house: bool,
) -> Result<Option<Vec<Session>>, Fault> {
    let mut query = sessions::table.of(tx.tenant()).into_boxed();
    if let Some(after) = page.after {
        let last = sessions::table.of(tx.tenant()).filter(sessions::id.eq(after)).select(sessions::starts_at);
        let Some(at) = last.first::<Instant>(tx.conn()).await.optional()? else { return Ok(None) };
        query = query.filter(sessions::starts_at.gt(at).or(sessions::starts_at.eq(at).and(sessions::id.gt(after))));
    }
    if let Some(of) = of {
        query = query.filter(sessions::class_id.eq(of));
    }
    if !house {
        let published = classes::table.of(tx.tenant()).filter(classes::published_at.is_not_null()).select(classes::id);
        query = query.filter(sessions::class_id.eq_any(published));
    }
    let query = query.order((sessions::starts_at, sessions::id)).limit(page.rows()).select(Session::as_select());
    Ok(Some(query.load(tx.conn()).await?))
}

/// Everybody who teaches these, the lead first.
pub(super) async fn people(tx: &mut TenantTx, ids: &[CourseSessionId]) -> Result<Vec<Teaching>, Fault> {
    let query = assignments::table.of(tx.tenant()).filter(assignments::session_id.eq_any(ids));
    let given: Vec<Assignment> = query.select(Assignment::as_select()).load(tx.conn()).await?;
    let who: Vec<InstructorId> = given.iter().map(|one| one.instructor_id).collect();
    let query = instructors::table.of(tx.tenant()).filter(instructors::id.eq_any(who));
    let names: Vec<(InstructorId, String, Option<String>)> =
        query.select((instructors::id, instructors::public_name, instructors::public_name_en)).load(tx.conn()).await?;
    let named = |assignment: Assignment| {
        let (_, public_name, public_name_en) = names.iter().find(|(id, ..)| *id == assignment.instructor_id)?.clone();
        Some(Teaching { assignment, public_name, public_name_en })
    };
    let mut found: Vec<Teaching> = given.into_iter().filter_map(named).collect();
    let rank = |one: &Teaching| match one.assignment.role.as_str() {
        "lead" => 0,
        "substitute" => 1,
        _ => 2,
    };
    found.sort_by_key(|one| (rank(one), one.assignment.instructor_id));
    Ok(found)
}

pub(super) async fn assignments(tx: &mut TenantTx, id: CourseSessionId) -> Result<Vec<Assignment>, Fault> {
    let query = assignments::table.of(tx.tenant()).filter(assignments::session_id.eq(id));
    Ok(query.select(Assignment::as_select()).load(tx.conn()).await?)
}

pub(super) async fn made_up_by(tx: &mut TenantTx, id: CourseSessionId) -> Result<Option<CourseSessionId>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::replaces_id.eq(id));
    let query = query.filter(sessions::state.ne("cancelled")).select(sessions::id);
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn insert(tx: &mut TenantTx, rows: &[Session]) -> Result<(), Fault> {
    diesel::insert_into(sessions::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn update(tx: &mut TenantTx, one: &Session) -> Result<(), Fault> {
    diesel::update(sessions::table.of(tx.tenant()).filter(sessions::id.eq(one.id)))
        .set((
            sessions::local_date.eq(one.local_date),
            sessions::starts_at.eq(one.starts_at),
            sessions::ends_at.eq(one.ends_at),
            sessions::state.eq(&one.state),
            sessions::room_id.eq(one.room_id),
            sessions::place.eq(&one.place),
            sessions::reason.eq(&one.reason),
            sessions::given_up_at.eq(one.given_up_at),
            sessions::updated_at.eq(one.updated_at),
            sessions::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A session is at another time: what was marked of who attends it does not count any more.
pub(super) async fn begin_anew(tx: &mut TenantTx, id: CourseSessionId) -> Result<(), Fault> {
    diesel::update(sessions::table.of(tx.tenant()).filter(sessions::id.eq(id)))
        .set(sessions::times_moved.eq(sessions::times_moved + 1))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn renumber(tx: &mut TenantTx, class: CourseClassId) -> Result<(), Fault> {
    NumbersAside { tenant: tx.tenant(), class }.execute(tx.conn()).await?;
    NumbersBack { tenant: tx.tenant(), class }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut TenantTx, id: CourseSessionId) -> Result<(), Fault> {
    diesel::delete(sessions::table.of(tx.tenant()).filter(sessions::id.eq(id))).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn assign(
    tx: &mut TenantTx,
    given: &[Assignment],
) -> Result<Vec<(CourseSessionId, InstructorId)>, Fault> {
    let statement = GiveAssignments {
        tenant: tx.tenant(),
        sessions: given.iter().map(|one| one.session_id).collect(),
        instructors: given.iter().map(|one| one.instructor_id).collect(),
        roles: given.iter().map(|one| one.role.clone()).collect(),
        from: given.iter().map(|one| one.starts_at).collect(),
        until: given.iter().map(|one| one.ends_at).collect(),
        active: given.iter().map(|one| one.active).collect(),
        honoraria: given.iter().map(|one| one.honorarium).collect(),
    };
    Ok(statement.load(tx.conn()).await?)
}

pub(super) async fn dismiss(tx: &mut TenantTx, id: CourseSessionId) -> Result<(), Fault> {
    let of = assignments::table.of(tx.tenant()).filter(assignments::session_id.eq(id));
    diesel::delete(of).execute(tx.conn()).await?;
    Ok(())
}

/// Their hour is theirs again.
pub(super) async fn set_free(tx: &mut TenantTx, id: CourseSessionId) -> Result<(), Fault> {
    diesel::update(assignments::table.of(tx.tenant()).filter(assignments::session_id.eq(id)))
        .set(assignments::active.eq(false))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Nothing takes the place of these.
pub(super) async fn give_up(tx: &mut TenantTx, ids: &[CourseSessionId], at: Instant) -> Result<(), Fault> {
    diesel::update(sessions::table.of(tx.tenant()).filter(sessions::id.eq_any(ids)))
        .set((sessions::given_up_at.eq(at), sessions::updated_at.eq(at), sessions::version.eq(sessions::version + 1)))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Cancels what lies ahead of a class.
pub(super) async fn cancel_ahead(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &str,
    at: Instant,
) -> Result<Vec<CourseSessionId>, Fault> {
    let of = sessions::table.of(tx.tenant()).filter(sessions::class_id.eq(class));
    let ahead = of.filter(sessions::state.eq("scheduled")).filter(sessions::starts_at.gt(at));
    let cancelled: Vec<CourseSessionId> = diesel::update(ahead)
        .set((
            sessions::state.eq("cancelled"),
            sessions::reason.eq(reason),
            sessions::given_up_at.eq(at),
            sessions::updated_at.eq(at),
            sessions::version.eq(sessions::version + 1),
        ))
        .returning(sessions::id)
        .get_results(tx.conn())
        .await?;
    diesel::update(assignments::table.of(tx.tenant()).filter(assignments::session_id.eq_any(&cancelled)))
        .set(assignments::active.eq(false))
        .execute(tx.conn())
        .await?;
    Ok(cancelled)
}

pub(super) async fn busy(
    tx: &mut TenantTx,
    wanted: &[(InstructorId, Instant, Instant)],
    but: &[CourseSessionId],
) -> Result<Vec<BusyInstructor>, Fault> {
    let statement = BusyAt {
        tenant: tx.tenant(),
        instructors: wanted.iter().map(|(who, ..)| *who).collect(),
        from: wanted.iter().map(|(_, from, _)| *from).collect(),
        until: wanted.iter().map(|(.., until)| *until).collect(),
        but: but.to_vec(),
    };
    type Row = (InstructorId, String, CourseSessionId, CourseClassId, String, Instant, Instant);
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let one = |(instructor, public_name, session, class, class_title, starts_at, ends_at): Row| BusyInstructor {
        instructor,
        public_name,
        session,
        class,
        class_title,
        starts_at,
        ends_at,
    };
    Ok(rows.into_iter().map(one).collect())
}
