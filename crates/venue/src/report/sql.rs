//! What reports read.

use db::{Fault, TenantTx};
use diesel::sql_types::{
    BigInt as SqlBig, Date as SqlDate, Integer as SqlInt, Nullable as SqlNullable, Text as SqlText,
    Timestamptz as SqlTime, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{FacilityId, HireApplicationId, HireId, PatronId, RoomId, TenantId},
};
use time::Date as Day;
use uuid::Uuid as Source;

use super::{HiredRoom, LedgerEntry, LedgerLine};
use crate::{closure::named, span::Span};

type Columns = (
    (SqlUuid, SqlUuid, SqlUuid, SqlText, SqlDate, SqlNullable<SqlText>, SqlTime, SqlTime),
    (SqlText, SqlText, SqlText, SqlNullable<SqlText>, SqlUuid, SqlNullable<SqlText>, SqlNullable<SqlBig>, SqlBig),
);

db::statement! {
    /// Hires of rooms of a facility whose applications stand, and which go on in a time. Nobody has a room for longer than 34 days.
    /// A quote has a share for each hire that was not given up, in their order; what was waived of it is not asked for.
    LedgerOf {
        tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Day => Date, until: Day => Date, begins: Instant => Timestamptz,
        ends: Instant => Timestamptz, at: Instant => Timestamptz,
    } -> Columns =
        "SELECT h.id, a.id, r.id, r.name, h.day, h.span, h.starts_at, h.ends_at, \
           a.state, h.state, a.title, a.public_title, a.patron_id, h.purpose, \
           s.share - least(h.waived, s.share), greatest(q.total - (SELECT coalesce(sum(w.waived), 0) FROM venue.hires AS w \
             WHERE w.tenant_id = $1 AND w.application_id = a.id AND w.state <> 'released'), 0)::bigint \
         FROM venue.hires AS h \
         JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = h.room_id \
         JOIN venue.hire_applications AS a ON a.tenant_id = $1 AND a.id = h.application_id \
         JOIN venue.hire_quotes AS q ON q.tenant_id = $1 AND q.id = a.quote_id \
         CROSS JOIN LATERAL (SELECT q.shares[1 + (SELECT count(*) FROM venue.hires AS b WHERE b.tenant_id = $1 \
           AND b.hold_id = h.hold_id AND b.place < h.place AND b.state <> 'released')::integer] AS share) AS s \
         WHERE h.tenant_id = $1 AND r.facility_id = $2 AND h.day > $3 - 34 AND h.day < $4 AND h.state <> 'released' \
           AND h.ends_at > $5 AND h.starts_at < $6 \
           AND (a.state IN ('confirmed', 'settled') OR (a.state = 'awaiting_payment' AND a.due_at > $7) \
             OR (a.state IN ('requested', 'returned') AND a.open_until > $7)) \
         ORDER BY h.day, r.ordinal, r.code, h.starts_at LIMIT 5001"
}

db::statement! {
    /// Holds, sessions and closures of a facility in a time.
    OthersOf {
        tenant: TenantId => Uuid, facility: FacilityId => Uuid, begins: Instant => Timestamptz, ends: Instant => Timestamptz,
        at: Instant => Timestamptz,
    } -> (
        SqlText, SqlUuid, SqlNullable<SqlUuid>, SqlNullable<SqlText>, SqlTime, SqlTime, SqlNullable<SqlText>, SqlNullable<SqlTime>,
    ) =
        "SELECT CASE o.source_kind WHEN 'session' THEN 'session' ELSE 'hold' END, o.source_id, r.id, r.name, \
           coalesce(h.starts_at, min(o.starts_at)) AS begins, coalesce(h.ends_at, max(o.ends_at)), NULL::text, max(k.hold_until) \
         FROM venue.atoms AS a \
         JOIN venue.occupancy AS o ON o.tenant_id = $1 AND o.atom_id = a.id AND o.active AND o.source_kind <> 'closure' \
           AND o.ends_at > $3 AND o.ends_at < $4 + interval '34 days' AND o.starts_at < $4 AND (o.hold_until IS NULL OR o.hold_until > $5) \
         LEFT JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = o.room_id \
         LEFT JOIN venue.hires AS h ON h.tenant_id = $1 AND h.id = o.source_id \
         LEFT JOIN venue.hire_holds AS k ON k.tenant_id = $1 AND k.id = h.hold_id AND k.state = 'held' \
         WHERE a.tenant_id = $1 AND a.facility_id = $2 AND (o.source_kind = 'session' OR k.id IS NOT NULL) \
         GROUP BY o.source_kind, o.source_id, r.id, r.name, h.starts_at, h.ends_at \
         UNION ALL SELECT 'closure', c.id, NULL, NULL, c.starts_at, c.ends_at, c.reason, NULL FROM venue.closures AS c \
         WHERE c.tenant_id = $1 AND c.facility_id = $2 AND c.lifted_at IS NULL AND c.ends_at > $3 AND c.starts_at < $4 \
         ORDER BY begins, 2 LIMIT 5001"
}

