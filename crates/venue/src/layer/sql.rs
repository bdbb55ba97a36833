//! Queries on calendar layers.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::{CalendarLayerId, FacilityId};

use super::Layer;
use crate::schema::calendar_layers;

db::standard_sql!(calendar_layers, Layer, CalendarLayerId);
db::standard_list!(calendar_layers, Layer, facility_id: FacilityId);

/// The layers of facilities in the order in which they decide, the last one last.
pub(crate) async fn of_facilities(tx: &mut TenantTx, facilities: &[FacilityId]) -> Result<Vec<Layer>, Fault> {
    let query = calendar_layers::table.of(tx.tenant()).filter(calendar_layers::facility_id.eq_any(facilities.to_vec()));
    let order = (calendar_layers::ordinal, calendar_layers::room_id.is_not_null(), calendar_layers::id);
    Ok(query.order(order).select(Layer::as_select()).load(tx.conn()).await?)
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: CalendarLayerId) -> Result<Option<Layer>, Fault> {
    let query = calendar_layers::table
        .of(tx.tenant())
        .filter(calendar_layers::id.eq(id))
        .select(Layer::as_select())
        .for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn update(tx: &mut TenantTx, one: &Layer) -> Result<(), Fault> {
    diesel::update(calendar_layers::table.of(tx.tenant()).filter(calendar_layers::id.eq(one.id)))
        .set((
            calendar_layers::effective_until.eq(one.effective_until),
            calendar_layers::updated_at.eq(one.updated_at),
            calendar_layers::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
