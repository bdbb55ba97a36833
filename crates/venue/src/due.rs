//! 納付期限: until when what is granted or changed is to be paid. The tariff by which it is priced says so; without a rule it is
//! [`PAID_WITHIN`], and never later than the first use begins.

pub mod rules;

use db::TenantTx;
use kernel::{Instant, clock::civil_day, ids::FacilityId};
use tariff::hire::HireTariff;
use time::{Date, Duration};

use crate::{
    application::{Application, ApplicationError, BillItem},
    hire::Hire,
    hire_hold, plan,
};

/// 納付期間: how long there is to pay, unless the tariff or the house says so.
pub const PAID_WITHIN: Duration = Duration::days(14);

/// A deadline by the rule that is sooner than this is none.
pub const LEAST_TIME: Duration = Duration::hours(1);

/// Until when an application is paid at the latest.
///
/// # Errors
/// [`ApplicationError::HireOver`] when there is no time left for that.
pub(crate) async fn latest(
    tx: &mut TenantTx,
    application: &Application,
    hires: &[Hire],
    now: Instant,
) -> Result<Instant, ApplicationError> {
    let begun = hires.iter().any(|one| one.starts_at <= now);
    // only at the counter is anything held that has begun
    let held_at = if begun { hire_hold::find(tx, application.hold_id).await?.hold.created_at } else { now };
    rules::latest(hires, held_at, now)
}

/// Until when a difference is paid that is asked for now, by the hires that these items are for: before the first of them begins, but
/// for those that are over. Where nothing is asked for, there is nothing to look up, and no deadline but now.
pub(crate) async fn of_difference(
    tx: &mut TenantTx,
    facility: FacilityId,
    tariff: &HireTariff,
    (hires, items): (&[Hire], &[BillItem]),
    now: Instant,
) -> Result<Instant, ApplicationError> {
    if items.is_empty() {
        return Ok(now);
    }
    let owes = |one: &&Hire| one.starts_at > now && items.iter().any(|item| item.hire == one.id);
    let next: Vec<Hire> = hires.iter().filter(owes).cloned().collect();
    match next.iter().map(|one| one.starts_at).min() {
        Some(starts) => by_tariff(tx, facility, tariff, (&next, starts), now).await,
        None => Ok(now.saturating_add(PAID_WITHIN)),
    }
}

/// Until when something is paid for these hires that is asked for now: to the end of the day that the tariff says, and at the latest
/// at `latest`.
pub(crate) async fn by_tariff(
    tx: &mut TenantTx,
    facility: FacilityId,
    tariff: &HireTariff,
    (hires, latest): (&[Hire], Instant),
    now: Instant,
) -> Result<Instant, ApplicationError> {
    let first = hires.iter().min_by_key(|one| (one.starts_at, one.place));
    let Some((rule, first)) = tariff.payment.as_ref().zip(first) else { return Ok(rules::without_rule(latest, now)) };
    if !rule.next_open {
        return Ok(rules::by_rule(rule, (first.day, latest), now, |day| day));
    }
    let days = (civil_day(now).min(first.day), first.day);
    let plan = plan::for_deadlines(tx, facility, &[first.room_id], days).await?;
    let next_open = |day: Date| plan.opening.next_open(first.room_id, day).unwrap_or(day);
    Ok(rules::by_rule(rule, (first.day, latest), now, next_open))
}
