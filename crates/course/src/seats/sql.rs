//! Queries on places. What is read after the lock is read in a statement of its own: a statement that waited for the lock still
//! sees every other row as it was before.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Bool, Int4, Int8, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, EnrolmentId, PersonId, TenantId},
};

use super::{Entry, State, book::Change};
use crate::schema::{application_events, application_people, applications, draws, places};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = places)]
pub(super) struct PlacesRow {
    pub capacity: i32,
    pub held_back: i32,
    pub waiting_capacity: Option<i32>,
    pub taken: i32,
    pub receipt_number: i64,
    pub draw_number: i64,
    pub waiting_number: i64,
    pub event_number: i64,
}

/// An application as far as places are concerned.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(super) struct PartyRow {
    pub id: CourseApplicationId,
    pub state: String,
    pub units: i32,
    pub total: i64,
}

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
    waiting_number: Option<i64>,
    waiting_key: Option<i64>,
    facts: &'a serde_json::Value,
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

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = application_events)]
pub(super) struct EventRow {
    pub class_id: CourseClassId,
    pub number: i64,
    pub application_id: Option<CourseApplicationId>,
    pub kind: &'static str,
    pub from_state: Option<&'static str>,
    pub to_state: Option<&'static str>,
    pub reason: Option<String>,
    pub actor: String,
    pub taken: i32,
    pub capacity: i32,
    pub head: Option<i64>,
    pub at: Instant,
}

/// What else the decision is made by: state, strictness, minutes of an offer, days to pay, beginning, head, waiting, overdue.
pub(super) type Facts = (String, String, i32, i32, Option<Instant>, Option<i64>, i64, bool);

db::statement! {
    ReadFacts { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz }
        -> (Text, Text, Int4, Int4, Nullable<Timestamptz>, Nullable<Int8>, Int8, Bool) =
        "SELECT c.state, c.group_policy, c.offer_minutes, c.payment_days, \
           (SELECT min(s.starts_at) FROM course.sessions AS s \
            WHERE s.tenant_id = $1 AND s.class_id = $2 AND s.state <> 'cancelled'), \
           w.head, w.waiting, \
           EXISTS (SELECT FROM course.applications AS o WHERE o.tenant_id = $1 AND o.class_id = $2 \
             AND o.state IN ('offered', 'payment_due') AND o.due_at <= $3) \
         FROM course.classes AS c, \
           (SELECT min(a.waiting_key) AS head, count(*) AS waiting FROM course.applications AS a \
            WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state = 'waitlisted') AS w \
         WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    /// Nothing, when it would raise what is taken above the capacity.
    KeepPlaces {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, capacity: i32 => Int4, held_back: i32 => Int4,
        waiting_capacity: Option<i32> => Nullable<Int4>, taken: i32 => Int4, receipt: i64 => Int8, draw: i64 => Int8,
        waiting: i64 => Int8, event: i64 => Int8,
    } -> () =
        "UPDATE course.places AS p SET capacity = $3, held_back = $4, waiting_capacity = $5, taken = $6, receipt_number = $7, \
         draw_number = $8, waiting_number = $9, event_number = $10 \
         WHERE p.tenant_id = $1 AND p.class_id = $2 AND ($6 <= p.taken OR $6 <= $3)"
}

db::statement! {
    MoveApplications {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, ids: Vec<CourseApplicationId> => Array<Uuid>,
        states: Vec<&'static str> => Array<Text>, dues: Vec<Option<Instant>> => Array<Nullable<Timestamptz>>,
        reasons: Vec<Option<String>> => Array<Nullable<Text>>, numbers: Vec<Option<i64>> => Array<Nullable<Int8>>,
    } -> () =
        "UPDATE course.applications AS a SET state = m.state, due_at = m.due, reason = coalesce(m.reason, a.reason), \
           waiting_number = coalesce(m.number, a.waiting_number), waiting_key = coalesce(m.number, a.waiting_key), \
           decided_at = CASE WHEN m.state IN ('screening', 'entered', 'waitlisted') THEN a.decided_at \
             ELSE coalesce(a.decided_at, $2) END, \
           updated_at = $2, version = a.version + 1 \
         FROM unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::bigint[]) AS m (id, state, due, reason, number) \
         WHERE a.tenant_id = $1 AND a.id = m.id"
}

