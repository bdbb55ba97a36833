//! What a plan reads.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Array as SqlArray, Text as SqlText, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::ids::{AtomId, FacilityId, RoomId, TenantId};
use time::Date;

use crate::{room::Room, schema::rooms};

/// What belongs to a room.
#[derive(Debug, Clone)]
pub struct Terms {
    pub room: RoomId,
    pub atoms: Vec<AtomId>,
    pub purposes: Vec<String>,
    pub required: Vec<RoomId>,
}

db::statement! {
    /// Parts, purposes and required rooms of rooms.
    RoomTerms { tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid> }
        -> (SqlUuid, SqlArray<SqlUuid>, SqlArray<SqlText>, SqlArray<SqlUuid>) =
        "SELECT r.id, \
           ARRAY (SELECT a.atom_id FROM venue.room_atoms AS a WHERE a.tenant_id = $1 AND a.room_id = r.id ORDER BY a.atom_id), \
           ARRAY (SELECT p.code FROM venue.room_purposes AS q JOIN venue.purposes AS p ON p.tenant_id = $1 AND p.id = q.purpose_id \
             WHERE q.tenant_id = $1 AND q.room_id = r.id ORDER BY p.ordinal, p.code), \
           ARRAY (SELECT t.attached_id FROM venue.attached_rooms AS t \
             WHERE t.tenant_id = $1 AND t.room_id = r.id AND t.terms = 'required' ORDER BY t.attached_id) \
         FROM venue.rooms AS r WHERE r.tenant_id = $1 AND r.id = ANY ($2)"
}

pub(super) async fn terms(tx: &mut TenantTx, rooms: Vec<RoomId>) -> Result<Vec<Terms>, Fault> {
    type Row = (RoomId, Vec<AtomId>, Vec<String>, Vec<RoomId>);
    let rows: Vec<Row> = RoomTerms { tenant: tx.tenant(), rooms }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(room, atoms, purposes, required)| Terms { room, atoms, purposes, required }).collect())
}

pub(super) async fn rooms(
    tx: &mut TenantTx,
    facility: FacilityId,
    only: Option<&[RoomId]>,
    (from, until): (Date, Date),
    hidden: bool,
) -> Result<Vec<Room>, Fault> {
    let mut query = rooms::table.of(tx.tenant()).filter(rooms::facility_id.eq(facility)).into_boxed();
    query = match only {
        Some(only) => query.filter(rooms::id.eq_any(only.to_vec())),
        None => query
            .filter(rooms::effective_from.lt(until))
            .filter(rooms::effective_until.is_null().or(rooms::effective_until.gt(from))),
    };
    if !hidden {
        query = query.filter(rooms::visibility.ne("hidden"));
    }
    Ok(query.order((rooms::ordinal, rooms::code)).limit(100).select(Room::as_select()).load(tx.conn()).await?)
}
