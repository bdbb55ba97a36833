//! The server about itself: the time it keeps, the version it is.

use contract::{Instant, Shown};
use poem_openapi::{Object, OpenApi};

use crate::{Anyone, Desk, tags::Tag};

/// Operations on the server itself.
pub struct System {
    _desk: Desk,
}

impl System {
    pub const fn new(desk: Desk) -> Self {
        Self { _desk: desk }
    }
}

/// The time the server keeps (white paper 3.4: JST, synchronised by the platform).
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ServerTime {
    /// This moment.
    pub now_at: Instant,
    /// The zone of every civil day and deadline.
    pub zone: String,
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::System")]
impl System {
    /// Read the server's time.
    ///
    /// Deadlines, holds and sale windows are judged by this clock. Compare yours with it before an on-sale morning.
    #[oai(path = "/time", method = "get", operation_id = "system_time_view")]
    async fn time(&self, anyone: Anyone) -> Shown<ServerTime> {
        Shown::new(&ServerTime { now_at: anyone.now.into(), zone: "Asia/Tokyo".to_owned() })
    }
}
