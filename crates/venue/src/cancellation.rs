//! 取消: what it costs to give up an application, told before and done after.

use audit::journal;
use db::TenantTx;
use kernel::{
    Instant, Yen,
    clock::civil_day,
    ids::{HireApplicationId, HireId, RoomId},
};
use tariff::hire::Cause;
use time::{Date, Duration};

use crate::{
    application::{self, ApplicationError, Applied, events},
    hire::{self, Hire},
    hire_quote, permit, plan,
};

/// Deadlines are looked for this many days before a use.
const LONGEST_LEAD: i64 = 800;

/// What one hire's end costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HireForfeit {
    pub hire: HireId,
    /// What it was charged, yen.
    pub charged: Yen,
    /// What of that is kept.
    pub fee: Yen,
    /// What of that goes back, if it was paid.
    pub refund: Yen,
    /// Until the end of which day it costs that.
    pub until: Option<Date>,
}

/// What giving up costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// Whether anything was paid: before that, giving up costs nothing.
    pub paid: bool,
    pub hires: Vec<HireForfeit>,
    pub legal_reference: Option<String>,
}

impl Cancellation {
    pub fn fee(&self) -> Yen {
        self.hires.iter().map(|one| one.fee).sum()
    }

    pub fn refund(&self) -> Yen {
        self.hires.iter().map(|one| one.refund).sum()
    }
}

/// What it would cost to give up an application now. Nothing is changed.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `State`, `HireOver` when a use has begun.
pub async fn preview(
    tx: &mut TenantTx,
    id: HireApplicationId,
    cause: Cause,
    now: Instant,
) -> Result<Cancellation, ApplicationError> {
    let Applied { application, hires } = application::find(tx, id).await?;
    let nothing = |hires: &[Hire]| {
        let of_hire = |one: &Hire| HireForfeit {
            hire: one.id,
            charged: Yen::ZERO,
            fee: Yen::ZERO,
            refund: Yen::ZERO,
            until: None,
        };
        hires.iter().map(of_hire).collect()
    };
    match application.standing(now) {
        "requested" | "returned" | "awaiting_payment" => {
            return Ok(Cancellation { paid: false, hires: nothing(&hires), legal_reference: None });
        }
        "confirmed" => {}
        state => return Err(ApplicationError::State(state.to_owned())),
    }
    if hires.iter().any(|one| one.state != "open" || (one.starts_at <= now && cause == Cause::User)) {
        return Err(ApplicationError::HireOver);
    }
    let quote = application::quote_of(tx, &application).await?;
    let priced = hire_quote::priced(tx, quote).await?;
    let shares = priced.shares()?;
    let rooms: Vec<RoomId> = hires.iter().map(|one| one.room_id).collect();
    let days = hires.iter().map(|one| one.day);
    let (first, last) = (days.clone().min().unwrap_or(Date::MIN), days.max().unwrap_or(Date::MAX));
    let from = first.saturating_sub(Duration::days(LONGEST_LEAD));
    let plan = plan::load(tx, application.facility_id, Some(&rooms), (from, last), true).await?;
    let today = civil_day(now);
    let forfeit = |(hire, share): (&Hire, &tariff::hire::ChargeShare)| {
        let charged = share.room + share.equipment;
        let next_open = |day| plan.opening.next_open(hire.room_id, day);
        let kept = match &priced.tariff.cancel {
            Some(schedule) => {
                let kept = schedule.forfeit(cause, today, hire.day, (share.room, share.equipment), next_open);
                let kept = kept.map_err(|_| db::Fault::Unexpected("a forfeit can be computed"))?;
                (kept.fee, kept.refund, kept.until)
            }
            None if cause == Cause::User => (charged, Yen::ZERO, None),
            None => (Yen::ZERO, charged, None),
        };
        Ok(HireForfeit { hire: hire.id, charged, fee: kept.0, refund: kept.1, until: kept.2 })
    };
    let hires = hires.iter().zip(&shares).map(forfeit).collect::<Result<_, ApplicationError>>()?;
    let legal_reference = priced.tariff.cancel.as_ref().map(|schedule| schedule.legal_reference.clone());
    Ok(Cancellation { paid: true, hires, legal_reference })
}

/// Gives up an application for what its preview says: its rooms are free, its permit is revoked. The caller gives back the money
/// in the same transaction.
///
/// # Errors
/// As [`preview`]; `Stale`.
pub async fn cancel(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    (cause, reason): (Cause, Option<&str>),
    now: Instant,
) -> Result<(Applied, Cancellation), ApplicationError> {
    let states = ["requested", "returned", "awaiting_payment", "confirmed"];
    let mut application = application::locked(tx, id, version, now, &states).await?;
    let found = preview(tx, id, cause, now).await?;
    application::give_up(tx, &application).await?;
    permit::revoke(tx, id, now).await?;
    application.reason = reason.map(str::to_owned);
    let state = match (cause, found.paid) {
        (Cause::User, true) => "cancelled",
        (Cause::User, false) => "withdrawn",
        _ => "revoked",
    };
    application.state = state.to_owned();
    application::store(tx, &mut application, now).await?;
    match state {
        "cancelled" => {
            let (fee, refund) = (found.fee().0, found.refund().0);
            journal(tx, now, &events::ApplicationCancelled { application: id, fee, refund }).await?;
        }
        "withdrawn" => journal(tx, now, &events::ApplicationWithdrawn { application: id }).await?,
        _ => journal(tx, now, &events::ApplicationRevoked { application: id }).await?,
    }
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    Ok((Applied { application, hires }, found))
}
