//! What operations on applications share: who may know of one, and how one ends.

use ::course::{
    application::{self, Applied, ApplyError},
    problems,
    seats::{self, State},
};
use billing::refund::Reason;
use contract::{ApiError, Done, course::application::CourseApplication};
use db::TenantTx;
use kernel::{Actor, Instant, ids::CourseApplicationId};
use tenancy::Permit;

use super::{Applications, moves, wire};
use crate::{IdempotencyKey, Keep, May, body::Content};

/// An application, if this caller may know of it: the house of each, a patron of their own, everybody else of the one whose
/// receipt they show.
pub(in crate::course) async fn admitted<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    id: CourseApplicationId,
    code: Option<&str>,
) -> Result<Applied, ApplyError> {
    let found = application::find(tx, id).await?;
    let shown = || code.is_some_and(|code| found.application.opens_with(code));
    let may = match caller.actor() {
        Actor::Patron(patron) => found.application.applicant_id == *patron || shown(),
        Actor::Guest(_) => shown(),
        _ => true,
    };
    if may { Ok(found) } else { Err(ApplyError::Absent) }
}

/// How it stands, with its bill.
pub(super) async fn shown(tx: &mut TenantTx, found: &Applied, now: Instant) -> Result<CourseApplication, ApiError> {
    let bill = moves::bill_of(tx, found.application.id).await?;
    Ok(wire::applications::told(found, bill, now)?)
}

pub(in crate::course) async fn done(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    now: Instant,
) -> Result<Done<CourseApplication>, ApiError> {
    let found = application::find(tx, id).await?;
    Ok(Done::new(&shown(tx, &found, now).await?).version(found.application.version))
}

impl Applications {
    pub(super) async fn end<P: Permit>(
        &self,
        caller: &May<P>,
        (id, code): (CourseApplicationId, Option<&str>),
        (to, reason): (State, Option<&str>),
        key: Option<&IdempotencyKey>,
        body: &impl Content,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let now = caller.now();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let class = admitted(tx, caller, id, code).await?.application.class_id;
            let paid = moves::settle_before(tx, id, now).await?;
            if paid && to == State::Withdrawn {
                return Err(ApiError::of(problems::WITHDRAW_BY_QUOTE.refuse()));
            }
            let moved = seats::leave(tx, class, id, to, reason, now).await?;
            if paid {
                moves::give_back(tx, id, Reason::Staff, now).await?;
            }
            moves::follow(&self.desk, tx, &moved, now).await?;
            done(tx, id, now).await
        };
        self.desk.once(caller, key, body, Keep::Durably, work).await
    }
}
