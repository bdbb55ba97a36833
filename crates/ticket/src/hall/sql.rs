//! Queries on halls.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::HallId;

use super::Hall;
use crate::schema::halls;

db::standard_sql!(halls, Hall, HallId);
db::standard_list!(halls, Hall, id: HallId);

pub async fn find_for_update(tx: &mut TenantTx, id: HallId) -> Result<Option<Hall>, Fault> {
    let query = halls::table.of(tx.tenant()).filter(halls::id.eq(id)).select(Hall::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, hall: &Hall) -> Result<(), Fault> {
    diesel::update(halls::table.of(tx.tenant()).filter(halls::id.eq(hall.id)))
        .set((
            halls::name.eq(&hall.name),
            halls::name_en.eq(&hall.name_en),
            halls::address.eq(&hall.address),
            halls::legal_capacity.eq(hall.legal_capacity),
            halls::updated_at.eq(hall.updated_at),
            halls::version.eq(hall.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
