//! Queries on holds.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::HireHoldId;

use super::HireHold;
use crate::schema::hire_holds;

db::standard_sql!(hire_holds, HireHold, HireHoldId);

pub(super) async fn find_for_update(tx: &mut TenantTx, id: HireHoldId) -> Result<Option<HireHold>, Fault> {
    let query = hire_holds::table.of(tx.tenant()).filter(hire_holds::id.eq(id)).select(HireHold::as_select());
    Ok(query.for_update().first(tx.conn()).await.optional()?)
}

pub(crate) async fn keep(tx: &mut TenantTx, one: &HireHold) -> Result<(), Fault> {
    diesel::update(hire_holds::table.of(tx.tenant()).filter(hire_holds::id.eq(one.id)))
        .set((
            hire_holds::state.eq(&one.state),
            hire_holds::hold_until.eq(one.hold_until),
            hire_holds::extended.eq(one.extended),
            hire_holds::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