db::statement! {
    /// The rooms of hires, as far as they are in the facility.
    RoomsOf { tenant: TenantId => Uuid, facility: FacilityId => Uuid, hires: Vec<HireId> => Array<Uuid> } -> (
        SqlUuid, SqlUuid, SqlText, SqlText, SqlInt,
    ) =
        "SELECT h.id, r.id, r.code, r.name, r.ordinal FROM venue.hires AS h \
         JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = h.room_id \
         WHERE h.tenant_id = $1 AND h.id = ANY ($3) AND r.facility_id = $2"
}

pub(super) async fn rooms(
    tx: &mut TenantTx,
    facility: FacilityId,
    hires: Vec<HireId>,
) -> Result<Vec<(HireId, HiredRoom)>, Fault> {
    type Row = (HireId, RoomId, String, String, i32);
    let rows: Vec<Row> = RoomsOf { tenant: tx.tenant(), facility, hires }.load(tx.conn()).await?;
    let room = |(hire, room, code, name, ordinal): Row| (hire, HiredRoom { ordinal, code, name, room });
    Ok(rows.into_iter().map(room).collect())
}

pub(super) async fn ledger(
    tx: &mut TenantTx,
    facility: FacilityId,
    (from, until): (Day, Day),
    within: Span,
    at: Instant,
) -> Result<Vec<LedgerLine>, Fault> {
    type Row = (
        (HireId, HireApplicationId, RoomId, String, Day, Option<String>, Instant, Instant),
        (String, String, String, Option<String>, PatronId, Option<String>, Option<i64>, i64),
    );
    let (begins, ends) = (within.from(), within.until());
    let statement = LedgerOf { tenant: tx.tenant(), facility, from, until, begins, ends, at };
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let line = |(times, words): Row| {
        let (hire, application, room, room_name, day, span, starts_at, ends_at) = times;
        let (state, hire_state, title, public_title, patron, purpose, amount, total) = words;
        LedgerLine {
            hire,
            application,
            room,
            room_name,
            day,
            span,
            starts_at,
            ends_at,
            state,
            hire_state,
            title,
            public_title,
            patron,
            purpose,
            amount,
            total,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

pub(super) async fn others(
    tx: &mut TenantTx,
    facility: FacilityId,
    within: Span,
    at: Instant,
) -> Result<Vec<LedgerEntry>, Fault> {
    let (begins, ends) = (within.from(), within.until());
    let statement = OthersOf { tenant: tx.tenant(), facility, begins, ends, at };
    type Row = (String, Source, Option<RoomId>, Option<String>, Instant, Instant, Option<String>, Option<Instant>);
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let entry = |(kind, source, room, name, starts_at, ends_at, label, held_until): Row| {
        let (id, room) = (named(&kind, source), room.zip(name));
        LedgerEntry { kind, id, room, starts_at, ends_at, label, held_until }
    };
    Ok(rows.into_iter().map(entry).collect())
}
