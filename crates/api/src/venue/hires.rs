//! `/v1/venue/hires` and `/v1/venue/permit-checks`

use ::venue::{
    application::{self, ApplicationError, Applied},
    cancellation, permit, usage,
};
use contract::{
    ApiError, Done, Ref, Shown,
    venue::hire::{HireApplication, HireChange, HirePartCancellation, HireUseRequest, HireUsedRequest, PermitCheck},
    venue::revocation::{HireRevocationPreviewRequest, HireRevocationRequest},
};
use db::{Fault, TenantTx};
use kernel::ids::{HireId, kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tariff::hire::Cause;
use tenancy::{Permit, permission::permit as may};

use super::{
    applications::theirs,
    letters,
    money::{self, Held},
    moves::{Move, or_otherwise},
    whom, wire,
};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

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
    theirs(tx, caller, applied).await
}

impl Hires {
    /// Ends one hire of an application. The bills' rows before the application's, as everywhere.
    async fn end<P: Permit>(
        &self,
        caller: &May<P>,
        id: HireId,
        version: Option<i32>,
        (cause, reason): (Cause, Option<&str>),
        key: &IdempotencyKey,
        body: &impl crate::body::Content,
    ) -> Result<Done<HirePartCancellation>, ApiError> {
        let (desk, now) = (&self.desk, caller.now());
        let said = reason.map(|text| desk.remark(caller.tenant(), text)).transpose()?;
        let why = (cause, said.as_ref());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let seen = admitted(tx, caller, id).await?.application;
            let Held { bills, received } = money::held(tx, &seen).await?;
            let of_what = (caller.of_the_house(), &received);
            let (applied, found) = cancellation::cancel_hire(tx, id, version, why, of_what, now).await?;
            let (reason, difference) = (money::reason(cause), (&found.balance).into());
            let bill = money::settle(tx, (&bills, reason), &applied, &difference, now).await?;
            letters::ended_in_part(desk, tx, &applied, (&found, why), now).await?;
            Ok(Done::new(&wire::hires::in_part(seen.id, &found, bill)).version(applied.application.version))
        };
        self.desk.once(caller, Some(key), body, Keep::Durably, work).await
    }

    /// What the end of one hire would come to. Nothing is changed.
    async fn preview_end<P: Permit>(
        &self,
        caller: &May<P>,
        id: HireId,
        cause: Cause,
    ) -> Result<Shown<HirePartCancellation>, ApiError> {
        let now = caller.now();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = admitted(tx, caller, id).await?.application;
            let received = money::came_in(tx, &of).await?;
            let of_what = (caller.of_the_house(), &received);
            let (_, found) = cancellation::cancel_hire(tx, id, None, (cause, None), of_what, now).await?;
            Ok(wire::hires::in_part(of.id, &found, None))
        };
        let mut seen = self.desk.db.rehearse(&caller.scope(), work).await?;
        seen.quote = None;
        Ok(Shown::new(&seen))
    }
}

