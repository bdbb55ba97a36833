//! Queries for two records that become one.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, SealKey,
    ids::{CourseApplicationId, CourseClassId, PersonId, TenantId},
};

use super::{Both, MergeError};
use crate::{
    application::{Application, Snapshot, kept_price},
    schema::{application_people, applications, enrolments},
};

db::statement! {
    BothActive { tenant: TenantId => Uuid, one: PersonId => Uuid, other: PersonId => Uuid } -> (SqlUuid, SqlUuid, SqlUuid) =
        "SELECT a.class_id, a.application_id, b.application_id FROM course.application_people AS a \
         JOIN course.application_people AS b ON b.tenant_id = $1 AND b.class_id = a.class_id AND b.person_id = $3 AND b.active \
         WHERE a.tenant_id = $1 AND a.person_id = $2 AND a.active ORDER BY a.class_id, a.application_id"
}

db::statement! {
    /// Of an application that both were in, one row stays: that of whoever has not left it, then that of whoever learned. What the house
    /// kept of the joining fee of either counts for it.
    DropDoubles { tenant: TenantId => Uuid, gone: PersonId => Uuid, kept: PersonId => Uuid } -> () =
        "WITH dropped AS (DELETE FROM course.application_people AS p WHERE p.tenant_id = $1 AND p.person_id IN ($2, $3) AND EXISTS ( \
           SELECT FROM course.application_people AS o WHERE o.tenant_id = $1 AND o.application_id = p.application_id \
             AND o.person_id IN ($2, $3) AND o.person_id <> p.person_id \
             AND (NOT o.left_party, o.role, o.person_id = $3) > (NOT p.left_party, p.role, p.person_id = $3)) \
           RETURNING p.application_id, p.person_id, p.kept_joining) \
         UPDATE course.application_people AS s SET kept_joining = true FROM dropped AS d \
         WHERE s.tenant_id = $1 AND s.application_id = d.application_id AND s.person_id IN ($2, $3) \
           AND s.person_id <> d.person_id AND d.kept_joining"
}

db::statement! {
    Rename {
        tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid>, snapshots: Vec<Option<Vec<u8>>> => Array<Nullable<Binary>>,
        prices: Vec<serde_json::Value> => Array<Jsonb>, doubts: Vec<bool> => Array<Bool>,
    } -> () =
        "UPDATE course.applications AS a SET snapshot = m.snapshot, price = m.price, to_verify = m.doubt \
         FROM unnest($2::uuid[], $3::bytea[], $4::jsonb[], $5::bool[]) AS m (id, snapshot, price, doubt) \
         WHERE a.tenant_id = $1 AND a.id = m.id"
}

pub(super) async fn both_active(tx: &mut TenantTx, from: PersonId, into: PersonId) -> Result<Vec<Both>, Fault> {
    let asked = BothActive { tenant: tx.tenant(), one: from, other: into };
    let rows: Vec<(CourseClassId, CourseApplicationId, CourseApplicationId)> = asked.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class, one, other)| Both { class, applications: [one, other] }).collect())
}

/// Applications that somebody is in, oldest first.
pub(super) async fn of(tx: &mut TenantTx, person: PersonId) -> Result<Vec<CourseApplicationId>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::person_id.eq(person));
    let of = of.order(application_people::application_id.asc());
    Ok(of.select(application_people::application_id).load(tx.conn()).await?)
}

/// Applications that some of these are in, held for the rest of the transaction.
pub(super) async fn lock_of(tx: &mut TenantTx, persons: &[PersonId]) -> Result<Vec<Application>, Fault> {
    let theirs = application_people::table.of(tx.tenant()).filter(application_people::person_id.eq_any(persons));
    let theirs = theirs.select(application_people::application_id);
    let of = applications::table.of(tx.tenant()).filter(applications::id.eq_any(theirs));
    Ok(of.order(applications::id.asc()).select(Application::as_select()).for_update().load(tx.conn()).await?)
}

/// The people of applications and of enrolments.
pub(super) async fn hand_over(
    tx: &mut TenantTx,
    from: PersonId,
    into: PersonId,
    now: Instant,
) -> Result<(), MergeError> {
    DropDoubles { tenant: tx.tenant(), gone: from, kept: into }.execute(tx.conn()).await.map_err(Fault::from)?;
    let of = application_people::table.of(tx.tenant()).filter(application_people::person_id.eq(from));
    let moved = diesel::update(of).set(application_people::person_id.eq(into)).execute(tx.conn()).await;
    moved.map_err(Fault::from).map_err(|fault| match fault {
        // whoever calls holds both persons, so that this is never met; the index is the referee all the same
        fault if fault.violates("one_active_application_per_person") => MergeError::BothApplied(Vec::new()),
        fault => fault.into(),
    })?;
    diesel::update(enrolments::table.of(tx.tenant()).filter(enrolments::person_id.eq(from)))
        .set((
            enrolments::person_id.eq(into),
            enrolments::updated_at.eq(now),
            enrolments::version.eq(enrolments::version + 1),
        ))
        .execute(tx.conn())
        .await
        .map_err(Fault::from)?;
    Ok(())
}

/// What applications were judged by and cost speaks of the other from now on.
pub(super) async fn rename(
    tx: &mut TenantTx,
    key: &SealKey,
    applications: &[Application],
    (from, into): (PersonId, PersonId),
) -> Result<(), Fault> {
    let tenant = tx.tenant();
    let (mut snapshots, mut prices) = (Vec::with_capacity(applications.len()), Vec::with_capacity(applications.len()));
    let mut doubts = Vec::with_capacity(applications.len());
    for one in applications {
        let renamed = Snapshot::open(key, tenant, one)?.renamed(from, into);
        doubts.push(if one.snapshot.is_some() { renamed.to_verify() } else { one.to_verify });
        snapshots.push(one.snapshot.as_ref().map(|_| renamed.seal(key, tenant, one.id)).transpose()?);
        let mut lines = one.lines();
        lines.iter_mut().filter(|line| line.person == Some(from)).for_each(|line| line.person = Some(into));
        prices.push(kept_price(&lines)?);
    }
    let ids = applications.iter().map(|one| one.id).collect();
    Rename { tenant, ids, snapshots, prices, doubts }.execute(tx.conn()).await?;
    Ok(())
}
