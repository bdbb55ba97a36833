//! 予定表の配信: whoever has the token of a feed reads what a room is hired for, in the calendar of their choice. It names nobody.

mod events;
pub mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    clock::civil_day,
    ids::{CalendarFeedId, HireId, RoomId},
};
use time::Duration;

use crate::{
    catalogue::CatalogueError,
    facility::{self, Facility},
    problems,
    room::{self, Room},
    schema::calendar_feeds,
};
pub use rules::FeedToken;

/// How many days back a feed tells.
const BACK: Duration = Duration::days(31);
/// How many days ahead.
const AHEAD: Duration = Duration::days(400);
/// How many hires it tells at most.
const MOST: i64 = 5_000;

/// A feed of one room.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_feeds)]
pub struct Feed {
    pub id: CalendarFeedId,
    pub room_id: RoomId,
    /// Who it was given to, in the words of the house.
    pub name: String,
    /// SHA-256 of its token, in hexadecimal: the token itself is 160 random bits, so nobody guesses it from that.
    pub token_hash: String,
    pub created_at: Instant,
    /// Since when this token is good.
    pub issued_at: Instant,
    /// Since then it opens nothing.
    pub revoked_at: Option<Instant>,
}

/// A hire as everybody may know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEvent {
    pub hire: HireId,
    /// What the room is called that it takes: this one, or one that shares a part with it.
    pub room: String,
    pub room_en: Option<String>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Nothing: that the room is taken is all that is public.
    pub public_title: Option<String>,
    /// It was given up or taken back after it was confirmed, alone or with its application.
    pub cancelled: bool,
    /// How often its permit was issued anew, for whatever reason, and once more when it was cancelled.
    pub sequence: i32,
    pub updated_at: Instant,
}

/// What a feed says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSchedule {
    pub facility: Facility,
    pub room: Room,
    /// In the order of time, from a month back until more than a year ahead.
    pub events: Vec<FeedEvent>,
}

/// Why a feed is not made, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the feed is revoked")]
    Revoked,
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for FeedError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Revoked => problems::FEED_REVOKED.refuse(),
            Self::Catalogue(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes a feed. Its token is given this once.
///
/// # Errors
/// [`FeedError`]: `Catalogue` when there is no such room.
pub async fn create(tx: &mut TenantTx, room: RoomId, name: &str, now: Instant) -> Result<(Feed, FeedToken), FeedError> {
    let token = FeedToken::random(tx.tenant())?;
    let feed = Feed {
        id: CalendarFeedId::new(now),
        room_id: room,
        name: name.to_owned(),
        token_hash: token.hash(),
        created_at: now,
        issued_at: now,
        revoked_at: None,
    };
    sql::insert(tx, &feed).await.map_err(|fault| match fault {
        fault if fault.violates("calendar_feeds_room") => CatalogueError::NoSuch("room").into(),
        fault => FeedError::from(fault),
    })?;
    journal(tx, now, &events::FeedCreated { feed: feed.id, room }).await?;
    Ok((feed, token))
}

/// Lists the feeds of a room, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<RoomId>, page: &PageAsk) -> Result<Page<Feed>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |feed| feed.id.uuid()))
}

/// Gives a feed another token; the one before opens nothing any more.
///
/// # Errors
/// [`FeedError`]: `Absent`, `Revoked`.
pub async fn rotate(tx: &mut TenantTx, id: CalendarFeedId, now: Instant) -> Result<(Feed, FeedToken), FeedError> {
    let mut feed = sql::find_for_update(tx, id).await?.ok_or(FeedError::Absent)?;
    if feed.revoked_at.is_some() {
        return Err(FeedError::Revoked);
    }
    let token = FeedToken::random(tx.tenant())?;
    (feed.token_hash, feed.issued_at) = (token.hash(), now);
    sql::keep(tx, &feed).await?;
    journal(tx, now, &events::FeedRotated { feed: id, room: feed.room_id }).await?;
    Ok((feed, token))
}

/// Revokes a feed for good. One that is revoked stays as it is.
///
/// # Errors
/// [`FeedError::Absent`].
pub async fn revoke(tx: &mut TenantTx, id: CalendarFeedId, now: Instant) -> Result<Feed, FeedError> {
    let mut feed = sql::find_for_update(tx, id).await?.ok_or(FeedError::Absent)?;
    if feed.revoked_at.is_none() {
        feed.revoked_at = Some(now);
        sql::keep(tx, &feed).await?;
        journal(tx, now, &events::FeedRevoked { feed: id, room: feed.room_id }).await?;
    }
    Ok(feed)
}

/// What the feed with this token says, in the order of time: confirmed hires of the room and of those that share a part with it, and
/// those that were confirmed and then cancelled. Of more than 5,000 those of the days nearest to today.
///
/// # Errors
/// [`FeedError::Absent`] when no feed has this token any more.
pub async fn read(tx: &mut TenantTx, token: &FeedToken, now: Instant) -> Result<RoomSchedule, FeedError> {
    let feed = sql::by_token(tx, &token.hash()).await?.ok_or(FeedError::Absent)?;
    let room = room::find(tx, feed.room_id, true).await?.room;
    let facility = facility::find(tx, room.facility_id).await?;
    let today = civil_day(now);
    let days = (today.saturating_sub(BACK), today, today.saturating_add(AHEAD));
    let mut events = sql::events(tx, room.id, days, MOST).await?;
    events.sort_by_key(|one| (one.starts_at, one.hire));
    Ok(RoomSchedule { facility, room, events })
}
