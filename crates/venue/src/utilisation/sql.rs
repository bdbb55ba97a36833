//! What is counted.

use db::{Fault, TenantTx};
use diesel::sql_types::{
    Array as SqlArray, Bool as SqlBool, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime,
    Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{AtomId, FacilityId, RoomId, TenantId},
};
use time::Date as Day;

use super::{Purpose, rules::UseOf};
use crate::span::Span;

db::statement! {
    /// What used parts of a facility: hires that were confirmed, and sessions, each once with all of its parts.
    UsesOf { tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Instant => Timestamptz, until: Instant => Timestamptz } -> (
        SqlBool, SqlBool, SqlNullable<SqlText>, SqlNullable<SqlUuid>, SqlTime, SqlTime, SqlArray<SqlUuid>,
    ) =
        "SELECT o.source_kind = 'session', coalesce(h.state = 'no_show', false), h.purpose, o.room_id, \
           coalesce(h.starts_at, min(o.starts_at)), coalesce(h.ends_at, max(o.ends_at)), array_agg(o.atom_id ORDER BY o.atom_id) \
         FROM venue.atoms AS a \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.atom_id = a.id AND o.active \
           AND o.ends_at > $3 AND o.ends_at < $4 + interval '34 days' AND o.starts_at < $4 \
         LEFT JOIN venue.hires AS h ON h.tenant_id = $1 AND h.id = o.source_id \
         LEFT JOIN venue.hire_applications AS p ON p.tenant_id = $1 AND p.id = h.application_id \
         WHERE a.tenant_id = $1 AND a.facility_id = $2 \
           AND (o.source_kind = 'session' OR (o.source_kind = 'hire' AND p.state IN ('confirmed', 'settled') AND h.state <> 'released')) \
         GROUP BY o.source_id, o.source_kind, o.room_id, h.state, h.purpose, h.starts_at, h.ends_at"
}

db::statement! {
    /// When parts of a facility are closed.
    ClosedOf { tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Instant => Timestamptz, until: Instant => Timestamptz } -> (
        SqlUuid, SqlTime, SqlTime,
    ) =
        "SELECT o.atom_id, o.starts_at, o.ends_at FROM venue.atoms AS a \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.atom_id = a.id AND o.active AND o.source_kind = 'closure' \
           AND o.ends_at > $3 AND o.ends_at < $4 + interval '34 days' AND o.starts_at < $4 \
         WHERE a.tenant_id = $1 AND a.facility_id = $2 ORDER BY o.atom_id, o.starts_at"
}

pub(super) async fn uses(
    tx: &mut TenantTx,
    facility: FacilityId,
    (from, until): (Day, Day),
) -> Result<Vec<UseOf>, Fault> {
    let statement = UsesOf { tenant: tx.tenant(), facility, from: start_of_day(from), until: start_of_day(until) };
    type Row = (bool, bool, Option<String>, Option<RoomId>, Instant, Instant, Vec<AtomId>);
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let use_of = |(session, no_show, purpose, room, from, until, atoms): Row| {
        let purpose = if session { Purpose::Sessions } else { Purpose::Hires(purpose) };
        Some(UseOf { purpose, no_show, room, during: Span::new(from, until)?, atoms })
    };
    Ok(rows.into_iter().filter_map(use_of).collect())
}

pub(super) async fn closed(
    tx: &mut TenantTx,
    facility: FacilityId,
    (from, until): (Day, Day),
) -> Result<Vec<(AtomId, Span)>, Fault> {
    let statement = ClosedOf { tenant: tx.tenant(), facility, from: start_of_day(from), until: start_of_day(until) };
    let rows: Vec<(AtomId, Instant, Instant)> = statement.load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(atom, from, until)| Some((atom, Span::new(from, until)?))).collect())
}
