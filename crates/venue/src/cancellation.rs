//! 取消: what it costs to give up an application, told before and done after.

mod in_part;
mod keeping;

use audit::journal;
use db::{Fault, Remark, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{HireApplicationId, HireId},
};
use tariff::hire::{Cause, ChargeShare};
use time::Date;

pub use in_part::{PartCancellation, cancel_hire};
pub(crate) use keeping::Keeping;

use crate::{
    account::{self, Received},
    application::{self, ApplicationError, Applied, events, rules},
    hire::{self, Hire},
    hire_quote::{self, Priced},
    permit,
};

/// What one hire's end costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HireForfeit {
    pub hire: HireId,
    /// What was paid for it and has not gone back, yen.
    pub charged: Yen,
    /// What of that is kept.
    pub fee: Yen,
    /// What of that goes back.
    pub refund: Yen,
    /// Until the end of which day it costs that.
    pub until: Option<Date>,
}

/// What giving up costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// Whether it was paid: before that, giving up costs nothing, and what came in as a part goes back.
    pub paid: bool,
    pub hires: Vec<HireForfeit>,
    /// What came in, once it was paid, for bills of changes that were not paid in full, yen: it goes back as they are called off.
    pub in_parts: Yen,
    pub legal_reference: Option<String>,
}

impl Cancellation {
    pub fn fee(&self) -> Yen {
        self.hires.iter().map(|one| one.fee).sum()
    }

    pub fn refund(&self) -> Yen {
        self.hires.iter().map(|one| one.refund).sum::<Yen>() + self.in_parts
    }
}

/// What it would cost to give up an application now, of what came in for it. Nothing is changed.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `State`, `HireOver` when a use has begun.
pub async fn preview(
    tx: &mut TenantTx,
    id: HireApplicationId,
    cause: Cause,
    received: &Received,
    now: Instant,
) -> Result<Cancellation, ApplicationError> {
    let Applied { application, hires } = application::find(tx, id).await?;
    match application.standing(now) {
        "requested" | "returned" | "awaiting_payment" => {
            let part = |one: &Hire| forfeit(one, received.in_part(one.id), (Yen::ZERO, None));
            let hires = hires.iter().map(part).collect();
            return Ok(Cancellation { paid: false, hires, in_parts: Yen::ZERO, legal_reference: None });
        }
        "confirmed" => {}
        state => return Err(ApplicationError::State(state.to_owned())),
    }
    let (in_parts, received) = (received.in_parts(), received.left(&hires));
    let hires = hire::live(&hires);
    if hires.iter().any(|one| one.state != "open" || (one.starts_at <= now && cause == Cause::User)) {
        return Err(ApplicationError::HireOver);
    }
    let quote = application::quote_of(tx, &application).await?;
    let priced = hire_quote::priced(tx, quote).await?;
    let keeping = Keeping::of(tx, application.facility_id, &hires, &priced.tariff, now).await?;
    let shares = rules::shares(&hires, &priced)?;
    let (paid, of_each) = (account::rules::paid(&shares, &received), account::rules::of_each(&shares, &received));
    let told = |((hire, (_, paid)), (_, all)): ((&Hire, &(HireId, ChargeShare)), &(HireId, Yen))| -> Result<_, Fault> {
        Ok(match cause {
            Cause::User => forfeit(hire, paid.sum(), keeping.fee(hire, *paid)?),
            Cause::House | Cause::ForceMajeure => forfeit(hire, *all, (Yen::ZERO, None)),
        })
    };
    let hires = hires.iter().zip(&paid).zip(&of_each).map(told).collect::<Result<_, Fault>>()?;
    Ok(Cancellation { paid: true, hires, in_parts, legal_reference: legal_reference(&priced) })
}

fn forfeit(hire: &Hire, charged: Yen, (fee, until): (Yen, Option<Date>)) -> HireForfeit {
    let fee = fee.clamp(Yen::ZERO, charged);
    HireForfeit { hire: hire.id, charged, fee, refund: charged - fee, until }
}

fn legal_reference(priced: &Priced) -> Option<String> {
    priced.tariff.cancel.as_ref().map(|schedule| schedule.legal_reference.clone())
}

/// Gives up an application for what its preview says: its rooms are free, its permit is revoked. The caller calls off its open bills
/// and gives back the money in the same transaction.
///
/// # Errors
/// As [`preview`]; `Stale`.
pub async fn cancel(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    (cause, reason): (Cause, Option<&Remark>),
    received: &Received,
    now: Instant,
) -> Result<(Applied, Cancellation), ApplicationError> {
    let states = ["requested", "returned", "awaiting_payment", "confirmed"];
    let mut application = application::locked(tx, id, version, now, &states).await?;
    let found = preview(tx, id, cause, received, now).await?;
    application::give_up(tx, &application).await?;
    permit::revoke(tx, id, now).await?;
    let cell = application::words::cell(tx.tenant(), id, application::words::REASON);
    application.reason = reason.map(|reason| reason.seal(&cell)).transpose()?;
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
        "withdrawn" => {
            let refund = found.refund().0;
            journal(tx, now, &events::ApplicationWithdrawn { application: id, refund }).await?;
        }
        _ => {
            let refund = found.refund().0;
            journal(tx, now, &events::ApplicationRevoked { application: id, cause, refund }).await?;
        }
    }
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    Ok((Applied { application, hires }, found))
}
