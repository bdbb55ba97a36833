//! Queries on rooms and their parts.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Array as SqlArray, Bool as SqlBool, Text as SqlText, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{AtomId, FacilityId, PurposeId, RoomId, TenantId},
};
use time::Date as Day;

use super::{Attached, Room};
use crate::schema::rooms;

db::standard_sql!(rooms, Room, RoomId);

db::statement! {
    /// The parts of a new room; those the facility does not have yet are made, and told. Only under the facility's row lock: who
    /// makes the same part at the same time would not be seen.
    SetParts {
        tenant: TenantId => Uuid, room: RoomId => Uuid, facility: FacilityId => Uuid, fresh: Vec<AtomId> => Array<Uuid>,
        labels: Vec<String> => Array<Text>, at: Instant => Timestamptz,
    } -> SqlUuid =
        "WITH wanted AS (SELECT w.id, w.label FROM unnest($4::uuid[], $5::text[]) AS w (id, label)), \
         made AS (INSERT INTO venue.atoms (tenant_id, id, facility_id, label, created_at) \
           SELECT $1, w.id, $3, w.label, $6 FROM wanted AS w ON CONFLICT (tenant_id, facility_id, label) DO NOTHING RETURNING id), \
         known AS (SELECT a.id FROM venue.atoms AS a JOIN wanted AS w ON w.label = a.label WHERE a.tenant_id = $1 AND a.facility_id = $3), \
         put AS (INSERT INTO venue.room_atoms (tenant_id, room_id, atom_id) \
           SELECT $1, $2, p.id FROM (SELECT m.id FROM made AS m UNION ALL SELECT k.id FROM known AS k) AS p) \
         SELECT m.id FROM made AS m ORDER BY m.id"
}

db::statement! {
    /// Parts by label, purposes, and attached rooms with whether they are required.
    MadeOf { tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid> }
        -> (SqlUuid, SqlArray<SqlText>, SqlArray<SqlUuid>, SqlArray<SqlUuid>, SqlArray<SqlBool>) =
        "SELECT r.id, \
           ARRAY (SELECT a.label FROM venue.room_atoms AS m JOIN venue.atoms AS a ON a.tenant_id = $1 AND a.id = m.atom_id \
             WHERE m.tenant_id = $1 AND m.room_id = r.id ORDER BY a.label), \
           ARRAY (SELECT p.purpose_id FROM venue.room_purposes AS p WHERE p.tenant_id = $1 AND p.room_id = r.id ORDER BY p.purpose_id), \
           ARRAY (SELECT t.attached_id FROM venue.attached_rooms AS t WHERE t.tenant_id = $1 AND t.room_id = r.id ORDER BY t.attached_id), \
           ARRAY (SELECT t.terms = 'required' FROM venue.attached_rooms AS t \
             WHERE t.tenant_id = $1 AND t.room_id = r.id ORDER BY t.attached_id) \
         FROM venue.rooms AS r WHERE r.tenant_id = $1 AND r.id = ANY ($2)"
}

db::statement! {
    /// Of the same code in the same facility, and in force on a day. No two of them are in force at once.
    Successor { tenant: TenantId => Uuid, room: RoomId => Uuid, on: Day => Date, hidden: bool => Bool } -> SqlUuid =
        "SELECT n.id FROM venue.rooms AS o \
         JOIN venue.rooms AS n ON n.tenant_id = $1 AND n.facility_id = o.facility_id AND n.code = o.code AND n.id <> o.id \
         WHERE o.tenant_id = $1 AND o.id = $2 AND n.effective_from >= o.effective_until AND n.effective_from <= $3 \
           AND (n.effective_until IS NULL OR n.effective_until > $3) AND ($4 OR n.visibility <> 'hidden')"
}

db::statement! {
    /// What a room is for, all anew.
    SetPurposes { tenant: TenantId => Uuid, room: RoomId => Uuid, purposes: Vec<PurposeId> => Array<Uuid> } -> () =
        "WITH gone AS (DELETE FROM venue.room_purposes AS p WHERE p.tenant_id = $1 AND p.room_id = $2 AND p.purpose_id <> ALL ($3)) \
         INSERT INTO venue.room_purposes (tenant_id, room_id, purpose_id) SELECT $1, $2, w.id FROM unnest($3::uuid[]) AS w (id) \
         ON CONFLICT DO NOTHING"
}

