//! `/v1/venue/calendar-feeds` and `/v1/venue/room-calendars/{token}`

use ::venue::calendar_feed::{self, FeedToken};
use contract::{
    ApiError, CalendarFile, Created, Done, Listed, Ref,
    venue::calendar_feed::{CalendarFeed, CalendarFeedIssued, CalendarFeedRequest},
};
use db::TenantTx;
use kernel::{Actor, Scope, Service, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::wire;
use crate::{Anyone, Body, Desk, May, business, params, problems, tags::Tag};

/// Operations on feeds.
pub struct CalendarFeeds {
    desk: Desk,
}

impl CalendarFeeds {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/calendar-feeds", tag = "Tag::Venue")]
impl CalendarFeeds {
    /// List the feeds of rooms.
    ///
    /// Of one room, or of all, oldest first, those that are revoked included. Their tokens are not here.
    #[oai(path = "/", method = "get", operation_id = "venue_feed_list")]
    async fn list(
        &self,
        caller: May<permit::WriteRooms>,
        room: Query<Option<Ref<kind::Room>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CalendarFeed>, ApiError> {
        let of = room.0.map(|room| room.0);
        let list = of.map_or_else(|| "calendar feeds".to_owned(), |of| format!("calendar feeds {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| calendar_feed::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::feeds::feed(&one)))
    }

    /// Make a feed of a room.
    ///
    /// Any calendar (iCalendar, RFC 5545) subscribes to its `path`. Its token is in this answer and nowhere else; when the answer is
    /// lost, rotate it.
    #[oai(path = "/", method = "post", operation_id = "venue_feed_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        body: Body<CalendarFeedRequest>,
    ) -> Result<Created<CalendarFeedIssued>, ApiError> {
        let (room, name, now) = (body.room.0, body.name.as_str(), caller.now());
        let work = async |tx: &mut TenantTx| calendar_feed::create(tx, room, name, now).await;
        let (feed, token) = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Created::new(&wire::feeds::issued(&feed, &token)))
    }

    /// Give a feed another token.
    ///
    /// The one before opens nothing any more.
    #[oai(path = "/:id/rotate", method = "post", operation_id = "venue_feed_rotate")]
    async fn rotate(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::CalendarFeed>>,
    ) -> Result<Done<CalendarFeedIssued>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| calendar_feed::rotate(tx, id, now).await;
        let (feed, token) = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Done::new(&wire::feeds::issued(&feed, &token)))
    }

    /// Revoke a feed.
    ///
    /// For good, from the next request on. One that is revoked stays as it is.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "venue_feed_revoke")]
    async fn revoke(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::CalendarFeed>>,
    ) -> Result<Done<CalendarFeed>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| calendar_feed::revoke(tx, id, now).await;
        Ok(Done::new(&wire::feeds::feed(&self.desk.db.tenant(&caller.scope(), work).await?)))
    }
}

/// What whoever has a token reads.
pub struct RoomCalendars {
    desk: Desk,
}

impl RoomCalendars {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/room-calendars", tag = "Tag::Venue")]
impl RoomCalendars {
    /// Subscribe to a room's schedule.
    ///
    /// What the room is hired for, alone or with others that share a part with it, from a month back until more than a year ahead, by its
    /// public titles; it names nobody. Of more than 5,000 hires it tells those of the days nearest to today. What is cancelled stays in
    /// it and says so. The token is the only credential: a calendar has no place for another.
    #[oai(path = "/:token", method = "get", operation_id = "venue_feed_view")]
    async fn view(
        &self,
        anyone: Anyone,
        /// The token of a feed, with or without `.ics` after it.
        #[oai(validator(max_length = 100))]
        token: Path<String>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<CalendarFile, ApiError> {
        let absent = || ApiError::of(problems::ABSENT.refuse());
        let token = &FeedToken::read(&token.0).ok_or_else(absent)?;
        if !self.desk.services.contains(&Service::Venue) {
            return Err(ApiError::of(problems::NOT_SERVED.refuse()));
        }
        let (scope, now) =
            (Scope::assume(token.tenant(), Service::Venue, Actor::System, anyone.request_id), anyone.now);
        let read = async |tx: &mut TenantTx| calendar_feed::read(tx, token, now).await;
        let schedule = self.desk.db.read(&scope, read).await?;
        if !business::is_done(&self.desk, &scope, now).await? {
            return Err(absent());
        }
        let text = wire::feeds::calendar(&schedule, anyone.language);
        Ok(CalendarFile::words(have.0.as_deref(), text))
    }
}
