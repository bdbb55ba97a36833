//! Queries on who has joined.

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx};
use diesel::sql_types::{Int8, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseApplicationId, PersonId, TenantId},
};

db::statement! {
    /// A line of a price names a person as ids are written. An offer is not billed yet, and what was not paid in time is over.
    Members {
        tenant: TenantId => Uuid, ids: Vec<PersonId> => Array<Uuid>, left: Vec<PersonId> => Array<Uuid>, written: Vec<String> => Array<Text>,
        but: Vec<CourseApplicationId> => Array<Uuid>, at: Instant => Timestamptz, learned: bool => Bool,
    } -> (SqlUuid,) =
        "SELECT DISTINCT w.person FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS w (id, person, written) \
         JOIN course.application_people AS p ON p.tenant_id = $1 AND p.person_id = w.id AND p.application_id <> ALL ($5) \
         JOIN course.applications AS a ON a.tenant_id = $1 AND a.id = p.application_id \
         CROSS JOIN LATERAL (SELECT \
             coalesce(bool_or((l.line ->> 'charged')::bigint > 0 AND (l.line ->> 'member')::boolean IS NOT TRUE), false) AS charged, \
             coalesce(bool_or((l.line ->> 'member')::boolean), false) AS member FROM jsonb_array_elements(a.price) AS l (line) \
           WHERE l.line ->> 'kind' = 'joining' AND coalesce(l.line ->> 'person', w.written) = w.written) AS f \
         WHERE p.kept_joining \
           OR (f.charged AND p.role = 'participant' AND NOT p.left_party \
             AND (a.state = 'admitted' OR (a.state = 'payment_due' AND coalesce(a.kept_until, a.due_at, 'infinity') > $6))) \
           OR ($7 AND NOT f.member AND EXISTS (SELECT FROM course.enrolments AS e \
             JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = e.class_id AND c.state <> 'cancelled' \
             WHERE e.tenant_id = $1 AND e.person_id = w.id AND e.application_id = p.application_id AND (e.state = 'ended' \
               OR (e.state <> 'withdrawn' AND EXISTS (SELECT FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = e.class_id \
                 AND s.state <> 'cancelled' AND s.starts_at > e.created_at AND s.starts_at <= $6)))))"
}

db::statement! {
    /// In one order, so that nobody waits in a circle.
    Hold { tenant: TenantId => Uuid, people: Vec<PersonId> => Array<Uuid> } -> (Int8,) =
        "SELECT count(pg_advisory_xact_lock(h.key)) FROM ( \
           SELECT DISTINCT hashtextextended($1::text || u.id::text, 13) AS key FROM unnest($2::uuid[]) AS u (id) ORDER BY 1) AS h"
}

db::statement! {
    Keep { tenant: TenantId => Uuid, applications: Vec<CourseApplicationId> => Array<Uuid>, people: Vec<PersonId> => Array<Uuid> } -> () =
        "UPDATE course.application_people AS p SET kept_joining = true FROM unnest($2::uuid[], $3::uuid[]) AS k (application, person) \
         WHERE p.tenant_id = $1 AND p.application_id = k.application AND p.person_id = k.person"
}

pub(super) async fn members(
    tx: &mut TenantTx,
    known_as: &BTreeMap<PersonId, PersonId>,
    (but, learned): (&[CourseApplicationId], bool),
    at: Instant,
) -> Result<BTreeSet<PersonId>, Fault> {
    let (ids, left): (Vec<PersonId>, _) = known_as.iter().map(|(id, left)| (*id, *left)).unzip();
    let written = ids.iter().map(ToString::to_string).collect();
    let statement = Members { tenant: tx.tenant(), ids, left, written, but: but.to_vec(), at, learned };
    let rows: Vec<(PersonId,)> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

pub(super) async fn hold(tx: &mut TenantTx, people: Vec<PersonId>) -> Result<(), Fault> {
    Hold { tenant: tx.tenant(), people }.get_result::<(i64,)>(tx.conn()).await?;
    Ok(())
}

pub(super) async fn keep(tx: &mut TenantTx, who: Vec<(CourseApplicationId, PersonId)>) -> Result<(), Fault> {
    let (applications, people) = who.into_iter().unzip();
    Keep { tenant: tx.tenant(), applications, people }.execute(tx.conn()).await?;
    Ok(())
}
