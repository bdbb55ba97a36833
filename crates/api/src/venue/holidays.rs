//! `/v1/venue/holidays`

use ::venue::holiday;
use contract::{
    ApiError, Date, Done, Shown,
    venue::opening::{Holiday, HolidayImport, HolidayRequest, Holidays},
};
use db::TenantTx;
use poem_openapi::{
    OpenApi,
    param::{Header, Query},
};
use tenancy::permission::permit;
use time::Duration;

use super::wire;
use crate::{Body, CsvBody, Desk, IdempotencyKey, Keep, May, params::patched, tags::Tag};

/// Operations on holidays.
pub struct HolidayDays {
    desk: Desk,
}

impl HolidayDays {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/holidays", tag = "Tag::Venue")]
impl HolidayDays {
    /// See which days are holidays.
    ///
    /// The law's, as far as the contractor says nothing else, and the contractor's own; those that were struck out have no name.
    #[oai(path = "/", method = "get", operation_id = "venue_holidays_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRoomCalendar>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 366 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "732")))]
        days: Query<Option<u16>>,
    ) -> Result<Shown<Holidays>, ApiError> {
        let from = from.0.0;
        let until = from.saturating_add(Duration::days(days.0.unwrap_or(366).into()));
        let work = async |tx: &mut TenantTx| holiday::of(tx, from, until).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let holidays = found.between(from, until).into_iter().map(wire::opening::holiday).collect();
        Ok(Shown::new(&Holidays { from: from.into(), until: until.into(), holidays }))
    }

    /// Say what a day is.
    ///
    /// A holiday of the contractor's own, no holiday at all, or again what the law says.
    #[oai(path = "/", method = "post", operation_id = "venue_holiday_set")]
    async fn set(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<HolidayRequest>,
    ) -> Result<Done<Holiday>, ApiError> {
        let (day, name, now) = (body.date.0, patched(&body.name), caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = holiday::set(tx, day, name.clone(), now).await?;
            let stands = found.unwrap_or(holiday::Holiday { day, name: None, own: false });
            Ok(Done::new(&wire::opening::holiday(stands)))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Take over a file of holidays.
    ///
    /// `2026-11-23,勤労感謝の日`, or `2026/11/23,…` as the Cabinet Office publishes them; UTF-8 or, as `Content-Type` says,
    /// Shift_JIS. The first line may be a heading. With faults nothing is kept; `faults` lists each with its line.
    #[oai(path = "/import", method = "post", operation_id = "venue_holidays_import")]
    async fn import(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: CsvBody,
    ) -> Result<Done<HolidayImport>, ApiError> {
        let (text, now) = (&body.text(), caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let days = holiday::import(tx, text, now).await?;
            Ok(Done::new(&HolidayImport { days: i32::try_from(days).unwrap_or(i32::MAX) }))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
