//! Queries on fees.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    PageAsk,
    ids::{CourseClassId, FeeId},
};

use super::Fee;
use crate::schema::{classes, fees};

db::standard_sql!(fees, Fee, FeeId);

/// All of a class, oldest first.
pub async fn of_class(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Fee>, Fault> {
    let query = fees::table.of(tx.tenant()).filter(fees::class_id.eq(class)).order(fees::id);
    Ok(query.select(Fee::as_select()).load(tx.conn()).await?)
}

pub async fn of_classes(tx: &mut TenantTx, classes: &[CourseClassId]) -> Result<Vec<Fee>, Fault> {
    let query = fees::table.of(tx.tenant()).filter(fees::class_id.eq_any(classes));
    Ok(query.order((fees::ordinal, fees::id)).select(Fee::as_select()).load(tx.conn()).await?)
}

pub async fn insert_all(tx: &mut TenantTx, rows: &[Fee]) -> Result<(), Fault> {
    diesel::insert_into(fees::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub async fn list(
    tx: &mut TenantTx,
    of: Option<CourseClassId>,
    page: &PageAsk,
    house: bool,
) -> Result<Vec<Fee>, Fault> {
    let mut query = fees::table.of(tx.tenant()).into_boxed();
    if let Some(of) = of {
        query = query.filter(fees::class_id.eq(of));
    }
    if !house {
        let published = classes::table.of(tx.tenant()).filter(classes::published_at.is_not_null()).select(classes::id);
        query = query.filter(fees::class_id.eq_any(published));
    }
    if let Some(after) = page.after {
        query = query.filter(fees::id.gt(after));
    }
    let query = query.order(fees::id.asc()).limit(page.rows()).select(Fee::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub async fn update(tx: &mut TenantTx, one: &Fee) -> Result<(), Fault> {
    diesel::update(fees::table.of(tx.tenant()).filter(fees::id.eq(one.id)))
        .set((
            fees::label.eq(&one.label),
            fees::amount.eq(one.amount),
            fees::tax_rate.eq(one.tax_rate),
            fees::optional.eq(one.optional),
            fees::refundable.eq(one.refundable),
            fees::ordinal.eq(one.ordinal),
            fees::updated_at.eq(one.updated_at),
            fees::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
