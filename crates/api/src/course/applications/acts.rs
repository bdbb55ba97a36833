//! What operations on applications share: who may know of one, and how one ends.

use ::course::{
    application::{self, Applied, ApplyError, Snapshot},
    problems,
    seats::{self, State},
};
use billing::{BillState, refund::Reason};
use contract::{ApiError, Done, course::application::CourseApplication};
use custody::keyring::TenantKeys;
use db::TenantTx;
use kernel::{
    Actor, Yen,
    ids::{BillId, CourseApplicationId},
};
use tenancy::Permit;

use super::{
    super::{parties, refunds},
    Applications, moves, wire,
};
use crate::{Desk, IdempotencyKey, Keep, May, body::Content};

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
pub(super) async fn shown<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    found: &Applied,
) -> Result<CourseApplication, ApiError> {
    let bill = moves::bill_of(tx, found.application.id).await?;
    told(&parties::keys(desk, caller)?, caller, found, bill)
}

/// The same, with the bill that is known of it.
pub(super) fn told<P: Permit>(
    keys: &TenantKeys,
    caller: &May<P>,
    found: &Applied,
    bill: Option<BillId>,
) -> Result<CourseApplication, ApiError> {
    let judged = Snapshot::open(&keys.seal, caller.tenant(), &found.application)?;
    let reason = found.application.opened_reason(&keys.seal, caller.tenant())?;
    Ok(wire::applications::told(found, (&judged, reason), bill, (caller.of_the_house(), caller.now()))?)
}

pub(in crate::course) async fn done<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    id: CourseApplicationId,
) -> Result<Done<CourseApplication>, ApiError> {
    let found = application::find(tx, id).await?;
    Ok(Done::new(&shown(desk, tx, caller, &found).await?).version(found.application.version))
}

impl Applications {
    pub(super) async fn end<P: Permit>(
        &self,
        caller: &May<P>,
        (id, version, code): (CourseApplicationId, Option<i32>, Option<&str>),
        (to, reason): (State, Option<&str>),
        key: &IdempotencyKey,
        body: &impl Content,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let now = caller.now();
        let reason = reason.map(|text| self.desk.remark(caller.tenant(), text)).transpose()?;
        let reason = reason.as_ref();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let class = admitted(tx, caller, id, code).await?.application.class_id;
            let held = moves::hold_bill(tx, id).await?;
            application::expect(tx, id, version).await?;
            let paid = held.as_ref().filter(|bill| bill.state == BillState::Paid && bill.total > Yen::ZERO);
            if paid.is_some() && to == State::Withdrawn {
                return Err(ApiError::of(problems::WITHDRAW_BY_QUOTE.refuse()));
            }
            let moved = seats::leave(tx, class, id, to, reason, now).await?;
            if !moves::still_counts(tx, id, held.as_ref()).await? {
                return Err(ApiError::of(problems::STALE.refuse()));
            }
            let why = if to == State::Revoked { Reason::Staff } else { Reason::Patron };
            let back = match paid {
                Some(bill) => refunds::give_back_theirs(tx, (id, bill), why, now).await?,
                None => moves::call_off(tx, held.as_ref(), why, now).await?,
            };
            moves::follow_with(&self.desk, tx, &moved, &[(id, back)].into(), now).await?;
            done(&self.desk, tx, caller, id).await
        };
        self.desk.once(caller, Some(key), body, Keep::Durably, work).await
    }
}
