//! Applications that are judged again, with what the house knows by now.

use ::course::{
    application::{
        self, Applied, ApplyError, Guide,
        assess::{self, Reassessed},
    },
    draw, problems,
};
use billing::{BillState, bill};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Kind,
    ids::{CourseApplicationId, DrawId, PersonId},
};
use patron::{Keys, person};

use super::{moves, parties};
use crate::{Desk, log::complain};

/// Judges an application again, with everything that follows: while nothing is paid, another price is another bill.
///
/// # Errors
/// `course.seats.state` of an application that is over, `course.seats.class_closed` of a class that is, `billing.bill.partly_paid` when some
/// of the old price is paid already, `version_mismatch` when a bill was opened at this moment.
pub async fn assess(
    desk: &Desk,
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (id, version, distinct): (CourseApplicationId, Option<i32>, bool),
    now: Instant,
) -> Result<(), ApiError> {
    // the bill before the class, whether or not the price turns out to be another
    let held = moves::hold_bill(tx, id).await?;
    application::expect(tx, id, version).await?;
    let class = application::find(tx, id).await?.application.class_id;
    assess::lock(tx, class).await?;
    if !moves::still_counts(tx, id, held.as_ref()).await? {
        return Err(ApiError::of(problems::STALE.refuse()));
    }
    let found = judged(tx, keys, (id, distinct), now).await?;
    if found.repriced
        && let Some(open) = held.filter(|bill| bill.state == BillState::Open)
    {
        bill::cancel_unpaid(tx, open.id, now).await?;
    }
    let mut moved = assess::keep(tx, keys.seal, class, std::slice::from_ref(&found), now).await?;
    assess::tell(tx, &found, now).await?;
    if found.repriced {
        moved.extend(moves::asked_again(tx, id).await?);
    }
    moves::follow(desk, tx, &moved, now).await
}

async fn judged(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (id, distinct): (CourseApplicationId, bool),
    now: Instant,
) -> Result<Reassessed, ApiError> {
    let found = assess::hold(tx, id, now).await?;
    let guide = application::guide(tx, found.application.class_id, true, found.application.received_at).await?;
    let judged = judged_together(tx, keys, &guide, vec![found], (distinct, now)).await?.pop();
    Ok(judged.ok_or(ApplyError::Absent)?)
}

/// Judges everybody who has entered a draw again, so that it is frozen with what the house knows by then: whoever proved where they
/// live since they applied is in their tier. Called before the freeze, in its transaction. Who cannot be judged again stays as they were
/// judged, and holds up no other.
///
/// # Errors
/// `absent` for a draw that is not there; faults of the database.
pub async fn before_freeze(desk: &Desk, tx: &mut TenantTx, id: DrawId, now: Instant) -> Result<(), ApiError> {
    let draw = draw::find(tx, id, true).await?;
    if draw.state != "committed" {
        return Ok(());
    }
    let kept = desk.keyring.tenant(tx.tenant())?;
    let keys = parties::lent(&kept);
    assess::lock(tx, draw.class_id).await?;
    let guide = match application::guide(tx, draw.class_id, true, now).await {
        Err(ApplyError::Closed(_)) => return Ok(()),
        guide => guide?,
    };
    let Some(window) = guide.windows.iter().find(|window| window.id == draw.window_id) else { return Ok(()) };
    let entered = assess::entered(tx, window).await?;
    let found = all_judged(tx, keys, &guide, entered, now).await?;
    let moved = assess::keep(tx, keys.seal, draw.class_id, &found, now).await?;
    moves::follow(desk, tx, &moved, now).await
}

/// All of them at once; where one of them cannot be, one by one.
async fn all_judged(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    guide: &Guide,
    all: Vec<Applied>,
    now: Instant,
) -> Result<Vec<Reassessed>, ApiError> {
    match judged_together(tx, keys, guide, all.clone(), (false, now)).await {
        Err(error) if error.refusal.rule.kind != Kind::Busy => {}
        outcome => return outcome,
    }
    let mut found = Vec::with_capacity(all.len());
    for one in all {
        let id = one.application.id;
        match judged_together(tx, keys, guide, vec![one], (false, now)).await {
            Ok(judged) => found.extend(judged),
            Err(error) if error.refusal.rule.kind == Kind::Busy => return Err(error),
            Err(error) => {
                complain(tx.tenant(), &id.to_string(), &error, "an application is drawn as it was judged before")
            }
        }
    }
    Ok(found)
}

async fn judged_together(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    guide: &Guide,
    all: Vec<Applied>,
    (distinct, now): (bool, Instant),
) -> Result<Vec<Reassessed>, ApiError> {
    let all = parties::again(tx, keys, guide, all, now).await?;
    let alike: Vec<PersonId> = all.iter().flat_map(|one| one.before.alike()).collect();
    let known_as = person::known_as(tx, &alike).await?;
    Ok(assess::again(tx, guide, &all, &known_as, (distinct, now)).await?)
}
