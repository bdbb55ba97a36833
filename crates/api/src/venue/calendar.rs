//! `/v1/venue/facilities/{id}/calendar`

use ::venue::calendar;
use contract::{ApiError, Date, Ref, Shown, venue::calendar::FacilityCalendar};
use db::{Fault, TenantTx};
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use sha2::{Digest, Sha256};
use tenancy::permission::permit;
use time::Duration;

use super::wire;
use crate::{Desk, May, tags::Tag};

/// The calendar.
pub struct Calendar {
    desk: Desk,
}

impl Calendar {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/facilities", tag = "Tag::Venue")]
impl Calendar {
    /// See what is free.
    ///
    /// Each room that is hired there, at most 100, from a day on: its slots with their state, and what is taken. A slot is
    /// free when it can be hired with the gaps that the room needs beside it. Asked again with `If-None-Match`, what has not
    /// changed is not told again.
    #[oai(path = "/:id/calendar", method = "get", operation_id = "venue_calendar_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRoomCalendar>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "31")))]
        days: Query<Option<u16>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<FacilityCalendar>, ApiError> {
        let (id, from, days) = (id.0.0, from.0.0, days.0.unwrap_or(7));
        let (hidden, now) = (caller.of_the_house(), caller.now());
        let work = async |tx: &mut TenantTx| calendar::view(tx, id, from, days, hidden, now).await;
        let rooms = self.desk.db.read(&caller.scope(), work).await?;
        let until = from.saturating_add(Duration::days(days.into()));
        let rooms = rooms.into_iter().map(wire::room_calendar).collect();
        let told = FacilityCalendar { facility: id.into(), from: from.into(), until: until.into(), rooms };
        let text = serde_json::to_string(&told).map_err(|_| Fault::Unexpected("a calendar can be written"))?;
        let etag: String = Sha256::digest(&text).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Ok(Shown::text(etag, have.0.as_deref(), || text))
    }
}
