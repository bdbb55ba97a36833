//! What reports read.

use db::{Fault, TenantTx};
use diesel::sql_types::{
    BigInt as SqlBig, Date as SqlDate, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime,
    Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{FacilityId, HireApplicationId, HireId, PatronId, RoomId, TenantId},
};
use time::Date as Day;

use super::LedgerLine;

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
