//! `/v1/venue/hires` and `/v1/venue/permit-checks`

use ::venue::{
    application::{self, ApplicationError, Applied},
    hire_change::{self, HireChange as Changed},
    permit, usage,
};
use billing::refund::Reason;
use contract::{
    ApiError, Done, Ref, Shown,
    venue::hire::{HireApplication, HireChange, HireUseRequest, HireUsedRequest, PermitCheck},
};
use db::TenantTx;
use kernel::ids::{HireId, kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::{Permit, permission::permit as may};

use super::{letters, money, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, acting, params, subject, tags::Tag};

/// Operations on hires.
pub struct Hires {
    desk: Desk,
}

impl Hires {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Checks of permits.
pub struct PermitChecks {
    desk: Desk,
}

impl PermitChecks {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// The application of a hire, if this caller may know of it: the house of each, a patron of their own.
async fn admitted<P: Permit>(tx: &mut TenantTx, caller: &May<P>, id: HireId) -> Result<Applied, ApplicationError> {
    let applied = application::of_hire(tx, id).await?;
    let may = acting::may(tx, caller, applied.application.patron_id).await?;
    if may { Ok(applied) } else { Err(ApplicationError::Absent) }
}

#[OpenApi(prefix_path = "/v1/venue/hires", tag = "Tag::Venue")]
impl Hires {
    /// See what a change of a hire comes to.
    ///
    /// Another time, room or equipment: whether it is free, and what would be paid or go back. Nothing is changed.
    #[oai(path = "/:id/change/preview", method = "post", operation_id = "venue_change_preview")]
    async fn preview(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::Hire>>,
        body: Body<HireUseRequest>,
    ) -> Result<Shown<HireChange>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let (wanted, hidden) = (&wire::quotes::use_ask(&body)?, caller.of_the_house());
        let work = async |tx: &mut TenantTx| -> Result<Changed, ApiError> {
            admitted(tx, person, id).await?;
            Ok(hire_change::change(tx, id, None, wanted, hidden, now).await?.1)
        };
        let mut seen = wire::hires::change(&self.desk.db.rehearse(&caller.scope(), work).await?, None);
        seen.quote = None;
        Ok(Shown::new(&seen))
    }

    /// Change a hire.
    ///
    /// Another time, room or equipment, all at once: nobody gets in between. The permit has another revision; the difference is
    /// billed, or goes back where the tariff gives differences back.
    #[oai(path = "/:id/change", method = "post", operation_id = "venue_hire_change")]
    async fn change(
        &self,
        caller: May<may::ChangeHires>,
        id: Path<Ref<kind::Hire>>,
        /// The version of the application that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireUseRequest>,
    ) -> Result<Done<HireChange>, ApiError> {
        let (desk, person, id, now) = (&self.desk, &caller, id.0.0, caller.now());
        let (wanted, hidden) = (&wire::quotes::use_ask(&body)?, caller.of_the_house());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = admitted(tx, person, id).await?.application.id;
            let supplements = application::supplements(tx, of).await?;
            let (applied, change) = hire_change::change(tx, id, version, wanted, hidden, now).await?;
            let one = &applied.application;
            let bill = if change.items.is_empty() {
                None
            } else {
                let (subject, payer) = (subject::supplement(change.quote), (one.patron_id, one.channel.as_str()));
                Some(money::charge(tx, subject, payer, &change.items, None, now).await?.id)
            };
            money::give_back(tx, (of, &supplements), &[(id, change.refund)], Reason::Patron, now).await?;
            letters::permitted(desk, tx, &applied, now).await?;
            Ok(Done::new(&wire::hires::change(&change, bill)).version(one.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Record how a hire was used.
    ///
    /// 利用実績: when people came and left, how many, what was metered, or that nobody came. A later record takes the place of an
    /// earlier one until the application is settled.
    #[oai(path = "/:id/use", method = "post", operation_id = "venue_use_record")]
    async fn record(
        &self,
        caller: May<may::RecordUse>,
        id: Path<Ref<kind::Hire>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<HireUsedRequest>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let (id, asked, now): (_, &HireUsedRequest, _) = (id.0.0, &body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let before = application::of_hire(tx, id).await?;
            let record = wire::hires::use_record(asked, &before, id)?;
            let applied = usage::record(tx, id, &record, now).await?;
            let bill = money::bill_of(tx, applied.application.id).await?;
            let version = applied.application.version;
            Ok(Done::new(&wire::hires::application(&applied, bill, now)).version(version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}

#[OpenApi(prefix_path = "/v1/venue/permit-checks", tag = "Tag::Venue")]
impl PermitChecks {
    /// Check a permit.
    ///
    /// By the code on it, typed in any case: whether it permits, and what. It names nobody.
    #[oai(path = "/:code", method = "get", operation_id = "venue_permit_check")]
    async fn check(
        &self,
        caller: May<may::ReadRoomCalendar>,
        /// `7K3QX-9FMT2-H4`.
        #[oai(validator(max_length = 20))]
        code: Path<String>,
    ) -> Result<Shown<PermitCheck>, ApiError> {
        let code = code.0.as_str();
        let work = async |tx: &mut TenantTx| permit::check(tx, code).await;
        let (found, validity) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::hires::permit_check(&found, validity)))
    }
}