db::statement! {
    /// People of applications that became active or ceased to be.
    MovePeople {
        tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid>, active: Vec<bool> => Array<Bool>,
    } -> () =
        "UPDATE course.application_people AS p SET active = m.active \
         FROM unnest($2::uuid[], $3::boolean[]) AS m (id, active) \
         WHERE p.tenant_id = $1 AND p.application_id = m.id AND p.active <> m.active"
}

db::statement! {
    Participants { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> } -> (SqlUuid, SqlUuid) =
        "SELECT p.application_id, p.person_id FROM course.application_people AS p \
         WHERE p.tenant_id = $1 AND p.application_id = ANY ($2) AND p.role = 'participant'"
}

db::statement! {
    /// From the first session that has not begun; from the first when there is none yet.
    Enrol {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz,
        ids: Vec<EnrolmentId> => Array<Uuid>, applications: Vec<CourseApplicationId> => Array<Uuid>,
        people: Vec<PersonId> => Array<Uuid>,
    } -> () =
        "INSERT INTO course.enrolments (tenant_id, id, class_id, person_id, application_id, state, completion, joined_session, \
           created_at, updated_at) \
         SELECT $1, e.id, $2, e.person, e.application, 'active', 'open', \
           coalesce((SELECT min(s.number) FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2 \
             AND s.state <> 'cancelled' AND s.starts_at > $3), 1), $3, $3 \
         FROM unnest($4::uuid[], $5::uuid[], $6::uuid[]) AS e (id, application, person)"
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
    /// The line in another order: keys from 1 on, each below every number that will be given.
    Rekey { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> } -> () =
        "UPDATE course.applications AS a SET waiting_key = m.key \
         FROM unnest($2::uuid[]) WITH ORDINALITY AS m (id, key) WHERE a.tenant_id = $1 AND a.id = m.id"
}

db::statement! {
    EndClass { tenant: TenantId => Uuid, class: CourseClassId => Uuid, reason: String => Text, at: Instant => Timestamptz } -> () =
        "UPDATE course.classes AS c SET state = 'cancelled', decision = 'cancelled', reason = $3, updated_at = $4, \
         version = c.version + 1 WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    Overdue { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8 } -> (SqlUuid,) =
        "SELECT a.class_id FROM course.applications AS a \
         WHERE a.tenant_id = $1 AND a.state IN ('offered', 'payment_due') AND a.due_at <= $2 \
         GROUP BY a.class_id ORDER BY min(a.due_at), a.class_id LIMIT $3"
}

pub(super) async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<PlacesRow>, Fault> {
    let query = places::table.of(tx.tenant()).filter(places::class_id.eq(class)).select(PlacesRow::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn facts(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Option<Facts>, Fault> {
    Ok(ReadFacts { tenant: tx.tenant(), class, at }.get_result(tx.conn()).await.optional()?)
}

pub(super) async fn party(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
) -> Result<Option<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant());
    let query = of.filter(applications::id.eq(id)).filter(applications::class_id.eq(class));
    Ok(query.select(PartyRow::as_select()).first(tx.conn()).await.optional()?)
}

/// In the order in which they wait.
pub(super) async fn line(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<(PartyRow, Option<i64>)>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq("waitlisted")).order(applications::waiting_key.asc());
    Ok(query.select((PartyRow::as_select(), applications::waiting_key)).load(tx.conn()).await?)
}

/// Those whose time is up, the longest first.
pub(super) async fn late(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let due = of.filter(applications::state.eq_any(["offered", "payment_due"])).filter(applications::due_at.le(at));
    let query = due.order((applications::due_at.asc(), applications::id.asc()));
    Ok(query.select(PartyRow::as_select()).load(tx.conn()).await?)
}

pub(super) async fn active(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<PartyRow>, Fault> {
    let states: Vec<&str> = State::every().filter(|state| state.active()).map(State::as_str).collect();
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq_any(states)).order(applications::id.asc());
    Ok(query.select(PartyRow::as_select()).load(tx.conn()).await?)
}

