//! What is in the way of the house's own uses.

use std::collections::BTreeSet;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Integer as SqlInt, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, FacilityId, RoomId, TenantId},
};
use uuid::Uuid as Source;

use super::{HouseUse, RoomName};
use crate::{closure::Collision, occupancy::Claim, schema::rooms};

db::statement! {
    /// What takes parts in times, apart from what belongs to the use itself; each once for each use. `OFFSET 0`: the times are looked up
    /// one by one, since nothing tells the planner how short they are.
    MetByUses {
        tenant: TenantId => Uuid, places: Vec<i32> => Array<Integer>, sources: Vec<Source> => Array<Uuid>, atoms: Vec<AtomId> => Array<Uuid>,
        from: Vec<Instant> => Array<Timestamptz>, until: Vec<Instant> => Array<Timestamptz>, at: Instant => Timestamptz,
    } -> (SqlInt, SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlTime, SqlTime, SqlNullable<SqlTime>) =
        "SELECT DISTINCT u.place, o.source_kind, o.source_id, o.room_id, coalesce(c.starts_at, o.starts_at) AS begins, \
           coalesce(c.ends_at, o.ends_at), o.hold_until \
         FROM unnest($2::int4[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[]) AS u (place, source, atom, starts, ends) \
         CROSS JOIN LATERAL (SELECT x.* FROM venue.occupancy AS x WHERE x.tenant_id = $1 AND x.atom_id = u.atom AND x.active \
           AND x.ends_at > u.starts AND x.ends_at < u.ends + interval '34 days' AND x.starts_at < u.ends OFFSET 0) AS o \
         LEFT JOIN venue.closures AS c ON o.source_kind = 'closure' AND c.tenant_id = $1 AND c.id = o.source_id \
         WHERE o.source_id <> u.source AND (o.hold_until IS NULL OR o.hold_until > $7) \
         ORDER BY u.place, begins, o.source_id LIMIT 1000"
}

db::statement! {
    /// What rooms and their facilities are called.
    RoomNames { tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid> }
        -> (SqlUuid, SqlText, SqlNullable<SqlText>, SqlText, SqlNullable<SqlText>) =
        "SELECT r.id, r.name, r.name_en, f.name, f.name_en FROM venue.rooms AS r \
         JOIN venue.facilities AS f ON f.tenant_id = $1 AND f.id = r.facility_id WHERE r.tenant_id = $1 AND r.id = ANY ($2)"
}

/// By the place of the use.
pub(super) async fn in_the_way(
    tx: &mut TenantTx,
    uses: &[HouseUse],
    claims: &[Claim],
    at: Instant,
) -> Result<Vec<(usize, Collision)>, Fault> {
    let place = |claim: &Claim| uses.iter().position(|one| one.source == claim.source).unwrap_or_default();
    let each = || claims.iter().flat_map(|claim| claim.atoms.iter().map(move |atom| (*atom, claim)));
    let statement = MetByUses {
        tenant: tx.tenant(),
        places: each().map(|(_, claim)| i32::try_from(place(claim)).unwrap_or(i32::MAX)).collect(),
        sources: each().map(|(_, claim)| claim.source).collect(),
        atoms: each().map(|(atom, _)| atom).collect(),
        from: each().map(|(_, claim)| claim.during.from()).collect(),
        until: each().map(|(_, claim)| claim.during.until()).collect(),
        at,
    };
    type Row = (i32, String, Source, Option<RoomId>, Instant, Instant, Option<Instant>);
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let collision = |(place, kind, source, room, starts_at, ends_at, held_until): Row| {
        let collision = Collision::from((kind, source, room, starts_at, ends_at, held_until));
        Some((usize::try_from(place).ok()?, collision))
    };
    Ok(rows.into_iter().filter_map(collision).collect())
}

pub(super) async fn facilities(tx: &mut TenantTx, ids: Vec<RoomId>) -> Result<BTreeSet<FacilityId>, Fault> {
    let query = rooms::table.of(tx.tenant()).filter(rooms::id.eq_any(ids)).select(rooms::facility_id).distinct();
    Ok(query.load(tx.conn()).await?.into_iter().collect())
}

pub(super) async fn names(tx: &mut TenantTx, ids: &[RoomId]) -> Result<Vec<RoomName>, Fault> {
    type Row = (RoomId, String, Option<String>, String, Option<String>);
    let rows: Vec<Row> = RoomNames { tenant: tx.tenant(), rooms: ids.to_vec() }.load(tx.conn()).await?;
    let named = |(id, room, room_en, facility, facility_en): Row| RoomName { id, room, room_en, facility, facility_en };
    Ok(rows.into_iter().map(named).collect())
}
