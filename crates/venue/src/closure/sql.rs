//! Queries on closures.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{
        Array as SqlArray, Bool as SqlBool, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, ClosureId, FacilityId, RoomId, TenantId},
};

use super::{Closure, Collision, CollisionRow, rules::Heir};
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
    /// What takes any of these parts in a time, apart from closures, each once: one more than are told.
    InTheWay {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, from: Instant => Timestamptz, until: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT DISTINCT o.source_kind, o.source_id, o.room_id, o.starts_at, o.ends_at, o.hold_until FROM venue.occupancy AS o \
         WHERE o.tenant_id = $1 AND o.atom_id = ANY ($2) AND o.active AND o.ends_at > $3 \
           AND o.ends_at < $4 + interval '34 days' AND o.starts_at < $4 AND o.source_kind <> 'closure' AND (o.hold_until IS NULL OR o.hold_until > $5) ORDER BY o.starts_at, o.source_id LIMIT 201"
}

db::statement! {
    /// What a closure is about.
    InsertClosureAtoms { tenant: TenantId => Uuid, closure: ClosureId => Uuid, atoms: Vec<AtomId> => Array<Uuid> } -> () =
        "INSERT INTO venue.closure_atoms (tenant_id, closure_id, atom_id) SELECT $1, $2, a.id FROM unnest($3::uuid[]) AS a (id)"
}

db::statement! {
    /// When these parts are closed in a time.
    ClosedParts {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, from: Instant => Timestamptz, until: Instant => Timestamptz,
    } -> (SqlUuid, SqlTime, SqlTime) =
        "SELECT o.atom_id, o.starts_at, o.ends_at FROM venue.occupancy AS o WHERE o.tenant_id = $1 AND o.atom_id = ANY ($2) \
           AND o.active AND o.source_kind = 'closure' AND o.ends_at > $3 AND o.ends_at < $4 + interval '34 days' AND o.starts_at < $4"
}

db::statement! {
    /// Closures that are about parts of another in its time, with the parts that they share; the oldest first.
    OtherClosures { tenant: TenantId => Uuid, closure: ClosureId => Uuid } -> (SqlUuid, SqlTime, SqlTime, SqlArray<SqlUuid>) =
        "SELECT c.id, c.starts_at, c.ends_at, array_agg(b.atom_id ORDER BY b.atom_id) FROM venue.closures AS own \
         JOIN venue.closure_atoms AS a ON a.tenant_id = $1 AND a.closure_id = own.id \
         JOIN venue.closure_atoms AS b ON b.tenant_id = $1 AND b.atom_id = a.atom_id AND b.closure_id <> own.id \
         JOIN venue.closures AS c ON c.tenant_id = $1 AND c.id = b.closure_id AND c.lifted_at IS NULL \
           AND c.ends_at > own.starts_at AND c.starts_at < own.ends_at \
         WHERE own.tenant_id = $1 AND own.id = $2 GROUP BY c.id, c.starts_at, c.ends_at ORDER BY c.id"
}

db::statement! {
    /// Closures of a whole facility that are not over are about these parts, too: which they are, the oldest first.
    ExtendClosures {
        tenant: TenantId => Uuid, facility: FacilityId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, at: Instant => Timestamptz,
    } -> (SqlUuid, SqlTime, SqlTime) =
        "WITH whole AS (SELECT c.id, c.starts_at, c.ends_at FROM venue.closures AS c \
           WHERE c.tenant_id = $1 AND c.facility_id = $2 AND c.whole AND c.lifted_at IS NULL AND c.ends_at > $4), \
         put AS (INSERT INTO venue.closure_atoms (tenant_id, closure_id, atom_id) \
           SELECT $1, w.id, a.id FROM whole AS w CROSS JOIN unnest($3::uuid[]) AS a (id)) \
         SELECT w.id, w.starts_at, w.ends_at FROM whole AS w ORDER BY w.id"
}

db::statement! {
    /// When all of a facility is closed, in a time.
    WholeClosures { tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Instant => Timestamptz, until: Instant => Timestamptz } -> (
        SqlTime, SqlTime,
    ) =
        "SELECT c.starts_at, c.ends_at FROM venue.closures AS c WHERE c.tenant_id = $1 AND c.facility_id = $2 AND c.whole \
           AND c.lifted_at IS NULL AND c.ends_at > $3 AND c.starts_at < $4"
}

pub(super) async fn whole(tx: &mut TenantTx, facility: FacilityId, during: Span) -> Result<Vec<Span>, Fault> {
    let (from, until) = (during.from(), during.until());
    let rows: Vec<(Instant, Instant)> =
        WholeClosures { tenant: tx.tenant(), facility, from, until }.load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(from, until)| Span::new(from, until)).collect())
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
    let rows: Vec<CollisionRow> = InTheWay { tenant: tx.tenant(), atoms, from, until, at }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(Collision::from).collect())
}

pub(super) async fn insert_atoms(tx: &mut TenantTx, closure: ClosureId, atoms: Vec<AtomId>) -> Result<(), Fault> {
    InsertClosureAtoms { tenant: tx.tenant(), closure, atoms }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn closed(tx: &mut TenantTx, atoms: Vec<AtomId>, during: Span) -> Result<Vec<(AtomId, Span)>, Fault> {
    let (from, until) = (during.from(), during.until());
    let rows: Vec<(AtomId, Instant, Instant)> =
        ClosedParts { tenant: tx.tenant(), atoms, from, until }.load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(atom, from, until)| Some((atom, Span::new(from, until)?))).collect())
}

pub(super) async fn others(tx: &mut TenantTx, closure: ClosureId) -> Result<Vec<Heir>, Fault> {
    let rows: Vec<(ClosureId, Instant, Instant, Vec<AtomId>)> =
        OtherClosures { tenant: tx.tenant(), closure }.load(tx.conn()).await?;
    let heir = |(closure, from, until, atoms)| Some(Heir { closure, during: Span::new(from, until)?, atoms });
    Ok(rows.into_iter().filter_map(heir).collect())
}

pub(super) async fn extend(
    tx: &mut TenantTx,
    facility: FacilityId,
    atoms: Vec<AtomId>,
    at: Instant,
) -> Result<Vec<Heir>, Fault> {
    let statement = ExtendClosures { tenant: tx.tenant(), facility, atoms: atoms.clone(), at };
    let rows: Vec<(ClosureId, Instant, Instant)> = statement.load(tx.conn()).await?;
    let heir = |(closure, from, until)| Some(Heir { closure, during: Span::new(from, until)?, atoms: atoms.clone() });
    Ok(rows.into_iter().filter_map(heir).collect())
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
