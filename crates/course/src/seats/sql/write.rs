//! What is written of places.

use db::{Fault, Remark, TenantTx};
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, EnrolmentId, PersonId, TenantId},
};

use super::PlacesRow;
use crate::{
    application,
    schema::{application_households, application_people, applications},
    seats::{Entry, State, book::Change, event_cell},
};

#[derive(Debug, Insertable)]
#[diesel(table_name = applications)]
struct ApplicationRow<'a> {
    id: CourseApplicationId,
    class_id: CourseClassId,
    window_id: ApplicationWindowId,
    party_id: uuid::Uuid,
    applicant_id: kernel::ids::PatronId,
    units: i32,
    channel: &'a str,
    received_at: Instant,
    receipt_number: i64,
    receipt_code_hash: &'a [u8],
    draw_number: Option<i64>,
    state: &'a str,
    due_at: Option<Instant>,
    kept_until: Option<Instant>,
    waiting_number: Option<i64>,
    waiting_key: Option<i64>,
    tier: i32,
    to_verify: bool,
    snapshot: Option<&'a [u8]>,
    price: &'a serde_json::Value,
    total: i64,
    form_version_id: Option<uuid::Uuid>,
    decided_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = application_people)]
struct PersonRow {
    application_id: CourseApplicationId,
    class_id: CourseClassId,
    person_id: PersonId,
    role: &'static str,
    active: bool,
}

/// One row of the record.
#[derive(Debug, Clone)]
pub(in crate::seats) struct EventRow {
    pub class_id: CourseClassId,
    pub number: i64,
    pub application_id: Option<CourseApplicationId>,
    pub kind: &'static str,
    pub from_state: Option<&'static str>,
    pub to_state: Option<&'static str>,
    pub reason: Option<Remark>,
    pub actor: String,
    pub taken: i32,
    pub capacity: i32,
    pub head: Option<i64>,
    pub at: Instant,
}

db::statement! {
    /// Nothing, when it would raise what is taken above the capacity.
    KeepPlaces {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, capacity: i32 => Int4, held_back: i32 => Int4,
        waiting_capacity: Option<i32> => Nullable<Int4>, taken: i32 => Int4, receipt: i64 => Int8, draw: i64 => Int8,
        waiting: i64 => Int8, event: i64 => Int8, undecided: i32 => Int4, after: Option<i64> => Nullable<Int8>,
    } -> () =
        "UPDATE course.places AS p SET capacity = $3, held_back = $4, waiting_capacity = $5, taken = $6, receipt_number = $7, \
         draw_number = $8, waiting_number = $9, event_number = $10, undecided = $11, undecided_after = $12 \
         WHERE p.tenant_id = $1 AND p.class_id = $2 AND ($6 <= p.taken OR $6 <= $3)"
}