db::statement! {
    /// What comes with a room, all anew.
    SetAttached {
        tenant: TenantId => Uuid, room: RoomId => Uuid, attached: Vec<RoomId> => Array<Uuid>, terms: Vec<String> => Array<Text>,
    } -> () =
        "WITH gone AS (DELETE FROM venue.attached_rooms AS t WHERE t.tenant_id = $1 AND t.room_id = $2 AND t.attached_id <> ALL ($3)) \
         INSERT INTO venue.attached_rooms (tenant_id, room_id, attached_id, terms) \
         SELECT $1, $2, w.id, w.terms FROM unnest($3::uuid[], $4::text[]) AS w (id, terms) \
         ON CONFLICT (tenant_id, room_id, attached_id) DO UPDATE SET terms = excluded.terms"
}

db::statement! {
    /// Of these rooms, those that are in another facility than one or share a part with it.
    UnfitToAttach { tenant: TenantId => Uuid, room: RoomId => Uuid, others: Vec<RoomId> => Array<Uuid> } -> (SqlUuid,) =
        "SELECT o.id FROM venue.rooms AS o JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = $2 \
         WHERE o.tenant_id = $1 AND o.id = ANY ($3) AND o.id <> r.id AND (o.facility_id <> r.facility_id OR EXISTS ( \
           SELECT FROM venue.room_atoms AS a JOIN venue.room_atoms AS b ON b.tenant_id = $1 AND b.atom_id = a.atom_id AND b.room_id = o.id \
           WHERE a.tenant_id = $1 AND a.room_id = r.id)) ORDER BY o.id LIMIT 1"
}

db::statement! {
    /// What one room came with, another comes with too.
    AttachToo { tenant: TenantId => Uuid, before: RoomId => Uuid, after: RoomId => Uuid } -> () =
        "INSERT INTO venue.attached_rooms (tenant_id, room_id, attached_id, terms) \
         SELECT $1, t.room_id, $3, t.terms FROM venue.attached_rooms AS t WHERE t.tenant_id = $1 AND t.attached_id = $2 \
         ON CONFLICT DO NOTHING"
}

db::statement! {
    /// Rooms that have a part in common with one.
    Sharing { tenant: TenantId => Uuid, room: RoomId => Uuid, hidden: bool => Bool } -> (SqlUuid,) =
        "SELECT DISTINCT o.room_id FROM venue.room_atoms AS r \
         JOIN venue.room_atoms AS o ON o.tenant_id = r.tenant_id AND o.atom_id = r.atom_id AND o.room_id <> r.room_id \
         JOIN venue.rooms AS other ON other.tenant_id = o.tenant_id AND other.id = o.room_id \
         WHERE r.tenant_id = $1 AND r.room_id = $2 AND ($3 OR other.visibility <> 'hidden') ORDER BY o.room_id"
}

pub(super) async fn set_parts(
    tx: &mut TenantTx,
    room: &Room,
    fresh: Vec<AtomId>,
    labels: Vec<String>,
    at: Instant,
) -> Result<Vec<AtomId>, Fault> {
    let (tenant, facility) = (tx.tenant(), room.facility_id);
    Ok(SetParts { tenant, room: room.id, facility, fresh, labels, at }.load::<AtomId>(tx.conn()).await?)
}

/// Labels of parts, purposes, attached rooms.
pub(super) type MadeOfRow = (Vec<String>, Vec<PurposeId>, Vec<Attached>);

pub(super) async fn made_of(tx: &mut TenantTx, rooms: Vec<RoomId>) -> Result<BTreeMap<RoomId, MadeOfRow>, Fault> {
    type Row = (RoomId, Vec<String>, Vec<PurposeId>, Vec<RoomId>, Vec<bool>);
    let rows: Vec<Row> = MadeOf { tenant: tx.tenant(), rooms }.load(tx.conn()).await?;
    let read = |(id, parts, purposes, attached, required): Row| {
        let attached = attached.into_iter().zip(required).map(|(room, required)| Attached { room, required });
        (id, (parts, purposes, attached.collect()))
    };
    Ok(rows.into_iter().map(read).collect())
}

