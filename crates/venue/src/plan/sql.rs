//! What a plan reads.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{
        Array as SqlArray, Bool as SqlBool, Date as SqlDate, Nullable as SqlNullable, Text as SqlText, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::ids::{AtomId, FacilityId, RoomId, TenantId};
use time::Date;

use crate::{
    room::{Attached, Room},
    schema::{attached_rooms, rooms},
};

/// What belongs to a room.
#[derive(Debug, Clone)]
pub struct Terms {
    pub room: RoomId,
    pub atoms: Vec<AtomId>,
    pub purposes: Vec<String>,
    pub attached: Vec<Attached>,
    pub mixed: Vec<(Date, Option<Date>)>,
}

impl Default for Terms {
    fn default() -> Self {
        let room = RoomId::from_uuid(uuid::Uuid::nil());
        Self { room, atoms: Vec::new(), purposes: Vec::new(), attached: Vec::new(), mixed: Vec::new() }
    }
}

db::statement! {
    /// Parts, purposes and attached rooms of rooms, and when rooms that share parts with them keep other gaps. What ended although
    /// something was let for after that has no end here.
    RoomTerms { tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid> }
        -> (SqlUuid, SqlArray<SqlUuid>, SqlArray<SqlText>, SqlArray<SqlUuid>, SqlArray<SqlBool>,
            SqlArray<SqlDate>, SqlArray<SqlNullable<SqlDate>>) =
        "SELECT r.id, \
           ARRAY (SELECT a.atom_id FROM venue.room_atoms AS a WHERE a.tenant_id = $1 AND a.room_id = r.id ORDER BY a.atom_id), \
           ARRAY (SELECT p.code FROM venue.room_purposes AS q JOIN venue.purposes AS p ON p.tenant_id = $1 AND p.id = q.purpose_id \
             WHERE q.tenant_id = $1 AND q.room_id = r.id ORDER BY p.ordinal, p.code), \
           ARRAY (SELECT t.attached_id FROM venue.attached_rooms AS t WHERE t.tenant_id = $1 AND t.room_id = r.id ORDER BY t.attached_id), \
           ARRAY (SELECT t.terms = 'required' FROM venue.attached_rooms AS t \
             WHERE t.tenant_id = $1 AND t.room_id = r.id ORDER BY t.attached_id), \
           coalesce(others.since, '{}'), coalesce(others.until, '{}') \
         FROM venue.rooms AS r CROSS JOIN LATERAL ( \
           SELECT array_agg(o.effective_from ORDER BY o.id) AS since, \
             array_agg(CASE WHEN o.ended_despite IS NULL THEN o.effective_until END ORDER BY o.id) AS until \
           FROM venue.room_atoms AS own \
           JOIN venue.room_atoms AS shared ON shared.tenant_id = $1 AND shared.atom_id = own.atom_id AND shared.room_id <> own.room_id \
           JOIN venue.rooms AS o ON o.tenant_id = $1 AND o.id = shared.room_id \
           WHERE own.tenant_id = $1 AND own.room_id = r.id \
             AND (o.gap_before_minutes, o.gap_after_minutes, o.gap_mode) <> (r.gap_before_minutes, r.gap_after_minutes, r.gap_mode)) AS others \
         WHERE r.tenant_id = $1 AND r.id = ANY ($2)"
}

pub(super) async fn terms(tx: &mut TenantTx, rooms: Vec<RoomId>) -> Result<Vec<Terms>, Fault> {
    type Row = (RoomId, Vec<AtomId>, Vec<String>, Vec<RoomId>, Vec<bool>, Vec<Date>, Vec<Option<Date>>);
    let rows: Vec<Row> = RoomTerms { tenant: tx.tenant(), rooms }.load(tx.conn()).await?;
    let terms = |(room, atoms, purposes, attached, required, since, until): Row| {
        let attached = attached.into_iter().zip(required).map(|(room, required)| Attached { room, required }).collect();
        Terms { room, atoms, purposes, attached, mixed: since.into_iter().zip(until).collect() }
    };
    Ok(rows.into_iter().map(terms).collect())
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
        Some(only) => {
            let with = attached_rooms::table.of(tx.tenant()).filter(attached_rooms::room_id.eq_any(only.to_vec()));
            let attached = rooms::id.eq_any(with.select(attached_rooms::attached_id));
            query.filter(rooms::id.eq_any(only.to_vec()).or(attached))
        }
        None => query
            .filter(rooms::effective_from.lt(until))
            .filter(rooms::effective_until.is_null().or(rooms::effective_until.gt(from))),
    };
    if !hidden {
        // what another room is never hired without is hired with it, whoever asks
        let required = attached_rooms::table.of(tx.tenant()).filter(attached_rooms::terms.eq("required"));
        let mut required = required.select(attached_rooms::attached_id).into_boxed();
        if let Some(only) = only {
            required = required.filter(attached_rooms::room_id.eq_any(only.to_vec()));
        }
        query = query.filter(rooms::visibility.ne("hidden").or(rooms::id.eq_any(required)));
    }
    Ok(query.order((rooms::ordinal, rooms::code, rooms::id)).select(Room::as_select()).load(tx.conn()).await?)
}
