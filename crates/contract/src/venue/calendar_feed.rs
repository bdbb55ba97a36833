//! Feeds of rooms on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref};

/// 予定表の配信: a room's schedule for whoever has its token.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CalendarFeed {
    pub id: Ref<kind::CalendarFeed>,
    pub room: Ref<kind::Room>,
    /// Who it was given to, in the words of the house.
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub created_at: Instant,
    /// Since when its token is good.
    pub issued_at: Instant,
    /// Since then it opens nothing.
    pub revoked_at: Option<Instant>,
}

/// A feed with its token, which is shown this once.
#[derive(Debug, Clone, Object)]
pub struct CalendarFeedIssued {
    pub feed: CalendarFeed,
    /// Opens `path`. Whoever has it reads the schedule.
    #[oai(validator(max_length = 100))]
    pub token: String,
    /// The address that a calendar subscribes to, on this server.
    #[oai(validator(max_length = 200))]
    pub path: String,
}

/// The request to make a feed.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CalendarFeedRequest {
    pub room: Ref<kind::Room>,
    /// Who it is for, in the words of the house.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
}