db::statement! {
    /// What the class says of itself is another.
    Renumber { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE course.classes AS c SET updated_at = $3, version = c.version + 1 WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    MoveApplications {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, ids: Vec<CourseApplicationId> => Array<Uuid>,
        states: Vec<&'static str> => Array<Text>, dues: Vec<Option<Instant>> => Array<Nullable<Timestamptz>>,
        reasons: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>, numbers: Vec<Option<i64>> => Array<Nullable<Int8>>,
        kept: Vec<Option<Instant>> => Array<Nullable<Timestamptz>>,
    } -> () =
        "UPDATE course.applications AS a SET state = m.state, due_at = CASE WHEN m.state = 'expired' THEN a.due_at ELSE m.due END, \
           kept_until = m.kept, reason = coalesce(m.reason, a.reason), \
           waiting_number = coalesce(m.number, a.waiting_number), waiting_key = coalesce(m.number, a.waiting_key), \
           decided_at = CASE WHEN m.state IN ('screening', 'entered', 'waitlisted') THEN a.decided_at \
             ELSE coalesce(a.decided_at, $2) END, \
           updated_at = $2, version = a.version + 1 \
         FROM unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bigint[], $8::timestamptz[]) \
           AS m (id, state, due, reason, number, kept) \
         WHERE a.tenant_id = $1 AND a.id = m.id"
}

db::statement! {
    /// People of applications that became active or ceased to be.
    MovePeople {
        tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid>, active: Vec<bool> => Array<Bool>,
    } -> () =
        "UPDATE course.application_people AS p SET active = m.active \
         FROM unnest($2::uuid[], $3::boolean[]) AS m (id, active) \
         WHERE p.tenant_id = $1 AND p.application_id = m.id AND p.active <> m.active AND NOT p.left_party"
}

db::statement! {
    Participants { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> } -> (SqlUuid, SqlUuid) =
        "SELECT p.application_id, p.person_id FROM course.application_people AS p \
         WHERE p.tenant_id = $1 AND p.application_id = ANY ($2) AND p.role = 'participant' AND NOT p.left_party"
}

db::statement! {
    /// They take part since their place was given, as their price counts: since it was kept for them to accept or to pay for, where it was.
    /// From the first session that had not begun then; from the first when there is none yet.
    Enrol {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz,
        ids: Vec<EnrolmentId> => Array<Uuid>, applications: Vec<CourseApplicationId> => Array<Uuid>,
        people: Vec<PersonId> => Array<Uuid>,
    } -> () =
        "INSERT INTO course.enrolments (tenant_id, id, class_id, person_id, application_id, state, completion, joined_session, \
           created_at, updated_at) \
         SELECT $1, e.id, $2, e.person, e.application, 'active', 'open', \
           coalesce((SELECT s.number FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2 \
             AND s.state <> 'cancelled' AND s.starts_at > g.at ORDER BY s.starts_at, s.id LIMIT 1), 1), g.at, $3 \
         FROM unnest($4::uuid[], $5::uuid[], $6::uuid[]) AS e (id, application, person) \
         CROSS JOIN LATERAL (SELECT coalesce(max(v.at), $3) AS at FROM course.application_events AS v \
           WHERE v.tenant_id = $1 AND v.application_id = e.application AND v.to_state IN ('offered', 'payment_due') \
             AND v.from_state IS DISTINCT FROM v.to_state) AS g"
}

db::statement! {
    EndEnrolments {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, applications: Vec<CourseApplicationId> => Array<Uuid>,
        states: Vec<&'static str> => Array<Text>,
    } -> () =
        "UPDATE course.enrolments AS e SET state = m.state, ended_at = $2, updated_at = $2, version = e.version + 1 \
         FROM unnest($3::uuid[], $4::text[]) AS m (application, state) \
         WHERE e.tenant_id = $1 AND e.application_id = m.application AND e.state = 'active'"
}

db::statement! {
    Rekey { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid>, keys: Vec<i64> => Array<Int8> } -> () =
        "UPDATE course.applications AS a SET waiting_key = m.key \
         FROM unnest($2::uuid[], $3::bigint[]) AS m (id, key) WHERE a.tenant_id = $1 AND a.id = m.id"
}

db::statement! {
    Log {
        tenant: TenantId => Uuid, classes: Vec<CourseClassId> => Array<Uuid>, numbers: Vec<i64> => Array<Int8>,
        applications: Vec<Option<CourseApplicationId>> => Array<Nullable<Uuid>>, kinds: Vec<&'static str> => Array<Text>,
        from: Vec<Option<&'static str>> => Array<Nullable<Text>>, to: Vec<Option<&'static str>> => Array<Nullable<Text>>,
        reasons: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>, actors: Vec<String> => Array<Text>, taken: Vec<i32> => Array<Int4>,
        capacities: Vec<i32> => Array<Int4>, heads: Vec<Option<i64>> => Array<Nullable<Int8>>,
        at: Vec<Instant> => Array<Timestamptz>,
    } -> () =
        "INSERT INTO course.application_events (tenant_id, class_id, number, application_id, kind, from_state, to_state, reason, \
           actor, taken, capacity, head, at) \
         SELECT $1, e.* FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bytea[], \
           $9::text[], $10::integer[], $11::integer[], $12::bigint[], $13::timestamptz[]) AS e"
}

/// An application as it begins, with its people.
pub(in crate::seats) struct Begun {
    pub id: CourseApplicationId,
    pub receipt_number: i64,
    pub draw_number: Option<i64>,
    pub waiting_number: Option<i64>,
    pub state: State,
    pub due_at: Option<Instant>,
    pub kept_until: Option<Instant>,
}

pub(in crate::seats) async fn insert(
    tx: &mut TenantTx,
    entry: &Entry,
    begun: &Begun,
    now: Instant,
) -> Result<(), Fault> {
    let undecided = matches!(begun.state, State::Screening | State::Entered | State::Waitlisted);
    let row = ApplicationRow {
        id: begun.id,
        class_id: entry.class,
        window_id: entry.window,
        party_id: entry.party,
        applicant_id: entry.applicant,
        units: entry.units,
        channel: entry.channel,
        received_at: entry.received_at,
        receipt_number: begun.receipt_number,
        receipt_code_hash: &entry.receipt_code_hash,
        draw_number: begun.draw_number,
        state: begun.state.as_str(),
        due_at: begun.due_at,
        kept_until: begun.kept_until,
        waiting_number: begun.waiting_number,
        waiting_key: begun.waiting_number,
        tier: entry.tier,
        to_verify: entry.to_verify,
        snapshot: entry.snapshot.as_deref(),
        price: &entry.price,
        total: entry.total,
        form_version_id: entry.form_version,
        decided_at: (!undecided).then_some(now),
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(applications::table).values(&row).execute(tx.conn()).await?;
    let rows: Vec<PersonRow> = entry
        .people
        .iter()
        .map(|(person_id, role)| PersonRow {
            application_id: begun.id,
            class_id: entry.class,
            person_id: *person_id,
            role: role.as_str(),
            active: true,
        })
        .collect();
    diesel::insert_into(application_people::table).values(&rows).execute(tx.conn()).await?;
    if !entry.households.is_empty() {
        let row = |household: &uuid::Uuid| {
            (application_households::household_id.eq(*household), application_households::application_id.eq(begun.id))
        };
        let rows: Vec<_> = entry.households.iter().map(row).collect();
        diesel::insert_into(application_households::table).values(rows).execute(tx.conn()).await?;
    }
    Ok(())
}

/// The numbers of a class are part of it, so they make another version.
pub(in crate::seats) async fn renumber(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<(), Fault> {
    Renumber { tenant: tx.tenant(), class, at }.execute(tx.conn()).await?;
    Ok(())
}

/// `false`: it would have raised what is taken above the capacity, and nothing is kept.
pub(in crate::seats) async fn keep(tx: &mut TenantTx, class: CourseClassId, row: &PlacesRow) -> Result<bool, Fault> {
    let statement = KeepPlaces {
        tenant: tx.tenant(),
        class,
        capacity: row.capacity,
        held_back: row.held_back,
        waiting_capacity: row.waiting_capacity,
        taken: row.taken,
        receipt: row.receipt_number,
        draw: row.draw_number,
        waiting: row.waiting_number,
        event: row.event_number,
        undecided: row.undecided,
        after: row.undecided_after,
    };
    Ok(statement.execute(tx.conn()).await? == 1)
}

pub(in crate::seats) async fn move_all(
    tx: &mut TenantTx,
    moved: &[(CourseApplicationId, Change)],
    now: Instant,
) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let reason = |(id, change): &(CourseApplicationId, Change)| {
        change.reason.as_ref().map(|reason| reason.seal(&application::reason_cell(tenant, *id))).transpose()
    };
    let statement = MoveApplications {
        tenant,
        at: now,
        ids: moved.iter().map(|(id, _)| *id).collect(),
        states: moved.iter().map(|(_, change)| change.to.as_str()).collect(),
        dues: moved.iter().map(|(_, change)| change.due_at).collect(),
        reasons: moved.iter().map(reason).collect::<Result<_, _>>()?,
        numbers: moved.iter().map(|(_, change)| change.waiting_number).collect(),
        kept: moved.iter().map(|(_, change)| change.kept_until).collect(),
    };
    statement.execute(tx.conn()).await?;
    let turned: Vec<_> = moved.iter().filter(|(_, change)| change.from.active() != change.to.active()).collect();
    if !turned.is_empty() {
        let statement = MovePeople {
            tenant: tx.tenant(),
            ids: turned.iter().map(|(id, _)| *id).collect(),
            active: turned.iter().map(|(_, change)| change.to.active()).collect(),
        };
        statement.execute(tx.conn()).await?;
    }
    Ok(())
}

/// Everybody who learns, of applications that are admitted now.
pub(in crate::seats) async fn enrol(
    tx: &mut TenantTx,
    class: CourseClassId,
    applications: Vec<CourseApplicationId>,
    now: Instant,
) -> Result<(), Fault> {
    let asked = Participants { tenant: tx.tenant(), ids: applications };
    let people: Vec<(CourseApplicationId, PersonId)> = asked.load(tx.conn()).await?;
    let statement = Enrol {
        tenant: tx.tenant(),
        class,
        at: now,
        ids: people.iter().map(|_| EnrolmentId::new(now)).collect(),
        applications: people.iter().map(|(application, _)| *application).collect(),
        people: people.iter().map(|(_, person)| *person).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

pub(in crate::seats) async fn end_enrolments(
    tx: &mut TenantTx,
    ended: &[(CourseApplicationId, &'static str)],
    now: Instant,
) -> Result<(), Fault> {
    let applications = ended.iter().map(|(id, _)| *id).collect();
    let states = ended.iter().map(|(_, state)| *state).collect();
    EndEnrolments { tenant: tx.tenant(), at: now, applications, states }.execute(tx.conn()).await?;
    Ok(())
}

/// Writes the record, however long it is.
pub(in crate::seats) async fn log(tx: &mut TenantTx, rows: &[EventRow]) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let reason = |row: &EventRow| {
        row.reason.as_ref().map(|reason| reason.seal(&event_cell(tenant, row.class_id, row.number))).transpose()
    };
    let statement = Log {
        tenant,
        classes: rows.iter().map(|row| row.class_id).collect(),
        numbers: rows.iter().map(|row| row.number).collect(),
        applications: rows.iter().map(|row| row.application_id).collect(),
        kinds: rows.iter().map(|row| row.kind).collect(),
        from: rows.iter().map(|row| row.from_state).collect(),
        to: rows.iter().map(|row| row.to_state).collect(),
        reasons: rows.iter().map(reason).collect::<Result<_, _>>()?,
        actors: rows.iter().map(|row| row.actor.clone()).collect(),
        taken: rows.iter().map(|row| row.taken).collect(),
        capacities: rows.iter().map(|row| row.capacity).collect(),
        heads: rows.iter().map(|row| row.head).collect(),
        at: rows.iter().map(|row| row.at).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

/// Gives whoever waits these places in the line.
pub(in crate::seats) async fn rekey(
    tx: &mut TenantTx,
    ids: Vec<CourseApplicationId>,
    keys: Vec<i64>,
) -> Result<(), Fault> {
    Rekey { tenant: tx.tenant(), ids, keys }.execute(tx.conn()).await?;
    Ok(())
}
