//! 失効: what is granted and not paid in time, returned and not mended, or asked for and not decided before its first use begins. It has
//! lapsed when its time is over, whoever looks; here that becomes a fact: the journal has it, its rooms are free, and who applied can
//! be told.

mod sql;

use audit::journal;
use db::{Db, Fault, TenantTx};
use kernel::{
    Instant,
    ids::{HireApplicationId, TenantId},
};
use serde::Serialize;

use crate::{
    application::{self, Application, ApplicationError, Applied, events},
    hire,
};

/// What an application lacked when its time was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    Unpaid,
    Unmended,
    Undecided,
}

impl Late {
    /// What one in this state waits for.
    fn of(state: &str) -> Option<Self> {
        match state {
            "awaiting_payment" => Some(Self::Unpaid),
            "returned" => Some(Self::Unmended),
            "requested" => Some(Self::Undecided),
            _ => None,
        }
    }
}

/// The tenants at which the time of something is over.
///
/// # Errors
/// A [`Fault`].
pub async fn tenants(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    sql::tenants(db, now).await
}

/// At most `limit` applications that were not paid, mended or decided in time, those that are longest over first.
///
/// # Errors
/// A [`Fault`].
pub async fn due(tx: &mut TenantTx, now: Instant, limit: i64) -> Result<Vec<HireApplicationId>, Fault> {
    sql::due(tx, now, limit).await
}

/// Lets an application lapse that was not paid, mended or decided in time, and says which; nothing when it was in time, given up or has
/// lapsed meanwhile. Money that comes all the same is late money. The caller holds the lock of its bill, and calls it off in the same
/// transaction.
///
/// # Errors
/// [`ApplicationError`]: `Absent`.
pub async fn lapse(
    tx: &mut TenantTx,
    id: HireApplicationId,
    now: Instant,
) -> Result<Option<(Applied, Late)>, ApplicationError> {
    let application = application::sql::find_for_update(tx, id).await?.ok_or(ApplicationError::Absent)?;
    let late = Late::of(&application.state).filter(|_| application.standing(now) == "lapsed");
    let Some(late) = late else { return Ok(None) };
    application::give_up(tx, &application).await?;
    record(tx, application, now).await?;
    Ok(Some((application::find(tx, id).await?, late)))
}

/// Keeps that an application has lapsed. It takes nothing any more; the journal has it once.
pub(crate) async fn record(tx: &mut TenantTx, mut application: Application, now: Instant) -> Result<(), Fault> {
    hire::sql::set_state(tx, application.hold_id, "released").await?;
    let Some(why) = Late::of(&application.state) else { return Ok(()) };
    application.state = "lapsed".to_owned();
    journal(tx, now, &events::ApplicationLapsed { application: application.id, why }).await?;
    application::store(tx, &mut application, now).await
}
