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

use super::{HiredRoom, LedgerLine};

type Columns = (
    (SqlUuid, SqlUuid, SqlUuid, SqlText, SqlDate, SqlNullable<SqlText>, SqlTime, SqlTime),
    (SqlText, SqlText, SqlText, SqlNullable<SqlText>, SqlUuid, SqlBig),
);

db::statement! {
    /// Hires of rooms of a facility whose applications stand.
    LedgerOf {
        tenant: TenantId => Uuid, facility: FacilityId => Uuid, from: Day => Date, until: Day => Date, at: Instant => Timestamptz,
    } -> Columns =
        "SELECT h.id, a.id, r.id, r.name, h.day, h.span, h.starts_at, h.ends_at, \
           a.state, h.state, a.title, a.public_title, a.patron_id, q.total \
         FROM venue.hires AS h \
         JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = h.room_id \
         JOIN venue.hire_applications AS a ON a.tenant_id = $1 AND a.id = h.application_id \
         JOIN venue.hire_quotes AS q ON q.tenant_id = $1 AND q.id = a.quote_id \
         WHERE h.tenant_id = $1 AND r.facility_id = $2 AND h.day >= $3 AND h.day < $4 AND h.state <> 'released' \
           AND (a.state IN ('requested', 'returned', 'confirmed', 'settled') OR (a.state = 'awaiting_payment' AND a.due_at > $5)) \
         ORDER BY h.day, r.ordinal, r.code, h.starts_at LIMIT 5000"
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
    from: Day,
    until: Day,
    at: Instant,
) -> Result<Vec<LedgerLine>, Fault> {
    type Row = (
        (HireId, HireApplicationId, RoomId, String, Day, Option<String>, Instant, Instant),
        (String, String, String, Option<String>, PatronId, i64),
    );
    let rows: Vec<Row> = LedgerOf { tenant: tx.tenant(), facility, from, until, at }.load(tx.conn()).await?;
    let line = |(times, words): Row| {
        let (hire, application, room, room_name, day, span, starts_at, ends_at) = times;
        let (state, hire_state, title, public_title, patron, total) = words;
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
            total,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}
