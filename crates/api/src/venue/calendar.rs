//! `/v1/venue/facilities/{id}/calendar`

use ::venue::calendar::{self, CalendarAsk};
use contract::{
    ApiError, Date, Ref, Shown,
    venue::calendar::{CalendarView, FacilityCalendar},
};
use db::{Fault, TenantTx};
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use time::Duration;

use super::wire;
use crate::{Desk, May, params, tags::Tag};

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
    /// Each room that is hired there, from a day on, in the order of the house: its slots with their state, and what is taken. A slot is
    /// free when it can be hired with the gaps that the room needs beside it. `view=grid` tells the open time instead, cut where
    /// its state changes, and `view=days` one state for each day. Where `next_cursor` is, more rooms follow. Asked again with
    /// `If-None-Match`, what has not changed is not told again.
    #[oai(path = "/:id/calendar", method = "get", operation_id = "venue_calendar_view")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the operation")]
    async fn view(
        &self,
        caller: May<permit::ReadRoomCalendar>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "31")))]
        days: Query<Option<u16>>,
        /// How much is told; slots when absent.
        view: Query<Option<CalendarView>>,
        /// One room only.
        room: Query<Option<Ref<kind::Room>>>,
        /// How many rooms a page holds at most; 100 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<FacilityCalendar>, ApiError> {
        let (id, now, view) = (id.0.0, caller.now(), wire::calendar::view(view.0.unwrap_or(CalendarView::Slots)));
        let ask = CalendarAsk {
            facility: id,
            room: room.0.map(|room| room.0),
            from: from.0.0,
            days: days.0.unwrap_or(7),
            view,
            hidden: caller.of_the_house(),
        };
        let list = format!("calendar {id} {} {}", ask.from, ask.days);
        let page = params::page(&self.desk.cursor_key, &list, Some(limit.0.unwrap_or(100)), cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| calendar::view(tx, &ask, &page, now).await;
        let shown = self.desk.db.read(&caller.scope(), work).await?;
        let told = FacilityCalendar {
            facility: id.into(),
            from: ask.from.into(),
            until: ask.from.saturating_add(Duration::days(ask.days.into())).into(),
            next_cursor: shown.next.map(|place| params::cursor(&self.desk.cursor_key, &list, place)),
            rooms: shown.items.into_iter().map(|room| wire::calendar::room_calendar(room, view)).collect(),
        };
        let text = serde_json::to_string(&told).map_err(|_| Fault::Unexpected("a calendar can be written"))?;
        Ok(Shown::words(have.0.as_deref(), text))
    }
}
