//! What operations on applications share: who may know of one, its bill, its end.

use ::venue::{
    account,
    application::{self, ApplicationError, ApplicationFilter, Applied, Approved, TurnDown},
    cancellation,
};
use contract::{
    ApiError, Done, Listed, Shown,
    venue::hire::{HireApplication, HireCancellation},
};
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Page,
    ids::{HireApplicationId, TenantId},
};
use tariff::hire::Cause;
use tenancy::Permit;

use super::{
    Applications, letters,
    money::{self, Held},
    wire,
};
use crate::{Desk, IdempotencyKey, Keep, May, acting, params, subject};

/// An application, if this caller may know of it: the house of each, a patron of their own.
pub(super) async fn admitted<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    id: HireApplicationId,
) -> Result<Applied, ApplicationError> {
    let applied = application::find(tx, id).await?;
    theirs(tx, caller, applied).await
}

/// The same of one that was found by something of it.
pub(in crate::venue) async fn theirs<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    applied: Applied,
) -> Result<Applied, ApplicationError> {
    let may = acting::may(tx, caller, applied.application.patron_id).await?;
    if may { Ok(applied) } else { Err(ApplicationError::Absent) }
}

/// Bills what a granted application costs.
pub(super) async fn billed(tx: &mut TenantTx, approved: &Approved, now: Instant) -> Result<(), ApiError> {
    let one = &approved.applied.application;
    money::charge(tx, subject::application(one.id), one, &approved.items, (one.due_at, false), now).await?;
    Ok(())
}

/// How it stands, with its bill.
pub(super) async fn shown(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    now: Instant,
) -> Result<HireApplication, ApiError> {
    let bill = money::bill_of(tx, applied.application.id).await?;
    let keys = desk.keyring.tenant(tx.tenant())?;
    Ok(wire::hires::application(applied, (&keys.seal, tx.tenant()), bill, now)?)
}

/// Why it was returned, refused, cancelled or revoked.
pub(in crate::venue) fn reason_of(desk: &Desk, tenant: TenantId, applied: &Applied) -> Result<Option<String>, Fault> {
    if applied.application.reason.is_none() {
        return Ok(None);
    }
    applied.application.opened_reason(&desk.keyring.tenant(tenant)?.seal, tenant)
}

pub(in crate::venue) async fn done(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    now: Instant,
) -> Result<Done<HireApplication>, ApiError> {
    Ok(Done::new(&shown(desk, tx, applied, now).await?).version(applied.application.version))
}

impl Applications {
    /// A patron finds their own, or those of a group they act for.
    pub(super) async fn listed<P: Permit>(
        &self,
        caller: &May<P>,
        mut filter: ApplicationFilter,
        (limit, cursor): (Option<i32>, Option<&str>),
    ) -> Result<Listed<HireApplication>, ApiError> {
        if let Actor::Patron(own) = caller.actor() {
            filter.patron = Some(filter.patron.unwrap_or(*own));
        }
        let (list, now) = (format!("applications {filter:?}"), caller.now());
        let ask = params::page(&self.desk.cursor_key, &list, limit, cursor)?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApplicationError> {
            if let Some(whom) = filter.patron
                && !acting::may(tx, caller, whom).await?
            {
                return Err(ApplicationError::Absent);
            }
            Ok(application::list(tx, &filter, &ask).await?)
        };
        let page = self.desk.db.read(&caller.scope(), work).await?;
        let keys = self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        let told = |one: &Applied| wire::hires::application(one, (&keys.seal, caller.tenant()), None, now);
        let page = Page { items: page.items.iter().map(told).collect::<Result<_, _>>()?, next: page.next };
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| one))
    }

    pub(super) async fn turn_down<P: Permit>(
        &self,
        caller: &May<P>,
        (id, version): (HireApplicationId, Option<i32>),
        (how, reason): (TurnDown, &str),
        key: &IdempotencyKey,
        body: &impl crate::body::Content,
    ) -> Result<Done<HireApplication>, ApiError> {
        let (desk, reason, now) = (&self.desk, &self.desk.remark(caller.tenant(), reason)?, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let applied = application::turn_down(tx, id, version, how, reason, now).await?;
            letters::turned_down(desk, tx, &applied, now).await?;
            done(desk, tx, &applied, now).await
        };
        self.desk.once(caller, Some(key), body, Keep::Durably, work).await
    }

    /// What the end of an application would come to. Nothing is changed.
    pub(super) async fn preview_end<P: Permit>(
        &self,
        caller: &May<P>,
        id: HireApplicationId,
        cause: Cause,
    ) -> Result<Shown<HireCancellation>, ApiError> {
        let now = caller.now();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = admitted(tx, caller, id).await?.application;
            let received = money::came_in(tx, &of).await?;
            Ok(cancellation::preview(tx, id, cause, &received, now).await?)
        };
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::hires::cancellation(id, &found)))
    }

    /// The bill's row before the application's, as everywhere.
    pub(super) async fn end<P: Permit>(
        &self,
        caller: &May<P>,
        id: HireApplicationId,
        version: Option<i32>,
        (cause, reason): (Cause, Option<&str>),
        key: &IdempotencyKey,
        body: &impl crate::body::Content,
    ) -> Result<Done<HireCancellation>, ApiError> {
        let (desk, now) = (&self.desk, caller.now());
        let said = reason.map(|text| desk.remark(caller.tenant(), text)).transpose()?;
        let said = said.as_ref();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let seen = admitted(tx, caller, id).await?.application;
            let Held { bills, received } = money::held(tx, &seen).await?;
            let (applied, found) = cancellation::cancel(tx, id, version, (cause, said), &received, now).await?;
            let reason = money::reason(cause);
            money::call_off(tx, &bills, reason, now).await?;
            let amounts: Vec<_> = found.hires.iter().map(|one| (one.hire, one.refund)).collect();
            let fees: Vec<_> = found.hires.iter().map(|one| (one.hire, one.fee)).collect();
            let stays = account::rules::stays(&applied.hires, &fees);
            money::give_back(tx, &bills, (&amounts, &stays), reason, now).await?;
            letters::ended(desk, tx, &applied, &found, now).await?;
            Ok(Done::new(&wire::hires::cancellation(id, &found)).version(applied.application.version))
        };
        self.desk.once(caller, Some(key), body, Keep::Durably, work).await
    }
}
