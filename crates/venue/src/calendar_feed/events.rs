//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CalendarFeedId, RoomId};
use serde::Serialize;

macro_rules! fact {
    ($(#[$doc:meta])* $name:ident = $code:literal) => {
        $(#[$doc])*
        #[derive(Debug, Serialize)]
        pub struct $name {
            pub feed: CalendarFeedId,
            pub room: RoomId,
        }

        impl Event for $name {
            const NAME: &'static str = $code;

            fn subject(&self) -> Subject {
                Subject::new("calendar_feed", self.feed)
            }
        }
    };
}

fact! {
    /// Somebody may read a room's schedule.
    FeedCreated = "venue.calendar_feed.created"
}
fact! {
    /// With another token than before.
    FeedRotated = "venue.calendar_feed.rotated"
}
fact! {
    /// Nobody may any more.
    FeedRevoked = "venue.calendar_feed.revoked"
}
