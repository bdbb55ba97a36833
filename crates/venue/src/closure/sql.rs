//! Queries on closures.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Bool as SqlBool, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, ClosureId, FacilityId, RoomId, TenantId},
};
use uuid::Uuid as Source;

use super::{Closure, Collision, named};
use crate::{schema::closures, span::Span};

db::standard_sql!(closures, Closure, ClosureId);
db::standard_list!(closures, Closure, facility_id: FacilityId);

db::statement! {
    /// The parts of rooms of a facility, or of the whole of it. One row without a part when there are none.
    ReachOf { tenant: TenantId => Uuid, facility: FacilityId => Uuid, rooms: Vec<RoomId> => Array<Uuid> } -> (SqlBool, SqlNullable<SqlUuid>) =
        "SELECT f.id IS NOT NULL, a.id FROM (SELECT 1) AS one \
         LEFT JOIN venue.facilities AS f ON f.tenant_id = $1 AND f.id = $2 \
         LEFT JOIN venue.atoms AS a ON a.tenant_id = $1 AND a.facility_id = f.id AND (cardinality($3) = 0 OR ( \
           a.id IN (SELECT r.atom_id FROM venue.room_atoms AS r WHERE r.tenant_id = $1 AND r.room_id = ANY ($3)) \
           AND cardinality($3) = (SELECT count(*) FROM venue.rooms AS o \
             WHERE o.tenant_id = $1 AND o.facility_id = $2 AND o.id = ANY ($3)))) \
         ORDER BY a.id"
}

db::statement! {
    /// What takes any of these parts in a time, each once.
    InTheWay {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, from: Instant => Timestamptz, until: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlTime, SqlTime) =
        "SELECT DISTINCT o.source_kind, o.source_id, o.room_id, o.starts_at, o.ends_at FROM venue.occupancy AS o \
         WHERE o.tenant_id = $1 AND o.atom_id = ANY ($2) AND o.active AND o.ends_at > $3 AND o.starts_at < $4 \
           AND (o.hold_until IS NULL OR o.hold_until > $5) ORDER BY o.starts_at, o.source_id LIMIT 200"
}

pub(super) async fn atoms(
    tx: &mut TenantTx,
    facility: FacilityId,
    rooms: Vec<RoomId>,
) -> Result<(bool, Vec<AtomId>), Fault> {
    let rows: Vec<(bool, Option<AtomId>)> = ReachOf { tenant: tx.tenant(), facility, rooms }.load(tx.conn()).await?;
    Ok((rows.iter().any(|(known, _)| *known), rows.into_iter().filter_map(|(_, atom)| atom).collect()))
}

pub(super) async fn in_the_way(
    tx: &mut TenantTx,
    atoms: Vec<AtomId>,
    during: Span,
    at: Instant,
) -> Result<Vec<Collision>, Fault> {
    let (from, until) = (during.from(), during.until());
    type Row = (String, Source, Option<RoomId>, Instant, Instant);
    let rows: Vec<Row> = InTheWay { tenant: tx.tenant(), atoms, from, until, at }.load(tx.conn()).await?;
    let collision = |(kind, source, room, starts_at, ends_at): Row| {
        let id = named(&kind, source);
        Collision { kind, id, room, starts_at, ends_at }
    };
    Ok(rows.into_iter().map(collision).collect())
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: ClosureId) -> Result<Option<Closure>, Fault> {
    let query = closures::table.of(tx.tenant()).filter(closures::id.eq(id)).select(Closure::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn lift(tx: &mut TenantTx, id: ClosureId, at: Instant) -> Result<(), Fault> {
    diesel::update(closures::table.of(tx.tenant()).filter(closures::id.eq(id)))
        .set(closures::lifted_at.eq(at))
        .execute(tx.conn())
        .await?;
    Ok(())
}