pub(super) async fn set_purposes(tx: &mut TenantTx, room: RoomId, purposes: Vec<PurposeId>) -> Result<(), Fault> {
    SetPurposes { tenant: tx.tenant(), room, purposes }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn set_attached(tx: &mut TenantTx, room: RoomId, attached: &[Attached]) -> Result<(), Fault> {
    let terms = |one: &Attached| if one.required { "required".to_owned() } else { "offered".to_owned() };
    let (ids, terms) = attached.iter().map(|one| (one.room, terms(one))).unzip();
    SetAttached { tenant: tx.tenant(), room, attached: ids, terms }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn unfit(tx: &mut TenantTx, room: RoomId, others: Vec<RoomId>) -> Result<Option<RoomId>, Fault> {
    if others.is_empty() {
        return Ok(None);
    }
    let rows: Vec<(RoomId,)> = UnfitToAttach { tenant: tx.tenant(), room, others }.load(tx.conn()).await?;
    Ok(rows.into_iter().next().map(|(room,)| room))
}

pub(crate) async fn attach_too(tx: &mut TenantTx, before: RoomId, after: RoomId) -> Result<(), Fault> {
    AttachToo { tenant: tx.tenant(), before, after }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn sharing(tx: &mut TenantTx, room: RoomId, hidden: bool) -> Result<Vec<RoomId>, Fault> {
    let rows: Vec<(RoomId,)> = Sharing { tenant: tx.tenant(), room, hidden }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(room,)| room).collect())
}

pub(super) async fn list(
    tx: &mut TenantTx,
    of: Option<FacilityId>,
    hidden: bool,
    page: &PageAsk,
) -> Result<Vec<Room>, Fault> {
    let mut query = rooms::table.of(tx.tenant()).into_boxed();
    if let Some(facility) = of {
        query = query.filter(rooms::facility_id.eq(facility));
    }
    if !hidden {
        query = query.filter(rooms::visibility.ne("hidden"));
    }
    if let Some(after) = page.after {
        query = query.filter(rooms::id.gt(after));
    }
    Ok(query.order(rooms::id.asc()).limit(page.rows()).select(Room::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn find_for_update(tx: &mut TenantTx, id: RoomId) -> Result<Option<Room>, Fault> {
    let query = rooms::table.of(tx.tenant()).filter(rooms::id.eq(id)).select(Room::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

/// Of these, those that there are, in the order of the locks.
pub(super) async fn find_for_key_share(tx: &mut TenantTx, ids: Vec<RoomId>) -> Result<Vec<RoomId>, Fault> {
    let query = rooms::table.of(tx.tenant()).filter(rooms::id.eq_any(ids)).order(rooms::id).select(rooms::id);
    Ok(query.for_key_share().load(tx.conn()).await?)
}

pub(crate) async fn update(tx: &mut TenantTx, one: &Room) -> Result<(), Fault> {
    diesel::update(rooms::table.of(tx.tenant()).filter(rooms::id.eq(one.id)))
        .set((
            rooms::name.eq(&one.name),
            rooms::name_en.eq(&one.name_en),
            rooms::capacity.eq(one.capacity),
            rooms::min_minutes.eq(one.min_minutes),
            rooms::max_minutes.eq(one.max_minutes),
            rooms::approval.eq(&one.approval),
            rooms::visibility.eq(&one.visibility),
            rooms::open_to.eq(&one.open_to),
            rooms::ordinal.eq(one.ordinal),
            rooms::effective_until.eq(one.effective_until),
            rooms::ended_despite.eq(&one.ended_despite),
            rooms::updated_at.eq(one.updated_at),
            rooms::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The room that goes on under the code of one on a day; hidden rooms only for who sees them.
pub(crate) async fn successor(tx: &mut TenantTx, of: RoomId, on: Day, hidden: bool) -> Result<Option<RoomId>, Fault> {
    let found = Successor { tenant: tx.tenant(), room: of, on, hidden }.load::<RoomId>(tx.conn()).await?;
    Ok(found.into_iter().next())
}
