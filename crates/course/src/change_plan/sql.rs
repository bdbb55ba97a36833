//! Queries on change plans and on whom they are about.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    dsl::min,
    prelude::*,
    sql_types::{Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{ChangePlanId, CourseApplicationId, CourseClassId, CourseSessionId, PersonId, TenantId},
};

use super::{ChangePlan, Clash, Progress};
use crate::{
    application::Application,
    schema::{application_people, applications, change_plans, enrolments},
    seats::State,
};

db::standard_sql!(change_plans, ChangePlan, ChangePlanId);
db::standard_list!(change_plans, ChangePlan, class_id: CourseClassId);

db::statement! {
    /// What people attend elsewhere in a time.
    ClashesOf {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, people: Vec<PersonId> => Array<Uuid>, from: Instant => Timestamptz,
        until: Instant => Timestamptz,
    } -> (SqlUuid, SqlUuid, SqlUuid, SqlText, SqlTime, SqlTime) =
        "SELECT e.person_id, s.id, c.id, c.title, s.starts_at, s.ends_at FROM course.enrolments AS e \
         JOIN course.sessions AS s ON s.tenant_id = $1 AND s.class_id = e.class_id AND s.state = 'scheduled' \
           AND s.starts_at < $5 AND s.ends_at > $4 \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = e.class_id \
         WHERE e.tenant_id = $1 AND e.person_id = ANY ($3) AND e.state = 'active' AND e.class_id <> $2 \
         ORDER BY e.person_id, s.starts_at, s.id"
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: ChangePlanId) -> Result<Option<ChangePlan>, Fault> {
    let of = change_plans::table.of(tx.tenant()).filter(change_plans::id.eq(id)).select(ChangePlan::as_select());
    Ok(of.for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn progress(tx: &mut TenantTx, id: ChangePlanId) -> Result<Option<Progress>, Fault> {
    let of = change_plans::table.of(tx.tenant()).filter(change_plans::id.eq(id)).select(Progress::as_select());
    Ok(of.first(tx.conn()).await.optional()?)
}

pub(super) async fn progress_for_update(tx: &mut TenantTx, id: ChangePlanId) -> Result<Option<Progress>, Fault> {
    let of = change_plans::table.of(tx.tenant()).filter(change_plans::id.eq(id)).select(Progress::as_select());
    Ok(of.for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn update(tx: &mut TenantTx, one: &Progress, now: Instant) -> Result<(), Fault> {
    diesel::update(change_plans::table.of(tx.tenant()).filter(change_plans::id.eq(one.id)))
        .set((
            change_plans::state.eq(&one.state),
            change_plans::done.eq(one.done),
            change_plans::failures.eq(&one.failures),
            change_plans::updated_at.eq(now),
            change_plans::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The plan by which a class was cancelled.
pub(super) async fn closing(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<ChangePlan>, Fault> {
    let of = change_plans::table.of(tx.tenant()).filter(change_plans::class_id.eq(class));
    let carried_out = of.filter(change_plans::kind.eq("cancel_class")).filter(change_plans::state.ne("planned"));
    Ok(carried_out.select(ChangePlan::as_select()).first(tx.conn()).await.optional()?)
}

pub(super) async fn running(tx: &mut TenantTx, most: i64) -> Result<Vec<ChangePlanId>, Fault> {
    let of = change_plans::table.of(tx.tenant()).filter(change_plans::state.eq("running"));
    Ok(of.order(change_plans::id).limit(most).select(change_plans::id).load(tx.conn()).await?)
}

/// The plans of a class of which something may not have gone back; to one application, where one is named: of those that are not done
/// the ones that failed it.
pub(super) async fn under_way(
    tx: &mut TenantTx,
    class: CourseClassId,
    to: Option<CourseApplicationId>,
) -> Result<Vec<ChangePlan>, Fault> {
    let of = change_plans::table.of(tx.tenant()).filter(change_plans::class_id.eq(class));
    let mut query = of.filter(change_plans::state.eq_any(["running", "unfinished"])).into_boxed();
    if let Some(application) = to {
        let failed = change_plans::failures.contains(serde_json::json!([{ "application": application }]));
        query = query.filter(change_plans::state.eq("running").or(failed));
    }
    Ok(query.select(ChangePlan::as_select()).load(tx.conn()).await?)
}

pub(super) async fn active(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Application>, Fault> {
    let states: Vec<&str> = State::every().filter(|state| state.active()).map(State::as_str).collect();
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::state.eq_any(states)).order(applications::id.asc());
    Ok(query.select(Application::as_select()).load(tx.conn()).await?)
}

pub(super) async fn people(
    tx: &mut TenantTx,
    class: CourseClassId,
) -> Result<Vec<(CourseApplicationId, PersonId)>, Fault> {
    let of = application_people::table.of(tx.tenant()).filter(application_people::class_id.eq(class));
    let query = of.filter(application_people::active).filter(application_people::role.eq("participant"));
    let columns = (application_people::application_id, application_people::person_id);
    Ok(query.order(columns).select(columns).load(tx.conn()).await?)
}

pub(super) async fn clashes(
    tx: &mut TenantTx,
    class: CourseClassId,
    people: Vec<PersonId>,
    (from, until): (Instant, Instant),
) -> Result<Vec<Clash>, Fault> {
    type Row = (PersonId, CourseSessionId, CourseClassId, String, Instant, Instant);
    let rows: Vec<Row> = ClashesOf { tenant: tx.tenant(), class, people, from, until }.load(tx.conn()).await?;
    let clash = |(person, session, class, class_title, starts_at, ends_at): Row| Clash {
        person,
        session,
        class,
        class_title,
        starts_at,
        ends_at,
    };
    Ok(rows.into_iter().map(clash).collect())
}

/// Since when the people of each application take part.
pub(super) async fn joined(
    tx: &mut TenantTx,
    class: CourseClassId,
) -> Result<BTreeMap<CourseApplicationId, Instant>, Fault> {
    let of = enrolments::table.of(tx.tenant()).filter(enrolments::class_id.eq(class));
    let query =
        of.group_by(enrolments::application_id).select((enrolments::application_id, min(enrolments::created_at)));
    let rows: Vec<(CourseApplicationId, Option<Instant>)> = query.load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// Since when the people of an application take part; nothing while none of them does.
pub(super) async fn joined_by(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Instant>, Fault> {
    let of = enrolments::table.of(tx.tenant()).filter(enrolments::application_id.eq(id));
    Ok(of.select(min(enrolments::created_at)).get_result(tx.conn()).await?)
}
