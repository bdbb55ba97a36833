//! `/v1/venue/holidays`

use ::venue::holiday;
use contract::{
    ApiError, Date, Done, Shown,
    venue::{
        closure::EndPreview,
        opening::{Holiday, HolidayImport, HolidayRequest, Holidays},
    },
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
        let house = caller.of_the_house();
        let from = from.0.0;
        let until = from.saturating_add(Duration::days(days.0.unwrap_or(366).into()));
        let work = async |tx: &mut TenantTx| holiday::of(tx, from, until).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let holidays = found.between(from, until).into_iter();
        let holidays = holidays.map(|one| wire::opening::holiday(one, house)).collect();
        Ok(Shown::new(&Holidays { from: from.into(), until: until.into(), holidays }))
    }

    /// Say what a day is.
    ///
    /// A holiday of the contractor's own, no holiday at all, or again what the law says. What was let for times that are closed by
    /// that, in any facility, is listed and refuses it, unless `despite` says why. Quotes made before it are not held any more.
    #[oai(path = "/", method = "post", operation_id = "venue_holiday_set")]
    async fn set(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<HolidayRequest>,
    ) -> Result<Done<Holiday>, ApiError> {
        let house = caller.of_the_house();
        let (asked, now): (&HolidayRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let said = (asked.date.0, patched(&asked.name));
            let stands = holiday::set(tx, said, asked.despite.clone(), now).await?;
            Ok(Done::new(&wire::opening::holiday(stands, house)))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// See what a holiday would close.
    ///
    /// Hires, holds and sessions of any facility at times that are open now and would not be. Nothing is changed.
    #[oai(path = "/preview", method = "post", operation_id = "venue_holiday_preview")]
    async fn preview(
        &self,
        caller: May<permit::WriteRooms>,
        body: Body<HolidayRequest>,
    ) -> Result<Shown<EndPreview>, ApiError> {
        let (asked, now): (&HolidayRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| holiday::preview(tx, (asked.date.0, patched(&asked.name)), now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::closures::end_preview(&found)))
    }

    /// Take over a file of holidays.
    ///
    /// `2026-11-23,勤労感謝の日`, or `2026/11/23,…` as the Cabinet Office publishes them; UTF-8 or, as `Content-Type` says,
    /// Shift_JIS; what is not of that charset is refused with its line. The first line may be a heading. With faults nothing is kept;
    /// `faults` lists each with its line.
    ///
    /// A file says what it says of all days from its first to its last: what an earlier file named, and it does not, is `taken_away`.
    /// What the contractor said by hand stands; `kept` lists where the file says otherwise. Leave such a day to the law before, and the
    /// file says what it is. What was let for times that are closed by it is listed and refuses it, unless `despite` says why.
    #[oai(path = "/import", method = "post", operation_id = "venue_holidays_import")]
    async fn import(
        &self,
        caller: May<permit::WriteRooms>,
        /// Why it closes times that were let already: the house's own words. Without it that is refused.
        #[oai(validator(min_length = 1, max_length = 200))]
        despite: Query<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: CsvBody,
    ) -> Result<Done<HolidayImport>, ApiError> {
        let (text, now) = (&body.text()?, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let told = holiday::import(tx, text, despite.0.clone(), now).await?;
            Ok(Done::new(&wire::opening::holiday_import(told)))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
