//! Queries on application windows.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    PageAsk,
    ids::{ApplicationWindowId, CourseClassId},
};

use super::ApplicationWindow;
use crate::schema::{application_windows, classes};

db::standard_sql!(application_windows, ApplicationWindow, ApplicationWindowId);

/// All of a class, oldest first.
pub async fn of_class(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<ApplicationWindow>, Fault> {
    let query = application_windows::table
        .of(tx.tenant())
        .filter(application_windows::class_id.eq(class))
        .order(application_windows::id);
    Ok(query.select(ApplicationWindow::as_select()).load(tx.conn()).await?)
}

pub async fn of_classes(tx: &mut TenantTx, classes: &[CourseClassId]) -> Result<Vec<ApplicationWindow>, Fault> {
    let query = application_windows::table.of(tx.tenant()).filter(application_windows::class_id.eq_any(classes));
    Ok(query
        .order((application_windows::opens_at, application_windows::id))
        .select(ApplicationWindow::as_select())
        .load(tx.conn())
        .await?)
}

pub async fn insert_all(tx: &mut TenantTx, rows: &[ApplicationWindow]) -> Result<(), Fault> {
    diesel::insert_into(application_windows::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub async fn list(
    tx: &mut TenantTx,
    of: Option<CourseClassId>,
    page: &PageAsk,
    house: bool,
) -> Result<Vec<ApplicationWindow>, Fault> {
    let mut query = application_windows::table.of(tx.tenant()).into_boxed();
    if let Some(of) = of {
        query = query.filter(application_windows::class_id.eq(of));
    }
    if !house {
        let published = classes::table.of(tx.tenant()).filter(classes::published_at.is_not_null()).select(classes::id);
        query = query.filter(application_windows::class_id.eq_any(published));
    }
    if let Some(after) = page.after {
        query = query.filter(application_windows::id.gt(after));
    }
    let query = query.order(application_windows::id.asc()).limit(page.rows()).select(ApplicationWindow::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: ApplicationWindowId) -> Result<Option<ApplicationWindow>, Fault> {
    let query = application_windows::table
        .of(tx.tenant())
        .filter(application_windows::id.eq(id))
        .select(ApplicationWindow::as_select())
        .for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &ApplicationWindow) -> Result<(), Fault> {
    diesel::update(application_windows::table.of(tx.tenant()).filter(application_windows::id.eq(one.id)))
        .set((
            application_windows::label.eq(&one.label),
            application_windows::opens_at.eq(one.opens_at),
            application_windows::closes_at.eq(one.closes_at),
            application_windows::admission.eq(&one.admission),
            application_windows::requires.eq(&one.requires),
            application_windows::updated_at.eq(one.updated_at),
            application_windows::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
