//! `/v1/venue/facilities/{id}/ledger`, `…/day-list`, `…/utilisation`, `…/revenue`

use std::collections::{BTreeMap, BTreeSet};

use ::venue::{
    report::{self, Ledger},
    utilisation::{self, RoomUsage},
};
use billing::revenue;
use contract::{
    ApiError, CsvFile, Date, Ref, Shown,
    ticket::plan::FileCharset,
    venue::report::{DayList, HireLedger, HireRevenue, Utilisation, UtilisationBy},
};
use db::{Fault, TenantTx};
use kernel::ids::{FacilityId, HireId, PatronId, kind};
use patron::register;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::permission::{Permission, permit};

use super::wire;
use crate::{Desk, May, desk::lent, file, params, subject, tags::Tag};

/// Reports on hires.
pub struct Reports {
    desk: Desk,
}

impl Reports {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/facilities", tag = "Tag::Venue")]
impl Reports {
    /// Read the ledger of hires.
    ///
    /// 予約台帳: everything that takes a room of the facility. Hires that were applied for, by day, room and time; and holds, sessions
    /// and closures. More than 5,000 of them are refused: ask for fewer days. With `names`, who may read patrons is told what they
    /// are called; that is journalled with each of them.
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
        /// Whether names are told, too.
        names: Query<Option<bool>>,
    ) -> Result<Shown<HireLedger>, ApiError> {
        let (id, days) = (id.0.0, params::days(from.0, days.0));
        let (found, names) = self.ledger_of(&caller, id, days, names.0.unwrap_or(false)).await?;
        Ok(Shown::new(&wire::reports::ledger(id, days, &found, &names)))
    }

    /// Export the ledger of hires.
    ///
    /// As a CSV file: UTF-8 with a byte order mark, or Shift_JIS, where `Replaced-Characters` tells how many it does not have. Names as in
    /// the ledger.
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
        /// Whether names are told, too.
        names: Query<Option<bool>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let days = params::days(from.0, days.0);
        let (found, names) = self.ledger_of(&caller, id.0.0, days, names.0.unwrap_or(false)).await?;
        let name = format!("hires-{}-{}.csv", days.0, days.1);
        Ok(file::csv(&wire::reports::ledger_csv(&found, &names), charset.0, name))
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
    /// 稼働率 by day and by block: of what could be used by the calendar and is not closed otherwise, what was used, and what somebody had
    /// and did not come. A hall is used when all of its parts are; a part is used with the hall. By room, by month and by purpose.
    #[oai(path = "/:id/utilisation", method = "get", operation_id = "venue_utilisation_view")]
    async fn utilisation(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "366")))]
        days: Query<Option<u16>>,
    ) -> Result<Shown<Utilisation>, ApiError> {
        let (id, days) = (id.0.0, params::days(from.0, days.0));
        let rooms = self.used(&caller, id, days).await?;
        Ok(Shown::new(&wire::utilisation::utilisation(id, days, &rooms)))
    }

    /// Export how well rooms are used.
    ///
    /// As a CSV file: UTF-8 with a byte order mark, or Shift_JIS, where `Replaced-Characters` tells how many it does not have.
    #[oai(path = "/:id/utilisation/export", method = "get", operation_id = "venue_utilisation_export")]
    async fn utilisation_file(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::Facility>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "366")))]
        days: Query<Option<u16>>,
        /// By what it has its lines; by room when absent.
        by: Query<Option<UtilisationBy>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let days = params::days(from.0, days.0);
        let rooms = self.used(&caller, id.0.0, days).await?;
        let by = by.0.unwrap_or(UtilisationBy::Room);
        let name = format!("utilisation-{}-{}.csv", days.0, days.1);
        Ok(file::csv(&wire::utilisation::csv(&rooms, by), charset.0, name))
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
        Ok(Shown::new(&self.brought(&caller, id.0.0, params::days(from.0, days.0)).await?))
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
        let days = params::days(from.0, days.0);
        let found = self.brought(&caller, id.0.0, days).await?;
        let name = format!("hire-revenue-{}-{}.csv", days.0, days.1);
        Ok(file::csv(&wire::reports::revenue_csv(&found), charset.0, name))
    }
}

impl Reports {
    /// The ledger, and what its patrons are called where that is asked for and allowed.
    async fn ledger_of(
        &self,
        caller: &May<permit::ReadHireReports>,
        id: FacilityId,
        days: (time::Date, time::Date),
        names: bool,
    ) -> Result<(Ledger, BTreeMap<PatronId, String>), ApiError> {
        let now = caller.now();
        if !names {
            let work = async |tx: &mut TenantTx| report::ledger(tx, id, days, now).await;
            return Ok((self.desk.db.read(&caller.scope(), work).await?, BTreeMap::new()));
        }
        caller.principal().may(Permission::ReadPatrons, caller.request_id())?;
        let keys = self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        let keys = lent(&keys);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = report::ledger(tx, id, days, now).await?;
            let patrons: BTreeSet<PatronId> = found.hires.iter().map(|line| line.patron).collect();
            let names = register::names(tx, keys, &patrons.into_iter().collect::<Vec<_>>(), now).await?;
            Ok((found, names))
        };
        self.desk.db.tenant(&caller.scope(), work).await
    }

    async fn used(
        &self,
        caller: &May<permit::ReadHireReports>,
        id: FacilityId,
        days: (time::Date, time::Date),
    ) -> Result<Vec<RoomUsage>, ApiError> {
        let work = async |tx: &mut TenantTx| utilisation::of(tx, id, days).await;
        Ok(self.desk.db.read(&caller.scope(), work).await?)
    }

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
