//! Queries on calendar layers.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CalendarLayerId, FacilityId, RoomId},
};
use time::Date;

use super::{Laid, Layer};
use crate::schema::calendar_layers;

db::standard_sql!(calendar_layers, Layer, CalendarLayerId);
db::standard_list!(calendar_layers, Layer, facility_id: FacilityId);

/// The layers of facilities in the order in which they decide, the last one last.
pub(crate) async fn of_facilities(tx: &mut TenantTx, facilities: &[FacilityId]) -> Result<Vec<Laid>, Fault> {
    let query = calendar_layers::table.of(tx.tenant()).filter(calendar_layers::facility_id.eq_any(facilities.to_vec()));
    let order = (calendar_layers::ordinal, calendar_layers::room_id.is_not_null(), calendar_layers::id);
    let rows: Vec<Layer> = query.order(order).select(Layer::as_select()).load(tx.conn()).await?;
    rows.into_iter().map(Layer::read).collect()
}

/// All layers, those of each facility in the order in which they decide, the last one last.
pub(crate) async fn all(tx: &mut TenantTx) -> Result<Vec<Laid>, Fault> {
    let order = (calendar_layers::ordinal, calendar_layers::room_id.is_not_null(), calendar_layers::id);
    let query = calendar_layers::table.of(tx.tenant()).order(order).select(Layer::as_select());
    let rows: Vec<Layer> = query.load(tx.conn()).await?;
    rows.into_iter().map(Layer::read).collect()
}

/// The layers of one room from a day on are those of another too.
pub(crate) async fn lay_too(
    tx: &mut TenantTx,
    before: RoomId,
    after: RoomId,
    from: Date,
    now: Instant,
) -> Result<(), Fault> {
    let query = calendar_layers::table.of(tx.tenant()).filter(calendar_layers::room_id.eq(before));
    let rows: Vec<Layer> = query.order(calendar_layers::id).select(Layer::as_select()).load(tx.conn()).await?;
    let later = rows.into_iter().filter(|one| one.effective_until.is_none_or(|until| until > from));
    let copy = |one: Layer| Layer {
        id: CalendarLayerId::new(now),
        room_id: Some(after),
        effective_from: one.effective_from.max(from),
        created_at: now,
        updated_at: now,
        version: 1,
        closed_despite: None,
        ..one
    };
    let copies: Vec<Layer> = later.map(copy).collect();
    if copies.is_empty() {
        return Ok(());
    }
    diesel::insert_into(calendar_layers::table).values(copies).execute(tx.conn()).await?;
    Ok(())
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
            calendar_layers::closed_despite.eq(&one.closed_despite),
            calendar_layers::updated_at.eq(one.updated_at),
            calendar_layers::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
