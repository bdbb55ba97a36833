//! Queries on attendance.

use db::{
    Fault, Remark, TenantTx, remark,
    sealed::{self, Cell},
    statement::OfTenant,
};
use diesel::{
    prelude::*,
    sql_types::{
        BigInt as SqlBig, Binary as SqlBytes, Bool as SqlBool, Integer as SqlInt, Nullable, Text as SqlText,
        Timestamptz as SqlTimestamptz, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, SealKey,
    ids::{CourseSessionId, EnrolmentId, PersonId, TenantId},
};

use super::{AttendedSession, Line, Mark, Revision, Status, status_of};
use crate::schema::{attendance, sessions};

type OnSheet = (
    SqlUuid,
    SqlUuid,
    Nullable<SqlInt>,
    Nullable<SqlText>,
    Nullable<SqlBytes>,
    Nullable<SqlText>,
    Nullable<SqlText>,
    Nullable<SqlTimestamptz>,
    SqlBool,
);

db::statement! {
    /// Who takes part in a session: whoever joined before it and had not left when it began, and whoever was marked since it is at its
    /// time; by receipt number. Each with the last revision, and whether it counts.
    Lines { tenant: TenantId => Uuid, session: CourseSessionId => Uuid } -> OnSheet =
        "SELECT e.id, e.person_id, l.revision, l.status, l.note, l.source, l.actor, l.marked_at, coalesce(l.counts, false) \
         FROM course.sessions AS s JOIN course.enrolments AS e ON e.tenant_id = $1 AND e.class_id = s.class_id \
         JOIN course.applications AS p ON p.tenant_id = $1 AND p.id = e.application_id \
         LEFT JOIN LATERAL (SELECT a.revision, a.status, a.note, a.source, a.actor, a.marked_at, \
             a.times_moved = s.times_moved AS counts FROM course.attendance AS a \
           WHERE a.tenant_id = $1 AND a.session_id = s.id AND a.enrolment_id = e.id \
           ORDER BY a.revision DESC LIMIT 1) AS l ON true \
         WHERE s.tenant_id = $1 AND s.id = $2 AND (coalesce(l.counts, false) \
           OR (e.created_at < s.starts_at AND (e.ended_at IS NULL OR e.ended_at > s.starts_at))) \
         ORDER BY p.receipt_number, e.id"
}

db::statement! {
    /// How many attended a session by the last revision since it is at its time.
    AttendedBy {
        tenant: TenantId => Uuid, session: CourseSessionId => Uuid, counting: Vec<&'static str> => Array<Text>,
    } -> (SqlBig,) =
        "SELECT count(*) FROM (SELECT DISTINCT ON (a.enrolment_id) a.status FROM course.sessions AS s \
           JOIN course.attendance AS a ON a.tenant_id = $1 AND a.session_id = s.id AND a.times_moved = s.times_moved \
           WHERE s.tenant_id = $1 AND s.id = $2 ORDER BY a.enrolment_id, a.revision DESC) AS l WHERE l.status = ANY ($3)"
}

db::statement! {
    /// The next revision of everybody who is marked.
    Insert {
        tenant: TenantId => Uuid, session: CourseSessionId => Uuid, enrolments: Vec<EnrolmentId> => Array<Uuid>,
        revisions: Vec<i32> => Array<Int4>, statuses: Vec<&'static str> => Array<Text>,
        notes: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>,
        source: &'static str => Text, actor: String => Text, at: Instant => Timestamptz,
    } -> () =
        "INSERT INTO course.attendance (tenant_id, session_id, enrolment_id, revision, status, note, source, actor, marked_at, times_moved) \
         SELECT $1, $2, m.enrolment, m.revision, m.status, m.note, $7, $8, $9, s.times_moved \
         FROM course.sessions AS s \
         CROSS JOIN unnest($3::uuid[], $4::integer[], $5::text[], $6::bytea[]) AS m (enrolment, revision, status, note) \
         WHERE s.tenant_id = $1 AND s.id = $2"
}

pub(super) async fn session(tx: &mut TenantTx, id: CourseSessionId) -> Result<Option<AttendedSession>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::id.eq(id)).select(AttendedSession::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

/// Notes that a session is held, if it has begun.
pub(super) async fn hold(tx: &mut TenantTx, id: CourseSessionId, at: Instant) -> Result<bool, Fault> {
    let of = sessions::table.of(tx.tenant()).filter(sessions::id.eq(id)).filter(sessions::starts_at.le(at));
    let changes =
        (sessions::state.eq("held"), sessions::updated_at.eq(at), sessions::version.eq(sessions::version + 1));
    Ok(diesel::update(of).set(changes).execute(tx.conn()).await? == 1)
}

pub(super) async fn lock(tx: &mut TenantTx, id: CourseSessionId) -> Result<Option<AttendedSession>, Fault> {
    let query = sessions::table.of(tx.tenant()).filter(sessions::id.eq(id)).select(AttendedSession::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

/// Where a note is kept.
fn note_cell(tenant: TenantId, session: CourseSessionId, enrolment: EnrolmentId, revision: i32) -> Cell {
    let (session, enrolment) = (session.uuid(), enrolment.uuid());
    let row = sealed::row_of(&[session.as_bytes(), enrolment.as_bytes(), &revision.to_be_bytes()]);
    Cell { tenant, table: "course.attendance", column: "note", row }
}

pub(super) async fn lines(tx: &mut TenantTx, key: &SealKey, session: CourseSessionId) -> Result<Vec<Line>, Fault> {
    type Row = (
        EnrolmentId,
        PersonId,
        Option<i32>,
        Option<String>,
        Option<Vec<u8>>,
        Option<String>,
        Option<String>,
        Option<Instant>,
        bool,
    );
    let tenant = tx.tenant();
    let rows: Vec<Row> = Lines { tenant, session }.load(tx.conn()).await?;
    let line = |(enrolment, person, revision, status, note, source, actor, marked_at, counts): Row| {
        let latest = match (revision, status, source, actor, marked_at) {
            (Some(revision), Some(status), Some(source), Some(actor), Some(marked_at)) if counts => {
                let note = remark::open(key, &note_cell(tenant, session, enrolment, revision), note.as_deref())?;
                Some(Revision { revision, status: status_of(&status)?, note, source, actor, marked_at })
            }
            _ => None,
        };
        Ok(Line { enrolment, person, revisions: revision.unwrap_or_default(), latest })
    };
    rows.into_iter().map(line).collect()
}

pub(super) async fn attended(tx: &mut TenantTx, session: CourseSessionId) -> Result<i64, Fault> {
    let statement = AttendedBy { tenant: tx.tenant(), session, counting: Status::counting() };
    let (attended,) = statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(attended)
}

/// How many revisions a session has, of everybody and whether or not they count.
pub(super) async fn recorded(tx: &mut TenantTx, session: CourseSessionId) -> Result<i32, Fault> {
    let of = attendance::table.of(tx.tenant()).filter(attendance::session_id.eq(session));
    let found: i64 = of.count().get_result(tx.conn()).await?;
    Ok(i32::try_from(found).unwrap_or(i32::MAX))
}

/// Writes marks, each with the number of its revision. Whoever calls has locked the session since before they were numbered.
pub(super) async fn insert(
    tx: &mut TenantTx,
    key: &SealKey,
    session: CourseSessionId,
    marks: &[(i32, &Mark)],
    (source, actor): (&'static str, String),
    at: Instant,
) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let note = |(revision, mark): &(i32, &Mark)| {
        let kept = |note: &String| {
            Remark::new(note.as_str(), key).seal(&note_cell(tenant, session, mark.enrolment, *revision))
        };
        mark.note.as_ref().map(kept).transpose()
    };
    let statement = Insert {
        tenant,
        session,
        enrolments: marks.iter().map(|(_, mark)| mark.enrolment).collect(),
        revisions: marks.iter().map(|(revision, _)| *revision).collect(),
        statuses: marks.iter().map(|(_, mark)| mark.status.kept()).collect(),
        notes: marks.iter().map(note).collect::<Result<_, _>>()?,
        source,
        actor,
        at,
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn revisions(
    tx: &mut TenantTx,
    key: &SealKey,
    session: CourseSessionId,
    enrolment: EnrolmentId,
) -> Result<Vec<Revision>, Fault> {
    use attendance as kept;
    type Row = (i32, String, Option<Vec<u8>>, String, String, Instant);
    let tenant = tx.tenant();
    let of = kept::table.of(tx.tenant()).filter(kept::session_id.eq(session)).filter(kept::enrolment_id.eq(enrolment));
    let columns = (kept::revision, kept::status, kept::note, kept::source, kept::actor, kept::marked_at);
    let rows: Vec<Row> = of.order(kept::revision.asc()).select(columns).load(tx.conn()).await?;
    let told = |(revision, status, note, source, actor, marked_at): Row| {
        let note = remark::open(key, &note_cell(tenant, session, enrolment, revision), note.as_deref())?;
        Ok(Revision { revision, status: status_of(&status)?, note, source, actor, marked_at })
    };
    rows.into_iter().map(told).collect()
}
