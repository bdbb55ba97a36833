//! 納付: the money came, in time or late.

use db::TenantTx;
use kernel::{
    Instant,
    ids::{HireApplicationId, RoomId},
};
use uuid::Uuid;

use super::{Application, ApplicationError, confirm, quote_of, release, rules, sql};
use crate::{
    equipment,
    hire::{self, Hire},
    hire_hold::{self, HoldError},
    hire_quote::PlannedUse,
    lapse, plan,
};

/// What a payment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid {
    /// The permit is issued.
    Confirmed,
    /// It was confirmed before.
    Already,
    /// It lapsed, and by now somebody else has a room, or the house lets it no more at that time: the money goes back.
    Lost,
}

/// Tells an application that its bill is paid. Late money gets the rooms again if they are free, and if the house still lets them then:
/// what others held and let run out is not in its way.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `State` when it is neither waiting, nor confirmed, nor lapsed.
pub async fn paid(tx: &mut TenantTx, id: HireApplicationId, now: Instant) -> Result<Paid, ApplicationError> {
    let application = sql::find_for_update(tx, id).await?.ok_or(ApplicationError::Absent)?;
    match application.state.as_str() {
        "confirmed" | "settled" => return Ok(Paid::Already),
        "awaiting_payment" | "lapsed" => {}
        _ => return Ok(Paid::Lost),
    }
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    // in time is in time, also for what has begun at the counter
    let late = application.standing(now) == "lapsed";
    let started = hires.iter().any(|one| one.starts_at <= now);
    if !(late && started) && is_theirs(tx, &application, &hires, now).await? {
        hire::sql::reopen(tx, application.hold_id).await?;
        confirm(tx, application, hires, now).await?;
        return Ok(Paid::Confirmed);
    }
    release(tx, &sources(&hires)).await?;
    lapse::record(tx, application, now).await?;
    Ok(Paid::Lost)
}

/// Whether an application that is paid has everything: what it kept all the time, whatever was ended meanwhile, or what nobody
/// else has taken since it ran out, as far as the house still lets it.
async fn is_theirs(
    tx: &mut TenantTx,
    application: &Application,
    hires: &[Hire],
    now: Instant,
) -> Result<bool, ApplicationError> {
    if application.state == "awaiting_payment" {
        match hire_hold::keep(tx, hires, None, now).await {
            Ok(()) => return Ok(true),
            Err(HoldError::Over(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let Some(planned) = still_let(tx, application, now).await? else { return Ok(false) };
    release(tx, &sources(hires)).await?;
    match hire_hold::take_over(tx, hires, &planned, now).await {
        Ok(()) => Ok(true),
        Err(HoldError::Taken { .. } | HoldError::Equipment(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What was granted, as the house lets it today; nothing when it does not let all of it any more.
async fn still_let(
    tx: &mut TenantTx,
    of: &Application,
    now: Instant,
) -> Result<Option<Vec<PlannedUse>>, ApplicationError> {
    let planned = quote_of(tx, of).await?.planned()?;
    let rooms: Vec<RoomId> = planned.iter().map(|one| one.room).collect();
    let days = planned.iter().map(|one| one.day);
    let Some(days) = days.clone().min().zip(days.max()) else { return Ok(None) };
    let plan = plan::load(tx, of.facility_id, Some(&rooms), days, true).await?;
    let codes = planned.iter().flat_map(|one| &one.equipment).map(|item| item.code.clone()).collect();
    let items = equipment::sql::of_codes(tx, of.facility_id, codes).await?;
    Ok(planned.into_iter().map(|one| rules::still_let(one, &plan, &items, now)).collect())
}

fn sources(hires: &[Hire]) -> Vec<Uuid> {
    hires.iter().map(|one| one.id.uuid()).collect()
}
