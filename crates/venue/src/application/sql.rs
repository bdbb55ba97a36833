//! Queries on applications.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{PageAsk, ids::HireApplicationId};

use super::{Application, ApplicationFilter};
use crate::schema::hire_applications;

db::standard_sql!(hire_applications, Application, HireApplicationId);

pub(crate) async fn find_for_update(tx: &mut TenantTx, id: HireApplicationId) -> Result<Option<Application>, Fault> {
    let query = hire_applications::table.of(tx.tenant()).filter(hire_applications::id.eq(id));
    Ok(query.select(Application::as_select()).for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn list(
    tx: &mut TenantTx,
    filter: &ApplicationFilter,
    page: &PageAsk,
) -> Result<Vec<Application>, Fault> {
    let mut query = hire_applications::table.of(tx.tenant()).into_boxed();
    if let Some(of) = filter.facility {
        query = query.filter(hire_applications::facility_id.eq(of));
    }
    if let Some(patron) = filter.patron {
        query = query.filter(hire_applications::patron_id.eq(patron));
    }
    if let Some(state) = filter.state {
        query = query.filter(hire_applications::state.eq(state));
    }
    if let Some(after) = page.after {
        query = query.filter(hire_applications::id.gt(after));
    }
    let query = query.order(hire_applications::id.asc()).limit(page.rows()).select(Application::as_select());
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn keep(tx: &mut TenantTx, one: &Application) -> Result<(), Fault> {
    diesel::update(hire_applications::table.of(tx.tenant()).filter(hire_applications::id.eq(one.id)))
        .set((
            hire_applications::quote_id.eq(one.quote_id),
            hire_applications::state.eq(&one.state),
            hire_applications::title.eq(&one.title),
            hire_applications::public_title.eq(&one.public_title),
            hire_applications::conditions.eq(&one.conditions),
            hire_applications::reason.eq(&one.reason),
            hire_applications::due_at.eq(one.due_at),
            hire_applications::due_reason.eq(&one.due_reason),
            hire_applications::decided_at.eq(one.decided_at),
            hire_applications::changes.eq(one.changes),
            hire_applications::updated_at.eq(one.updated_at),
            hire_applications::version.eq(one.version),
            hire_applications::open_until.eq(one.open_until),
            hire_applications::mend_by.eq(one.mend_by),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
