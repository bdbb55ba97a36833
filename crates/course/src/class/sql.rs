//! Queries on classes and their places.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{dsl::exists, prelude::*};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CourseClassId, CourseId, TermId},
};

use super::{ClassWithPlaces, CourseClass, Places};
use crate::schema::{application_windows, classes, places, sessions};

pub async fn insert(tx: &mut TenantTx, row: &CourseClass) -> Result<(), Fault> {
    diesel::insert_into(classes::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

pub async fn insert_places(tx: &mut TenantTx, row: &Places) -> Result<(), Fault> {
    diesel::insert_into(places::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

pub async fn places_of(tx: &mut TenantTx, ids: &[CourseClassId]) -> Result<Vec<Places>, Fault> {
    let query = places::table.of(tx.tenant()).filter(places::class_id.eq_any(ids)).select(Places::as_select());
    Ok(query.load(tx.conn()).await?)
}

fn joined(classes: Vec<CourseClass>, places: &[Places]) -> Vec<ClassWithPlaces> {
    let with = |class: CourseClass| {
        let places = places.iter().find(|one| one.class_id == class.id)?.clone();
        Some(ClassWithPlaces { class, places })
    };
    classes.into_iter().filter_map(with).collect()
}

pub async fn find_with_places(tx: &mut TenantTx, id: CourseClassId) -> Result<Option<ClassWithPlaces>, Fault> {
    let query = classes::table.of(tx.tenant()).filter(classes::id.eq(id)).select(CourseClass::as_select());
    let class: Option<CourseClass> = query.first(tx.conn()).await.optional()?;
    let places = places_of(tx, &[id]).await?;
    Ok(class.and_then(|class| joined(vec![class], &places).pop()))
}

pub async fn find_for_update(tx: &mut TenantTx, id: CourseClassId) -> Result<Option<ClassWithPlaces>, Fault> {
    let query = classes::table.of(tx.tenant()).filter(classes::id.eq(id)).select(CourseClass::as_select()).for_update();
    let class: Option<CourseClass> = query.first(tx.conn()).await.optional()?;
    let places = places_of(tx, &[id]).await?;
    Ok(class.and_then(|class| joined(vec![class], &places).pop()))
}

/// The version of a class, locked.
pub async fn lock(tx: &mut TenantTx, id: CourseClassId) -> Result<Option<i32>, Fault> {
    let query = classes::table.of(tx.tenant()).filter(classes::id.eq(id)).select(classes::version);
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub async fn of_ids(tx: &mut TenantTx, ids: &[CourseClassId]) -> Result<Vec<ClassWithPlaces>, Fault> {
    let query = classes::table.of(tx.tenant()).filter(classes::id.eq_any(ids)).order(classes::id);
    let rows: Vec<CourseClass> = query.select(CourseClass::as_select()).load(tx.conn()).await?;
    let places = places_of(tx, ids).await?;
    Ok(joined(rows, &places))
}

pub async fn list(
    tx: &mut TenantTx,
    course: Option<CourseId>,
    term: Option<TermId>,
    page: &PageAsk,
    house: bool,
) -> Result<Vec<ClassWithPlaces>, Fault> {
    let mut query = classes::table.of(tx.tenant()).into_boxed();
    if let Some(course) = course {
        query = query.filter(classes::course_id.eq(course));
    }
    if let Some(term) = term {
        query = query.filter(classes::term_id.eq(term));
    }
    if !house {
        query = query.filter(classes::published_at.is_not_null());
    }
    if let Some(after) = page.after {
        query = query.filter(classes::id.gt(after));
    }
    let rows: Vec<CourseClass> =
        query.order(classes::id.asc()).limit(page.rows()).select(CourseClass::as_select()).load(tx.conn()).await?;
    let ids: Vec<CourseClassId> = rows.iter().map(|class| class.id).collect();
    let places = places_of(tx, &ids).await?;
    Ok(joined(rows, &places))
}

/// Whether a window of it has not closed yet.
pub async fn has_window_after(tx: &mut TenantTx, id: CourseClassId, at: Instant) -> Result<bool, Fault> {
    use application_windows as windows;
    let of = windows::table.of(tx.tenant()).filter(windows::class_id.eq(id)).filter(windows::closes_at.gt(at));
    Ok(diesel::select(exists(of)).get_result(tx.conn()).await?)
}

/// Whether one of its sessions has neither a room nor another place.
pub async fn has_session_nowhere(tx: &mut TenantTx, id: CourseClassId) -> Result<bool, Fault> {
    let of = sessions::table.of(tx.tenant()).filter(sessions::class_id.eq(id)).filter(sessions::state.ne("cancelled"));
    let nowhere = of.filter(sessions::room_id.is_null()).filter(sessions::place.is_null());
    Ok(diesel::select(exists(nowhere)).get_result(tx.conn()).await?)
}

pub async fn update(tx: &mut TenantTx, one: &CourseClass) -> Result<(), Fault> {
    diesel::update(classes::table.of(tx.tenant()).filter(classes::id.eq(one.id)))
        .set((
            (
                classes::title.eq(&one.title),
                classes::title_en.eq(&one.title_en),
                classes::max_party.eq(one.max_party),
                classes::minimum_enrolment.eq(one.minimum_enrolment),
                classes::decide_by.eq(one.decide_by),
                classes::admission.eq(&one.admission),
                classes::delivery.eq(&one.delivery),
                classes::group_policy.eq(&one.group_policy),
                classes::offer_minutes.eq(one.offer_minutes),
                classes::payment_days.eq(one.payment_days),
                classes::payment_grace_days.eq(one.payment_grace_days),
            ),
            (
                classes::completion_percent.eq(one.completion_percent),
                classes::rules.eq(&one.rules),
                classes::form_version_id.eq(one.form_version_id),
                classes::join_url.eq(&one.join_url),
                classes::state.eq(&one.state),
                classes::published_at.eq(one.published_at),
                classes::results_at.eq(one.results_at),
                classes::promote_until.eq(one.promote_until),
                classes::decision.eq(&one.decision),
                classes::updated_at.eq(one.updated_at),
                classes::version.eq(one.version),
            ),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Only of a draft: afterwards whoever changes places locks their row first.
pub async fn update_places(tx: &mut TenantTx, one: &Places) -> Result<(), Fault> {
    diesel::update(places::table.of(tx.tenant()).filter(places::class_id.eq(one.class_id)))
        .set((
            places::capacity.eq(one.capacity),
            places::held_back.eq(one.held_back),
            places::waiting_capacity.eq(one.waiting_capacity),
            places::planned_held_back.eq(one.held_back),
            places::planned_waiting_capacity.eq(one.waiting_capacity),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
