//! What the calendar reads.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Bool as SqlBool, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, RoomId, TenantId},
};
use time::Date;
use uuid::Uuid as Source;

use super::{Busy, CalendarAsk, State};
use crate::{schema::rooms as table, span::Span};

db::statement! {
    /// What takes parts between two moments. Nothing takes one for longer than 34 days, so both ends of the index are known.
    BusyParts {
        tenant: TenantId => Uuid, atoms: Vec<AtomId> => Array<Uuid>, from: Instant => Timestamptz, until: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (SqlUuid, SqlUuid, SqlBool, SqlBool, SqlTime, SqlTime, SqlNullable<SqlText>) =
        "SELECT o.atom_id, o.source_id, o.source_kind = 'closure', o.hold_until IS NOT NULL, o.starts_at, o.ends_at, c.public_label \
         FROM venue.occupancy AS o \
         LEFT JOIN venue.closures AS c ON o.source_kind = 'closure' AND c.tenant_id = $1 AND c.id = o.source_id \
         WHERE o.tenant_id = $1 AND o.atom_id = ANY ($2) AND o.active AND o.ends_at > $3 AND o.ends_at < $4 + interval '34 days' \
           AND o.starts_at < $4 AND (o.hold_until IS NULL OR o.hold_until > $5) ORDER BY o.atom_id, o.starts_at"
}

/// A part that is not free, and who has it.
#[derive(Debug, Clone)]
pub(crate) struct BusyPart {
    pub atom: AtomId,
    pub source: Source,
    pub busy: Busy,
}

/// In the order of part and time.
pub(crate) async fn busy(
    tx: &mut TenantTx,
    atoms: Vec<AtomId>,
    from: Instant,
    until: Instant,
    at: Instant,
) -> Result<Vec<BusyPart>, Fault> {
    type Row = (AtomId, Source, bool, bool, Instant, Instant, Option<String>);
    let rows: Vec<Row> = BusyParts { tenant: tx.tenant(), atoms, from, until, at }.load(tx.conn()).await?;
    let part = |(atom, source, closed, held, starts, ends, label): Row| {
        let state = match (closed, held) {
            (true, _) => State::Closed,
            (false, true) => State::Held,
            (false, false) => State::Booked,
        };
        Some(BusyPart { atom, source, busy: Busy { during: Span::new(starts, ends)?, state, label } })
    };
    Ok(rows.into_iter().filter_map(part).collect())
}

/// The rooms that are asked for and in force on any of the days, in the order of the house.
pub(super) async fn rooms(
    tx: &mut TenantTx,
    ask: &CalendarAsk,
    (from, until): (Date, Date),
) -> Result<Vec<RoomId>, Fault> {
    let mut query = table::table
        .of(tx.tenant())
        .filter(table::facility_id.eq(ask.facility))
        .filter(table::effective_from.lt(until))
        .filter(table::effective_until.is_null().or(table::effective_until.gt(from)))
        .into_boxed();
    if let Some(room) = ask.room {
        query = query.filter(table::id.eq(room));
    }
    if !ask.hidden {
        query = query.filter(table::visibility.ne("hidden"));
    }
    Ok(query.order((table::ordinal, table::code, table::id)).select(table::id).load(tx.conn()).await?)
}
