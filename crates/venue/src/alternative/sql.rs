//! What alternatives must keep clear of.

use db::{Fault, TenantTx};
use diesel::sql_types::{Integer as SqlInt, Timestamptz as SqlTime, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, EquipmentId, HireId, TenantId},
};

use super::rules::{Claimed, Taken};
use crate::span::Span;

db::statement! {
    /// What takes each of these parts in its time, apart from what these hires have. Nothing tells the planner how short the times are:
    /// joined at large it reads all that was ever let, so `OFFSET 0` has it look them up one by one.
    TakenParts {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, from: Vec<Instant> => Array<Timestamptz>,
        until: Vec<Instant> => Array<Timestamptz>, own: Vec<HireId> => Array<Uuid>, at: Instant => Timestamptz,
    } -> (SqlUuid, SqlTime, SqlTime) =
        "SELECT o.atom_id, o.starts_at, o.ends_at FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS w (atom, starts, ends) \
         CROSS JOIN LATERAL (SELECT x.* FROM venue.occupancy AS x WHERE x.tenant_id = $1 AND x.atom_id = w.atom AND x.active \
           AND x.ends_at > w.starts AND x.ends_at < w.ends + interval '34 days' AND x.starts_at < w.ends OFFSET 0) AS o \
         WHERE o.source_id <> ALL ($5) AND (o.hold_until IS NULL OR o.hold_until > $6)"
}

db::statement! {
    /// How many of these items, or of others of their codes, are claimed when, apart from what these hires have.
    ClaimedItems {
        tenant: TenantId => Uuid, items: Vec<EquipmentId> => Array<Uuid>, from: Instant => Timestamptz, until: Instant => Timestamptz,
        own: Vec<HireId> => Array<Uuid>, at: Instant => Timestamptz,
    } -> (SqlUuid, SqlTime, SqlTime, SqlInt) =
        "SELECT e.id, c.starts_at, c.ends_at, c.quantity FROM venue.equipment AS e \
         JOIN venue.equipment AS s ON s.tenant_id = $1 AND s.facility_id = e.facility_id AND s.code = e.code \
         JOIN venue.equipment_claims AS c ON c.tenant_id = $1 AND c.equipment_id = s.id AND c.active AND c.ends_at > $3 \
           AND c.starts_at < $4 AND c.starts_at > $3 - interval '34 days' \
         WHERE e.tenant_id = $1 AND e.id = ANY ($2) AND c.source_id <> ALL ($5) AND (c.hold_until IS NULL OR c.hold_until > $6)"
}

pub(super) async fn taken(
    tx: &mut TenantTx,
    windows: &[(AtomId, Span)],
    own: &[HireId],
    at: Instant,
) -> Result<Vec<Taken>, Fault> {
    let statement = TakenParts {
        tenant: tx.tenant(),
        atoms: windows.iter().map(|(atom, _)| *atom).collect(),
        from: windows.iter().map(|(_, span)| span.from()).collect(),
        until: windows.iter().map(|(_, span)| span.until()).collect(),
        own: own.to_vec(),
        at,
    };
    let rows: Vec<(AtomId, Instant, Instant)> = statement.load(tx.conn()).await?;
    let taken = |(atom, from, until)| Some(Taken { atom, during: Span::new(from, until)? });
    Ok(rows.into_iter().filter_map(taken).collect())
}

pub(super) async fn claimed(
    tx: &mut TenantTx,
    items: Vec<EquipmentId>,
    span: Span,
    own: &[HireId],
    at: Instant,
) -> Result<Vec<Claimed>, Fault> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let statement =
        ClaimedItems { tenant: tx.tenant(), items, from: span.from(), until: span.until(), own: own.to_vec(), at };
    let rows: Vec<(EquipmentId, Instant, Instant, i32)> = statement.load(tx.conn()).await?;
    let claimed = |(item, from, until, quantity)| Some(Claimed { item, during: Span::new(from, until)?, quantity });
    Ok(rows.into_iter().filter_map(claimed).collect())
}
