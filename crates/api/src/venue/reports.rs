//! `/v1/venue/facilities/{id}/ledger`, `…/day-list`, `…/utilisation`, `…/revenue`

use ::venue::report;
use billing::revenue;
use contract::{
    ApiError, CsvFile, Date, Ref, Shown,
    ticket::plan::FileCharset,
    venue::report::{DayList, HireLedger, HireRevenue, Utilisation},
};
use db::TenantTx;
use kernel::ids::{FacilityId, HireId, kind};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::permission::permit;
use time::Duration;

use super::wire;
use crate::{Desk, May, file, subject, tags::Tag};

/// Reports on hires.
pub struct Reports {
    desk: Desk,
}

impl Reports {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

fn until(from: Date, days: Option<u16>) -> (time::Date, time::Date) {
    (from.0, from.0.saturating_add(Duration::days(days.unwrap_or(7).into())))
}

#[OpenApi(prefix_path = "/v1/venue/facilities", tag = "Tag::Venue")]
impl Reports {
    /// Read the ledger of hires.
    ///
    /// 予約台帳: everything that takes a room of the facility, by day, room and time.
    #[oai(path = "/:id/ledger", method = "get", operation_id = "venue_ledger_view")]
    async fn ledger(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "92")))]
        days: Query<Option<u16>>,
    ) -> Result<Shown<HireLedger>, ApiError> {
        let (id, days, now) = (id.0.0, until(from.0, days.0), caller.now());
        let work = async |tx: &mut TenantTx| report::ledger(tx, id, days, now).await;
        let lines = self.desk.db.read(&caller.scope(), work).await?;
        let hires = lines.iter().map(wire::reports::ledger_line).collect();
        Ok(Shown::new(&HireLedger { facility: id.into(), from: days.0.into(), until: days.1.into(), hires }))
    }

    /// Export the ledger of hires.
    ///
    /// As a CSV file: UTF-8 with a byte order mark, or Shift_JIS, where `Replaced-Characters` tells how many it does not have.
    #[oai(path = "/:id/ledger/export", method = "get", operation_id = "venue_ledger_export")]
    async fn export(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "92")))]
        days: Query<Option<u16>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let (id, days, now) = (id.0.0, until(from.0, days.0), caller.now());
        let work = async |tx: &mut TenantTx| report::ledger(tx, id, days, now).await;
        let lines = self.desk.db.read(&caller.scope(), work).await?;
        let name = format!("hires-{}-{}.csv", days.0, days.1);
        Ok(file::csv(&wire::reports::ledger_csv(&lines), charset.0, name))
    }

    /// Read the board of a day.
    ///
    /// 催物案内 for the foyer: what is confirmed and has a public title. It names nobody.
    #[oai(path = "/:id/day-list", method = "get", operation_id = "venue_daylist_view")]
    async fn day_list(
        &self,
        caller: May<permit::ReadRoomCalendar>,
        id: Path<Ref<kind::Facility>>,
        date: Query<Date>,
    ) -> Result<Shown<DayList>, ApiError> {
        let (id, day, now) = (id.0.0, date.0.0, caller.now());
        let work = async |tx: &mut TenantTx| report::day_list(tx, id, day, now).await;
        let lines = self.desk.db.read(&caller.scope(), work).await?;
        let events = lines.iter().filter_map(wire::reports::day_line).collect();
        Ok(Shown::new(&DayList { facility: id.into(), date: day.into(), events }))
    }

    /// See how well rooms are used.
    ///
    /// 稼働率 by day and by block: what is open by the calendar, and what of it is hired for certain.
    #[oai(path = "/:id/utilisation", method = "get", operation_id = "venue_utilisation_view")]
    async fn utilisation(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "92")))]
        days: Query<Option<u16>>,
    ) -> Result<Shown<Utilisation>, ApiError> {
        let (id, days, now) = (id.0.0, until(from.0, days.0), caller.now());
        let work = async |tx: &mut TenantTx| report::utilisation(tx, id, days, now).await;
        let rooms = self.desk.db.read(&caller.scope(), work).await?;
        let rooms = rooms.iter().map(wire::reports::utilisation).collect();
        Ok(Shown::new(&Utilisation { facility: id.into(), from: days.0.into(), until: days.1.into(), rooms }))
    }

    /// See what hires brought.
    ///
    /// 収入 by month, room and tax rate, from the append-only money ledger alone: what was billed, what came in, what went back, in
    /// the month in which it was booked. Each line of a bill counts for the room that its hire is in now.
    #[oai(path = "/:id/revenue", method = "get", operation_id = "venue_revenue_view")]
    async fn revenue(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first business day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "366")))]
        days: Query<Option<u16>>,
    ) -> Result<Shown<HireRevenue>, ApiError> {
        Ok(Shown::new(&self.brought(&caller, id.0.0, until(from.0, days.0)).await?))
    }

    /// Export what hires brought.
    ///
    /// As a CSV file: UTF-8 with a byte order mark, or Shift_JIS, where `Replaced-Characters` tells how many it does not have.
    #[oai(path = "/:id/revenue/export", method = "get", operation_id = "venue_revenue_export")]
    async fn revenue_file(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first business day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "366")))]
        days: Query<Option<u16>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let days = until(from.0, days.0);
        let found = self.brought(&caller, id.0.0, days).await?;
        let name = format!("hire-revenue-{}-{}.csv", days.0, days.1);
        Ok(file::csv(&wire::reports::revenue_csv(&found), charset.0, name))
    }
}

impl Reports {
    async fn brought(
        &self,
        caller: &May<permit::ReadHireReports>,
        id: FacilityId,
        days: (time::Date, time::Date),
    ) -> Result<HireRevenue, ApiError> {
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let takings = revenue::between(tx, &[subject::APPLICATION, subject::SUPPLEMENT], days).await?;
            let hires = takings.iter().filter_map(|one| one.about).map(HireId::from_uuid).collect();
            Ok((report::rooms(tx, id, hires).await?, takings))
        };
        let (rooms, takings) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(wire::reports::revenue(id, days, &takings, rooms))
    }
}
