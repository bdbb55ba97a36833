//! What the calendar reads.

use db::{Fault, TenantTx};
use diesel::sql_types::{
    Bool as SqlBool, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{RoomId, TenantId},
};

use super::{Busy, State};
use crate::span::Span;

db::statement! {
    /// What takes rooms between two moments. A use that takes several parts of a room is one.
    BusyTimes {
        tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid>, from: Instant => Timestamptz, until: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlUuid, SqlText, SqlBool, SqlTime, SqlTime, SqlNullable<SqlText>) =
        "SELECT DISTINCT r.room_id, o.source_kind, o.hold_until IS NOT NULL, o.starts_at, o.ends_at, c.public_label \
         FROM venue.room_atoms AS r \
         JOIN venue.occupancy AS o ON o.tenant_id = r.tenant_id AND o.atom_id = r.atom_id \
         LEFT JOIN venue.closures AS c ON o.source_kind = 'closure' AND c.tenant_id = o.tenant_id AND c.id = o.source_id \
         WHERE r.tenant_id = $1 AND r.room_id = ANY ($2) AND o.tenant_id = $1 AND o.active AND o.ends_at > $3 AND o.starts_at < $4 \
           AND (o.hold_until IS NULL OR o.hold_until > $5) ORDER BY o.starts_at, o.ends_at"
}

pub(crate) async fn busy(
    tx: &mut TenantTx,
    rooms: Vec<RoomId>,
    from: Instant,
    until: Instant,
    at: Instant,
) -> Result<Vec<(RoomId, Busy)>, Fault> {
    type Row = (RoomId, String, bool, Instant, Instant, Option<String>);
    let rows: Vec<Row> = BusyTimes { tenant: tx.tenant(), rooms, from, until, at }.load(tx.conn()).await?;
    let busy = |(room, kind, held, starts, ends, label): Row| {
        let state = match (kind.as_str(), held) {
            ("closure", _) => State::Closed,
            (_, true) => State::Held,
            (_, false) => State::Booked,
        };
        Some((room, Busy { during: Span::new(starts, ends)?, state, label }))
    };
    Ok(rows.into_iter().filter_map(busy).collect())
}