#[OpenApi(prefix_path = "/v1/venue/hires", tag = "Tag::Venue")]
impl Hires {
    /// See what a change of a hire comes to.
    ///
    /// Another time, room or equipment: whether it is free, and what would be paid or go back. Nothing is changed. Where it is not,
    /// `alternatives` tells up to five ways that are, each with the `total_amount` of the whole application after it. A patron hears of
    /// none for which the house would have to decide.
    #[oai(path = "/:id/change/preview", method = "post", operation_id = "venue_change_preview")]
    async fn preview(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::Hire>>,
        body: Body<HireUseRequest>,
    ) -> Result<Shown<HireChange>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let (wanted, hidden) = ([(id, wire::quotes::use_ask(&body)?)], caller.of_the_house());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let one = admitted(tx, person, id).await?.application;
            let counts_as = &whom::changing(&self.desk, tx, person, one.patron_id, now).await?;
            Move { of: &one, version: None, wanted: &wanted, hidden, cause: Cause::User, counts_as }
                .rehearse(tx, now)
                .await
        };
        let seen = self.desk.db.rehearse(&caller.scope(), work).await;
        let seen = or_otherwise(&self.desk, person, &wanted, seen).await?;
        let mut seen = wire::hires::change(id, &seen, None);
        seen.quote = None;
        Ok(Shown::new(&seen))
    }

    /// Change a hire.
    ///
    /// Another time, room or equipment, all at once: nobody gets in between. Into a room that the house decides about a patron moves only
    /// what has that room, for the same purpose. Its only hire is priced as they count today; one of several as it was agreed on, since
    /// nobody pays more for those that stay. The permit has another revision. The difference is billed, in place of what was still open of
    /// earlier changes; or it goes back, but for what the tariff keeps of it. It is priced by the version of the tariff that it was agreed
    /// on by; by another only when all hires of the application go to days on which that applies. What is as it was agreed on already is no
    /// change, and is refused. A room that is never hired without another does not move alone: change both with
    /// `POST /v1/venue/applications/{id}/change`. What the house changes for a reason that is not the patron's, it changes there, with
    /// `cause`.
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
        let (wanted, hidden) = ([(id, wire::quotes::use_ask(&body)?)], caller.of_the_house());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let before = admitted(tx, person, id).await?.application;
            let counts_as = &whom::changing(desk, tx, person, before.patron_id, now).await?;
            let (of, wanted, cause) = (&before, &wanted, Cause::User);
            let moved = Move { of, version, wanted, hidden, cause, counts_as }.make(desk, tx, now).await?;
            Ok(Done::new(&wire::hires::change(id, &moved.change, moved.bill)).version(moved.version))
        };
        let answer = desk.once(person, Some(&key.0), &body, Keep::Durably, work).await;
        or_otherwise(desk, person, &wanted, answer).await
    }

    /// See what giving up one hire comes to.
    ///
    /// By the schedule of the tariff it was priced by, as of now; the other hires of the application stay, priced by themselves.
    /// Nothing is changed.
    #[oai(path = "/:id/cancel/preview", method = "post", operation_id = "venue_hire_cancel_preview")]
    async fn preview_cancel(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::Hire>>,
    ) -> Result<Shown<HirePartCancellation>, ApiError> {
        self.preview_end(&caller, id.0.0, Cause::User).await
    }

    /// Give up one hire.
    ///
    /// At the cost that its preview says: its room is free, the others stay, and the permit has another revision. A reduction that comes off
    /// nothing of the others has a line of 0 in the new quote. The last hire ends the application. A patron leaves no room alone that is not
    /// hired out by itself: the house gives up both for them.
    #[oai(path = "/:id/cancel", method = "post", operation_id = "venue_hire_cancel")]
    async fn cancel(
        &self,
        caller: May<may::ChangeHires>,
        id: Path<Ref<kind::Hire>>,
        /// The version of the application that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<HirePartCancellation>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        self.end(&caller, id.0.0, version, (Cause::User, None), &key.0, &()).await
    }

    /// See what taking back one hire comes to.
    ///
    /// By the house, as of now: all that was paid for it, and what the others are cheaper by themselves, which goes back, or dearer, which
    /// nobody is asked for.
    /// Nothing is changed.
    #[oai(path = "/:id/revoke/preview", method = "post", operation_id = "venue_hire_revoke_preview")]
    async fn preview_revoke(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::Hire>>,
        body: Body<HireRevocationPreviewRequest>,
    ) -> Result<Shown<HirePartCancellation>, ApiError> {
        self.preview_end(&caller, id.0.0, wire::hires::cause(body.cause)).await
    }

    /// Take back one hire.
    ///
    /// By the house, for a reason that is its own or nobody's, also when others were used already: all that was paid for it goes back, and
    /// what the others are cheaper by themselves; they do not become dearer. The permit has another revision. The last hire ends the
    /// application.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "venue_hire_revoke")]
    async fn revoke(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::Hire>>,
        /// The version of the application that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireRevocationRequest>,
    ) -> Result<Done<HirePartCancellation>, ApiError> {
        let why = (wire::hires::cause(body.cause), Some(body.reason.as_str()));
        self.end(&caller, id.0.0, params::version(if_match.0.as_deref())?, why, &key.0, &body).await
    }

    /// Record how a hire was used.
    ///
    /// 利用実績: when people came and left, how many, what was metered, what equipment was used and what is charged beside the tariff,
    /// or that nobody came, and then nothing was used. The settlement prices all of it. It is recorded once the use has ended as agreed, or
    /// with `ends_at` when people left before that. A later record takes the place of an earlier one until the application is settled.
    #[oai(path = "/:id/use", method = "post", operation_id = "venue_use_record")]
    async fn record(
        &self,
        caller: May<may::RecordUse>,
        id: Path<Ref<kind::Hire>>,
        /// The version of the application that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireUsedRequest>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let (id, asked, now): (_, &HireUsedRequest, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let keys = &self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let before = application::of_hire(tx, id).await?;
            let draft = wire::usage::draft(asked, &before, id)?;
            let applied = usage::record(tx, &keys.seal, (id, version), &draft, now).await?;
            let bill = money::bill_of(tx, applied.application.id).await?;
            let version = applied.application.version;
            let opens = (&keys.seal, tx.tenant());
            Ok(Done::new(&wire::hires::application(&applied, opens, bill, now)?).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}

#[OpenApi(prefix_path = "/v1/venue/permit-checks", tag = "Tag::Venue")]
impl PermitChecks {
    /// Check a permit.
    ///
    /// By the code on it, typed in any case: whether it permits, what, and whether that is paid. It names nobody.
    #[oai(path = "/:code", method = "get", operation_id = "venue_permit_check")]
    async fn check(
        &self,
        caller: May<may::ReadRoomCalendar>,
        /// `7K3QX-9FMT2-H4`.
        #[oai(validator(max_length = 20))]
        code: Path<String>,
    ) -> Result<Shown<PermitCheck>, ApiError> {
        let code = code.0.as_str();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let (found, validity) = permit::check(tx, code).await?;
            let of = application::find(tx, found.application_id).await?;
            let unpaid = money::unpaid(tx, &of.application).await?;
            Ok(wire::hires::permit_check(&found, validity, unpaid))
        };
        Ok(Shown::new(&self.desk.db.read(&caller.scope(), work).await?))
    }
}
