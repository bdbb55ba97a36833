//! Queries on sets of slots.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::{RoomId, SlotSetId};

use super::{Slot, SlotSet};
use crate::schema::{slot_sets, slots};

db::standard_sql!(slot_sets, SlotSet, SlotSetId);
db::standard_list!(slot_sets, SlotSet, room_id: RoomId);

pub(crate) async fn of_room(tx: &mut TenantTx, room: RoomId) -> Result<Vec<SlotSet>, Fault> {
    of_rooms(tx, &[room]).await
}

pub(crate) async fn of_rooms(tx: &mut TenantTx, rooms: &[RoomId]) -> Result<Vec<SlotSet>, Fault> {
    let query = slot_sets::table.of(tx.tenant()).filter(slot_sets::room_id.eq_any(rooms.to_vec()));
    Ok(query.order(slot_sets::effective_from).select(SlotSet::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn slots(tx: &mut TenantTx, sets: &[SlotSetId]) -> Result<Vec<Slot>, Fault> {
    let query = slots::table.of(tx.tenant()).filter(slots::slot_set_id.eq_any(sets.to_vec()));
    Ok(query.order(slots::starts_minute).select(Slot::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn insert_slots(tx: &mut TenantTx, rows: &[Slot]) -> Result<(), Fault> {
    diesel::insert_into(slots::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn find_for_update(tx: &mut TenantTx, id: SlotSetId) -> Result<Option<SlotSet>, Fault> {
    let query = slot_sets::table.of(tx.tenant()).filter(slot_sets::id.eq(id)).select(SlotSet::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(crate) async fn update(tx: &mut TenantTx, one: &SlotSet) -> Result<(), Fault> {
    diesel::update(slot_sets::table.of(tx.tenant()).filter(slot_sets::id.eq(one.id)))
        .set((
            slot_sets::effective_until.eq(one.effective_until),
            slot_sets::ended_despite.eq(&one.ended_despite),
            slot_sets::updated_at.eq(one.updated_at),
            slot_sets::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
