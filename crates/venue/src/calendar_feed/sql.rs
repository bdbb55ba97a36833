//! Queries on feeds.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{
        Bool as SqlBool, Integer as SqlInt, Nullable as SqlNullable, Text as SqlText, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{CalendarFeedId, HireId, RoomId, TenantId},
};
use time::Date as Day;

use super::{Feed, FeedEvent};
use crate::schema::calendar_feeds;

db::standard_sql!(calendar_feeds, Feed, CalendarFeedId);
db::standard_list!(calendar_feeds, Feed, room_id: RoomId);

db::statement! {
    /// What a room, or any that shares a part with it, is hired for, of applications that were confirmed: only those have a permit. Of
    /// too many those of the nearest days.
    EventsOf {
        tenant: TenantId => Uuid, room: RoomId => Uuid, from: Day => Date, until: Day => Date, begins: Instant => Timestamptz,
        today: Day => Date, most: i64 => Int8,
    } -> (
        SqlUuid, SqlText, SqlNullable<SqlText>, SqlTime, SqlTime, SqlNullable<SqlText>, SqlBool, SqlInt, SqlTime,
    ) =
        "SELECT h.id, r.name, r.name_en, h.starts_at, h.ends_at, a.public_title, \
           a.state IN ('cancelled', 'revoked') OR h.state = 'released', p.latest, a.updated_at \
         FROM (SELECT DISTINCT o.room_id FROM venue.room_atoms AS m \
           JOIN venue.room_atoms AS o ON o.tenant_id = $1 AND o.atom_id = m.atom_id WHERE m.tenant_id = $1 AND m.room_id = $2) AS s \
         JOIN venue.rooms AS r ON r.tenant_id = $1 AND r.id = s.room_id \
         JOIN venue.hires AS h ON h.tenant_id = $1 AND h.room_id = r.id AND h.day > $3 - 34 AND h.day < $4 AND h.ends_at > $5 \
         JOIN venue.hire_applications AS a ON a.tenant_id = $1 AND a.id = h.application_id \
         JOIN LATERAL (SELECT max(v.revision) AS latest FROM venue.permits AS v WHERE v.tenant_id = $1 AND v.application_id = a.id) AS p \
           ON p.latest IS NOT NULL \
         WHERE a.state IN ('confirmed', 'settled', 'cancelled', 'revoked') \
         ORDER BY abs(h.day - $6), h.starts_at, h.id LIMIT $7"
}

pub(super) async fn by_token(tx: &mut TenantTx, hash: &str) -> Result<Option<Feed>, Fault> {
    let query = calendar_feeds::table.of(tx.tenant()).filter(calendar_feeds::token_hash.eq(hash));
    let query = query.filter(calendar_feeds::revoked_at.is_null()).select(Feed::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(super) async fn find_for_update(tx: &mut TenantTx, id: CalendarFeedId) -> Result<Option<Feed>, Fault> {
    let query = calendar_feeds::table.of(tx.tenant()).filter(calendar_feeds::id.eq(id));
    Ok(query.select(Feed::as_select()).for_update().first(tx.conn()).await.optional()?)
}

pub(super) async fn keep(tx: &mut TenantTx, one: &Feed) -> Result<(), Fault> {
    diesel::update(calendar_feeds::table.of(tx.tenant()).filter(calendar_feeds::id.eq(one.id)))
        .set((
            calendar_feeds::token_hash.eq(&one.token_hash),
            calendar_feeds::issued_at.eq(one.issued_at),
            calendar_feeds::revoked_at.eq(one.revoked_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn events(
    tx: &mut TenantTx,
    room: RoomId,
    (from, today, until): (Day, Day, Day),
    most: i64,
) -> Result<Vec<FeedEvent>, Fault> {
    type Row = (HireId, String, Option<String>, Instant, Instant, Option<String>, bool, i32, Instant);
    let statement = EventsOf { tenant: tx.tenant(), room, from, until, begins: start_of_day(from), today, most };
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let event = |(hire, room, room_en, starts_at, ends_at, public_title, cancelled, revision, updated_at): Row| {
        let sequence = revision.saturating_sub(1).saturating_add(i32::from(cancelled));
        FeedEvent { hire, room, room_en, starts_at, ends_at, public_title, cancelled, sequence, updated_at }
    };
    Ok(rows.into_iter().map(event).collect())
}
