//! Queries on courses.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{dsl::exists, prelude::*};
use diesel_async::RunQueryDsl;
use kernel::{PageAsk, ids::CourseId};

use super::Course;
use crate::schema::{classes, courses};

db::standard_sql!(courses, Course, CourseId);

/// Whether a class of it was ever published.
pub async fn is_published(tx: &mut TenantTx, id: CourseId) -> Result<bool, Fault> {
    let of =
        classes::table.of(tx.tenant()).filter(classes::course_id.eq(id)).filter(classes::published_at.is_not_null());
    Ok(diesel::select(exists(of)).get_result(tx.conn()).await?)
}

pub async fn list(tx: &mut TenantTx, page: &PageAsk, house: bool) -> Result<Vec<Course>, Fault> {
    let mut query = courses::table.of(tx.tenant()).into_boxed();
    if !house {
        let published =
            classes::table.of(tx.tenant()).filter(classes::published_at.is_not_null()).select(classes::course_id);
        query = query.filter(courses::id.eq_any(published));
    }
    if let Some(after) = page.after {
        query = query.filter(courses::id.gt(after));
    }
    Ok(query.order(courses::id.asc()).limit(page.rows()).select(Course::as_select()).load(tx.conn()).await?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: CourseId) -> Result<Option<Course>, Fault> {
    let query = courses::table.of(tx.tenant()).filter(courses::id.eq(id)).select(Course::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &Course) -> Result<(), Fault> {
    diesel::update(courses::table.of(tx.tenant()).filter(courses::id.eq(one.id)))
        .set((
            courses::title.eq(&one.title),
            courses::title_kana.eq(&one.title_kana),
            courses::title_en.eq(&one.title_en),
            courses::genres.eq(&one.genres),
            courses::summary.eq(&one.summary),
            courses::description.eq(&one.description),
            courses::contact.eq(&one.contact),
            courses::searchable.eq(&one.searchable),
            courses::updated_at.eq(one.updated_at),
            courses::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn of_ids(tx: &mut TenantTx, ids: Vec<CourseId>) -> Result<Vec<Course>, Fault> {
    let query = courses::table.of(tx.tenant()).filter(courses::id.eq_any(ids));
    Ok(query.select(Course::as_select()).load(tx.conn()).await?)
}
