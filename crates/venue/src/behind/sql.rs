//! What was let for times to come.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Date as SqlDate, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
    ids::{AtomId, EquipmentId, FacilityId, HireId, RoomId, TenantId},
};
use time::{Date as Day, Duration};
use uuid::Uuid as Source;

use crate::{
    closure::{Collision, CollisionRow},
    room::Room,
    schema::rooms as table,
    span::Span,
};

/// Something that was let, and when it is really used.
#[derive(Debug, Clone)]
pub(crate) struct LetThen {
    pub collision: Collision,
    pub day: Day,
    pub during: Span,
}

/// A hire by slots.
#[derive(Debug, Clone)]
pub(super) struct BySlots {
    pub collision: Collision,
    pub day: Day,
    pub span: String,
}

db::statement! {
    /// What takes rooms, as these and no others, on a day or later, and is not hired for a day before it by slots or as long as the house
    /// is open; each once.
    BehindRooms {
        tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid>, from: Instant => Timestamptz, at: Instant => Timestamptz,
        day: Day => Date,
    } -> (SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT DISTINCT o.source_kind, o.source_id, o.room_id, coalesce(h.starts_at, o.starts_at) AS begins, \
           coalesce(h.ends_at, o.ends_at), o.hold_until \
         FROM venue.room_atoms AS m \
         JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = m.room_id \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.atom_id = m.atom_id AND o.room_id = m.room_id \
         LEFT JOIN venue.hires AS h ON h.tenant_id = $1 AND h.id = o.source_id \
         WHERE m.tenant_id = $1 AND m.room_id = ANY ($2) AND o.active AND o.ends_at > $3 \
           AND CASE WHEN h.id IS NULL OR r.time_unit = 'grid' THEN coalesce(h.ends_at, o.ends_at) > $3 ELSE h.day >= $5 END \
           AND (o.hold_until IS NULL OR o.hold_until > $4) ORDER BY begins, o.source_id LIMIT 200"
}

db::statement! {
    /// What takes a part of a room, as whatever room, after a moment; and closures of rooms that are about such a part then, also those
    /// that take nothing of it as long as another does.
    BehindParts { tenant: TenantId => Uuid, room: RoomId => Uuid, from: Instant => Timestamptz, at: Instant => Timestamptz }
        -> (SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT o.source_kind, o.source_id, o.room_id, coalesce(h.starts_at, o.starts_at) AS begins, \
           coalesce(h.ends_at, o.ends_at) AS ends, o.hold_until \
         FROM venue.room_atoms AS m \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.atom_id = m.atom_id AND o.active AND o.ends_at > $3 \
         LEFT JOIN venue.hires AS h ON h.tenant_id = $1 AND h.id = o.source_id \
         WHERE m.tenant_id = $1 AND m.room_id = $2 AND o.source_kind <> 'closure' AND (o.hold_until IS NULL OR o.hold_until > $4) \
         UNION \
         SELECT 'closure', c.id, NULL, c.starts_at, c.ends_at, NULL FROM venue.room_atoms AS m \
         JOIN venue.closure_atoms AS a ON a.tenant_id = $1 AND a.atom_id = m.atom_id \
         JOIN venue.closures AS c ON c.tenant_id = $1 AND c.id = a.closure_id \
         WHERE m.tenant_id = $1 AND m.room_id = $2 AND NOT c.whole AND c.lifted_at IS NULL AND c.ends_at > $3 \
         ORDER BY begins, source_id LIMIT 200"
}

db::statement! {
    /// Hires that have more than so many of an item on a day or later, and are not for a day before it by slots or as long as the house is
    /// open.
    BehindItem {
        tenant: TenantId => Uuid, item: EquipmentId => Uuid, from: Day => Date, at: Instant => Timestamptz, than: i32 => Integer,
        begins: Instant => Timestamptz,
    } -> (SqlUuid, SqlUuid, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT h.id, h.room_id, h.starts_at, h.ends_at, c.hold_until FROM venue.equipment_claims AS c \
         JOIN venue.hires AS h ON h.tenant_id = $1 AND h.id = c.source_id \
         JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = h.room_id \
         WHERE c.tenant_id = $1 AND c.equipment_id = $2 AND c.active \
           AND (h.day >= $3 OR (r.time_unit = 'grid' AND h.ends_at > $6)) \
           AND c.quantity > $5 AND (c.hold_until IS NULL OR c.hold_until > $4) ORDER BY h.starts_at, h.id LIMIT 200"
}

db::statement! {
    /// Hires of a room by slots on a day or later that take it.
    BehindSlots { tenant: TenantId => Uuid, room: RoomId => Uuid, from: Day => Date, at: Instant => Timestamptz }
        -> (SqlUuid, SqlDate, SqlText, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT DISTINCT h.id, h.day, h.span, h.starts_at, h.ends_at, o.hold_until FROM venue.hires AS h \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.source_id = h.id AND o.active \
         WHERE h.tenant_id = $1 AND h.room_id = $2 AND h.day >= $3 AND h.span IS NOT NULL \
           AND (o.hold_until IS NULL OR o.hold_until > $4) ORDER BY h.starts_at, h.id"
}

db::statement! {
    /// Hires and sessions that take any of these parts in any of these times, each once. `OFFSET 0`: the times are looked up one by one,
    /// since nothing tells the planner how short they are.
    LetBetween {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, from: Vec<Instant> => Array<Timestamptz>,
        until: Vec<Instant> => Array<Timestamptz>, at: Instant => Timestamptz,
    } -> (SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlNullable<SqlDate>, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT DISTINCT o.source_kind, o.source_id, o.room_id, h.day, coalesce(h.starts_at, o.starts_at) AS begins, \
           coalesce(h.ends_at, o.ends_at), o.hold_until \
         FROM unnest($3::timestamptz[], $4::timestamptz[]) AS w (starts, ends) \
         CROSS JOIN LATERAL (SELECT x.* FROM venue.occupancy AS x WHERE x.tenant_id = $1 AND x.atom_id = ANY ($2) AND x.active \
           AND x.ends_at > w.starts AND x.ends_at < w.ends + interval '34 days' AND x.starts_at < w.ends OFFSET 0) AS o \
         LEFT JOIN venue.hires AS h ON h.tenant_id = $1 AND h.id = o.source_id \
         WHERE o.source_kind <> 'closure' AND (o.hold_until IS NULL OR o.hold_until > $5) ORDER BY begins, o.source_id"
}

db::statement! {
    /// The parts of facilities.
    PartsOf { tenant: TenantId => Uuid, facilities: Vec<FacilityId> => Array<Uuid> } -> SqlUuid =
        "SELECT a.id FROM venue.atoms AS a WHERE a.tenant_id = $1 AND a.facility_id = ANY ($2) ORDER BY a.id"
}

pub(super) async fn rooms_of(tx: &mut TenantTx, facility: FacilityId) -> Result<Vec<RoomId>, Fault> {
    let query = table::table.of(tx.tenant()).filter(table::facility_id.eq(facility)).select(table::id);
    Ok(query.load(tx.conn()).await?)
}

pub(super) async fn rooms_in(tx: &mut TenantTx, facilities: &[FacilityId]) -> Result<Vec<Room>, Fault> {
    let query = table::table.of(tx.tenant()).filter(table::facility_id.eq_any(facilities.to_vec()));
    Ok(query.select(Room::as_select()).load(tx.conn()).await?)
}

pub(super) async fn atoms_in(tx: &mut TenantTx, facilities: Vec<FacilityId>) -> Result<Vec<AtomId>, Fault> {
    Ok(PartsOf { tenant: tx.tenant(), facilities }.load::<AtomId>(tx.conn()).await?)
}

pub(super) async fn rooms(
    tx: &mut TenantTx,
    rooms: Vec<RoomId>,
    day: Day,
    at: Instant,
) -> Result<Vec<Collision>, Fault> {
    let statement = BehindRooms { tenant: tx.tenant(), rooms, from: start_of_day(day), at, day };
    let rows: Vec<CollisionRow> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().map(Collision::from).collect())
}

pub(super) async fn parts(
    tx: &mut TenantTx,
    room: RoomId,
    from: Instant,
    at: Instant,
) -> Result<Vec<Collision>, Fault> {
    let rows: Vec<CollisionRow> = BehindParts { tenant: tx.tenant(), room, from, at }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(Collision::from).collect())
}

fn of_hire(hire: HireId, room: RoomId, span: (Instant, Instant), held_until: Option<Instant>) -> Collision {
    let (kind, room) = ("hire".to_owned(), Some(room));
    Collision { kind, id: hire.to_string(), room, starts_at: span.0, ends_at: span.1, held_until }
}

pub(super) async fn equipment(
    tx: &mut TenantTx,
    item: EquipmentId,
    from: Day,
    than: i32,
    at: Instant,
) -> Result<Vec<Collision>, Fault> {
    type Row = (HireId, RoomId, Instant, Instant, Option<Instant>);
    let begins = start_of_day(from);
    let rows: Vec<Row> = BehindItem { tenant: tx.tenant(), item, from, at, than, begins }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(hire, room, from, until, held)| of_hire(hire, room, (from, until), held)).collect())
}

pub(super) async fn by_slots(tx: &mut TenantTx, room: RoomId, from: Day, at: Instant) -> Result<Vec<BySlots>, Fault> {
    type Row = (HireId, Day, String, Instant, Instant, Option<Instant>);
    let rows: Vec<Row> = BehindSlots { tenant: tx.tenant(), room, from, at }.load(tx.conn()).await?;
    let hire = |(hire, day, span, from, until, held): Row| BySlots {
        collision: of_hire(hire, room, (from, until), held),
        day,
        span,
    };
    Ok(rows.into_iter().map(hire).collect())
}

/// What was let for days, and for the day after each: hours go on over midnight.
pub(super) async fn between(
    tx: &mut TenantTx,
    atoms: Vec<AtomId>,
    stretches: &[(Day, Day)],
    at: Instant,
) -> Result<Vec<LetThen>, Fault> {
    let statement = LetBetween {
        tenant: tx.tenant(),
        atoms,
        from: stretches.iter().map(|(from, _)| start_of_day(*from)).collect(),
        until: stretches.iter().map(|(_, until)| start_of_day(until.saturating_add(Duration::DAY))).collect(),
        at,
    };
    type Row = (String, Source, Option<RoomId>, Option<Day>, Instant, Instant, Option<Instant>);
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let then = |(kind, source, room, day, starts_at, ends_at, held_until): Row| {
        let during = Span::new(starts_at, ends_at)?;
        let collision = Collision::from((kind, source, room, starts_at, ends_at, held_until));
        Some(LetThen { collision, day: day.unwrap_or_else(|| civil_day(starts_at)), during })
    };
    Ok(rows.into_iter().filter_map(then).collect())
}
