//! What is kept of what was paid for hires that are given up, or that become smaller.

use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    clock::civil_day,
    ids::{FacilityId, RoomId},
};
use tariff::hire::{Cause, ChargeShare, FeeSchedule, HireTariff};
use time::{Date, Duration};

use crate::{
    application::ApplicationError,
    hire::Hire,
    plan::{self, Plan},
};

/// Deadlines are looked for this many days before a use.
const LONGEST_LEAD: i64 = 800;

/// The schedule that hires were priced by, on a day; without one, everything is kept.
pub(crate) struct Keeping {
    schedule: Option<FeeSchedule>,
    plan: Plan,
    today: Date,
}

impl Keeping {
    /// For these hires of a facility.
    pub(crate) async fn of(
        tx: &mut TenantTx,
        facility: FacilityId,
        hires: &[Hire],
        tariff: &HireTariff,
        now: Instant,
    ) -> Result<Self, ApplicationError> {
        let rooms: Vec<RoomId> = hires.iter().map(|one| one.room_id).collect();
        let days = hires.iter().map(|one| one.day);
        let (first, last) = (days.clone().min().unwrap_or(Date::MIN), days.max().unwrap_or(Date::MAX));
        let from = first.saturating_sub(Duration::days(LONGEST_LEAD));
        let plan = plan::for_deadlines(tx, facility, &rooms, (from, last)).await?;
        Ok(Self { schedule: tariff.cancel.clone(), plan, today: civil_day(now) })
    }

    /// What is kept of a part that was paid for a hire when who hired it gives that up, and until the end of which day.
    pub(crate) fn fee(&self, hire: &Hire, paid: ChargeShare) -> Result<(Yen, Option<Date>), Fault> {
        let Some(schedule) = &self.schedule else { return Ok((paid.sum(), None)) };
        let kept = schedule
            .forfeit(Cause::User, self.today, hire.day, (paid.room, paid.equipment), |day| self.next_open(hire, day));
        let kept = kept.map_err(|_| Fault::Unexpected("a forfeit can be computed"))?;
        Ok((kept.fee, kept.until))
    }

    /// The day itself when the room is open on it, and no closure of the whole facility takes all of that.
    pub(crate) fn next_open(&self, hire: &Hire, day: Date) -> Date {
        self.plan.opening.next_open(hire.room_id, day).unwrap_or(day)
    }

    /// The day that deadlines are held against.
    pub(crate) fn today(&self) -> Date {
        self.today
    }
}
