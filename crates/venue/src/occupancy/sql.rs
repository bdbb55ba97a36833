//! The occupancy of atoms in the database. Always ordered by atom, so that nobody waits in a circle.

use db::{Fault, TenantTx};
use diesel::sql_types::{Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, RoomId, TenantId},
};
use uuid::Uuid as Source;

use super::{Claim, SourceKind};

db::statement! {
    /// Every atom of every claim, as far as it is free.
    ClaimAtoms {
        tenant: TenantId => Uuid, kind: String => Text, until: Option<Instant> => Nullable<Timestamptz>,
        atoms: Vec<AtomId> => Array<Uuid>, sources: Vec<Source> => Array<Uuid>, rooms: Vec<Option<RoomId>> => Array<Nullable<Uuid>>,
        from: Vec<Instant> => Array<Timestamptz>, to: Vec<Instant> => Array<Timestamptz>,
    } -> (SqlUuid, SqlUuid, SqlTime) =
        "INSERT INTO venue.occupancy (tenant_id, atom_id, source_id, source_kind, room_id, starts_at, ends_at, hold_until) \
         SELECT $1, c.atom, c.source, $2, c.room, c.starts, c.ends, $3 \
         FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::timestamptz[]) AS c (atom, source, room, starts, ends) \
         ORDER BY c.atom, c.starts ON CONFLICT DO NOTHING RETURNING source_id, atom_id, starts_at"
}

db::statement! {
    /// Who wants something that is closed then, and what everybody may read of that.
    ClosedAtoms {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, sources: Vec<Source> => Array<Uuid>,
        from: Vec<Instant> => Array<Timestamptz>, to: Vec<Instant> => Array<Timestamptz>,
    } -> (SqlUuid, SqlText) =
        "SELECT DISTINCT c.source, l.public_label \
         FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) AS c (atom, source, starts, ends) \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.atom_id = c.atom AND o.active AND o.source_kind = 'closure' \
           AND o.ends_at > c.starts AND o.ends_at < c.ends + interval '34 days' AND o.starts_at < c.ends \
         JOIN venue.closures AS l ON l.tenant_id = $1 AND l.id = o.source_id"
}

db::statement! {
    /// Holds that have run out, where somebody wants the atom.
    ExpireAtoms {
        tenant: TenantId => Uuid, at: Instant => Timestamptz, atoms: Vec<AtomId> => Array<Uuid>,
        from: Vec<Instant> => Array<Timestamptz>, to: Vec<Instant> => Array<Timestamptz>,
    } -> () =
        "UPDATE venue.occupancy AS o SET active = false FROM ( \
           SELECT x.source_id, x.atom_id, x.starts_at FROM venue.occupancy AS x \
           JOIN unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) AS c (atom, starts, ends) ON c.atom = x.atom_id \
             AND x.ends_at > c.starts AND x.ends_at < c.ends + interval '34 days' AND x.starts_at < c.ends \
           WHERE x.tenant_id = $1 AND x.active AND x.hold_until <= $2 ORDER BY x.atom_id FOR UPDATE OF x SKIP LOCKED) AS old \
         WHERE o.tenant_id = $1 AND o.source_id = old.source_id AND o.atom_id = old.atom_id AND o.starts_at = old.starts_at"
}

db::statement! {
    /// Nothing of these any more.
    ReleaseAtoms { tenant: TenantId => Uuid, sources: Vec<Source> => Array<Uuid> } -> () =
        "DELETE FROM venue.occupancy AS o WHERE o.tenant_id = $1 AND o.source_id = ANY ($2)"
}

db::statement! {
    /// Another deadline, for what has not run out.
    KeepAtoms {
        tenant: TenantId => Uuid, sources: Vec<Source> => Array<Uuid>, until: Option<Instant> => Nullable<Timestamptz>,
        at: Instant => Timestamptz,
    } -> () =
        "UPDATE venue.occupancy AS o SET hold_until = $3 WHERE o.tenant_id = $1 AND o.source_id = ANY ($2) AND o.active \
         AND (o.hold_until IS NULL OR o.hold_until > $4)"
}

pub(super) async fn claim(
    tx: &mut TenantTx,
    kind: SourceKind,
    claims: &[Claim],
    until: Option<Instant>,
) -> Result<Vec<(Source, AtomId, Instant)>, Fault> {
    let each = || claims.iter().flat_map(|claim| claim.atoms.iter().map(move |atom| (*atom, claim)));
    let statement = ClaimAtoms {
        tenant: tx.tenant(),
        kind: kind.as_str().to_owned(),
        until,
        atoms: each().map(|(atom, _)| atom).collect(),
        sources: each().map(|(_, claim)| claim.source).collect(),
        rooms: each().map(|(_, claim)| claim.room).collect(),
        from: each().map(|(_, claim)| claim.during.from()).collect(),
        to: each().map(|(_, claim)| claim.during.until()).collect(),
    };
    Ok(statement.load(tx.conn()).await?)
}

pub(super) async fn closed(tx: &mut TenantTx, claims: &[Claim]) -> Result<Vec<(Source, String)>, Fault> {
    let each = || claims.iter().flat_map(|claim| claim.atoms.iter().map(move |atom| (*atom, claim)));
    let statement = ClosedAtoms {
        tenant: tx.tenant(),
        atoms: each().map(|(atom, _)| atom).collect(),
        sources: each().map(|(_, claim)| claim.source).collect(),
        from: each().map(|(_, claim)| claim.during.from()).collect(),
        to: each().map(|(_, claim)| claim.during.until()).collect(),
    };
    Ok(statement.load(tx.conn()).await?)
}

pub(super) async fn expire(tx: &mut TenantTx, claims: &[Claim], at: Instant) -> Result<usize, Fault> {
    let each = || claims.iter().flat_map(|claim| claim.atoms.iter().map(move |atom| (*atom, claim.during)));
    let statement = ExpireAtoms {
        tenant: tx.tenant(),
        at,
        atoms: each().map(|(atom, _)| atom).collect(),
        from: each().map(|(_, during)| during.from()).collect(),
        to: each().map(|(_, during)| during.until()).collect(),
    };
    Ok(statement.execute(tx.conn()).await?)
}

pub(super) async fn release(tx: &mut TenantTx, sources: &[Source]) -> Result<usize, Fault> {
    Ok(ReleaseAtoms { tenant: tx.tenant(), sources: sources.to_vec() }.execute(tx.conn()).await?)
}

pub(super) async fn keep(
    tx: &mut TenantTx,
    sources: &[Source],
    until: Option<Instant>,
    at: Instant,
) -> Result<usize, Fault> {
    let statement = KeepAtoms { tenant: tx.tenant(), sources: sources.to_vec(), until, at };
    Ok(statement.execute(tx.conn()).await?)
}
