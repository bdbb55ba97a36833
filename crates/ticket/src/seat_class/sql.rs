//! Queries on seat classes.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::SeatClassId;

use super::SeatClass;
use crate::{catalogue::production_list, schema::seat_classes};

db::standard_sql!(seat_classes, SeatClass, SeatClassId);
production_list!(seat_classes, SeatClass);

pub async fn find_for_update(tx: &mut TenantTx, id: SeatClassId) -> Result<Option<SeatClass>, Fault> {
    let query =
        seat_classes::table.of(tx.tenant()).filter(seat_classes::id.eq(id)).select(SeatClass::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &SeatClass) -> Result<(), Fault> {
    diesel::update(seat_classes::table.of(tx.tenant()).filter(seat_classes::id.eq(one.id)))
        .set((
            seat_classes::name.eq(&one.name),
            seat_classes::name_en.eq(&one.name_en),
            seat_classes::updated_at.eq(one.updated_at),
            seat_classes::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