pub(super) async fn entered(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::window_id.eq(window)).filter(applications::state.eq("entered"));
    Ok(query.order(applications::draw_number.asc()).select(PartyRow::as_select()).load(tx.conn()).await?)
}

pub(super) async fn screened(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<PartyRow>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq("screening")).order(applications::id.asc());
    Ok(query.select(PartyRow::as_select()).load(tx.conn()).await?)
}

/// Whether the entries of the window's draw are fixed.
pub(super) async fn is_frozen(tx: &mut TenantTx, window: ApplicationWindowId) -> Result<bool, Fault> {
    let of = draws::table.of(tx.tenant()).filter(draws::window_id.eq(window));
    let fixed = of.filter(draws::state.eq_any(["frozen", "published"]));
    Ok(diesel::select(diesel::dsl::exists(fixed)).get_result(tx.conn()).await?)
}

/// Who of these has an active application to the class already.
pub(super) async fn rivals(
    tx: &mut TenantTx,
    class: CourseClassId,
    people: &[PersonId],
) -> Result<Vec<PersonId>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::class_id.eq(class));
    let query = of.filter(application_people::active).filter(application_people::person_id.eq_any(people));
    let query = query.order(application_people::person_id.asc()).select(application_people::person_id);
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn people(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Vec<PersonId>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::application_id.eq(id));
    Ok(of.select(application_people::person_id).load(tx.conn()).await?)
}

/// An application as it begins, with its people.
pub(super) struct Begun {
    pub id: CourseApplicationId,
    pub receipt_number: i64,
    pub draw_number: Option<i64>,
    pub waiting_number: Option<i64>,
    pub state: State,
    pub due_at: Option<Instant>,
}

pub(super) async fn insert(tx: &mut TenantTx, entry: &Entry, begun: &Begun, now: Instant) -> Result<(), Fault> {
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
        waiting_number: begun.waiting_number,
        waiting_key: begun.waiting_number,
        facts: &entry.facts,
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
    Ok(())
}

/// `false`: it would have raised what is taken above the capacity, and nothing is kept.
pub(super) async fn keep(tx: &mut TenantTx, class: CourseClassId, row: &PlacesRow) -> Result<bool, Fault> {
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
    };
    Ok(statement.execute(tx.conn()).await? == 1)
}

pub(super) async fn move_all(
    tx: &mut TenantTx,
    moved: &[(CourseApplicationId, Change)],
    now: Instant,
) -> Result<(), Fault> {
    let statement = MoveApplications {
        tenant: tx.tenant(),
        at: now,
        ids: moved.iter().map(|(id, _)| *id).collect(),
        states: moved.iter().map(|(_, change)| change.to.as_str()).collect(),
        dues: moved.iter().map(|(_, change)| change.due_at).collect(),
        reasons: moved.iter().map(|(_, change)| change.reason.clone()).collect(),
        numbers: moved.iter().map(|(_, change)| change.waiting_number).collect(),
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
pub(super) async fn enrol(
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

pub(super) async fn end_enrolments(
    tx: &mut TenantTx,
    ended: &[(CourseApplicationId, &'static str)],
    now: Instant,
) -> Result<(), Fault> {
    let applications = ended.iter().map(|(id, _)| *id).collect();
    let states = ended.iter().map(|(_, state)| *state).collect();
    EndEnrolments { tenant: tx.tenant(), at: now, applications, states }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn log(tx: &mut TenantTx, rows: &[EventRow]) -> Result<(), Fault> {
    diesel::insert_into(application_events::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn rekey(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<(), Fault> {
    Rekey { tenant: tx.tenant(), ids }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn end_class(tx: &mut TenantTx, class: CourseClassId, reason: &str, at: Instant) -> Result<(), Fault> {
    EndClass { tenant: tx.tenant(), class, reason: reason.to_owned(), at }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn overdue(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    let rows: Vec<(CourseClassId,)> = Overdue { tenant: tx.tenant(), at, most }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class,)| class).collect())
}
