//! `/v1/venue/applications`

mod acts;

use ::venue::{
    application::{self, ApplicationDraft, ApplicationFilter, Approval, TurnDown},
    permit,
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::hire::{
        HireApplication, HireApplicationRequest, HireApplicationState, HireApplicationUpdate, HireApprovalRequest,
        HireCancellation, HireMoves, HireMovesRequest, HireReasonRequest, HireReturnRequest, Permits,
    },
    venue::revocation::{HireRevocationPreviewRequest, HireRevocationRequest},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tariff::hire::Cause;
use tenancy::permission::permit as may;

use acts::{admitted, billed, shown};
pub(super) use acts::{done, reason_of, theirs};

use super::{
    holds, letters, money,
    moves::{self, Move, or_otherwise},
    whom, wire,
};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, params::patched, tags::Tag};

/// Operations on applications.
pub struct Applications {
    desk: Desk,
}

impl Applications {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/applications", tag = "Tag::Venue")]
impl Applications {
    /// Apply for what is held.
    ///
    /// From now on its rooms stay taken until somebody decides, at the latest until its first use begins. Where every room says that
    /// nobody needs to, it is granted at once: then the answer names the bill, or it is confirmed when there is nothing to pay. Who applies is registered by then, where a room is
    /// `open_to` who is, and the registration that the price is by holds; what is applied for stays as it is when it ends after that.
    #[oai(path = "/", method = "post", operation_id = "venue_application_create")]
    async fn create(
        &self,
        caller: May<may::ApplyForHires>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireApplicationRequest>,
    ) -> Result<Created<HireApplication>, ApiError> {
        let now = caller.now();
        let (hold, asked): (_, &HireApplicationRequest) = (body.hold.0, &body);
        let (named, channel) = (body.patron.filter(|_| caller.of_the_house()), wire::hires::channel(&caller));
        let desk = &self.desk;
        let person = &caller;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let held = holds::admitted(tx, person, hold).await?;
            // who is suspended, or has left, applies for nothing
            let patron = match named.map(|named| named.0).or(held.hold.patron_id) {
                Some(patron) => Some((patron, whom::counts_as(desk, tx, patron, now).await?)),
                None => None,
            };
            let (title, public_title) = (asked.title.clone(), asked.public_title.clone());
            let draft = ApplicationDraft { hold, patron, title, public_title, channel };
            let (mut applied, automatic) = application::submit(tx, &draft, now).await?;
            if automatic {
                let approval = Approval { conditions: None, grants: Vec::new(), due_at: None };
                let approved = application::approve(tx, applied.application.id, None, &approval, now).await?;
                billed(tx, &approved, now).await?;
                letters::approved(desk, tx, &approved, now).await?;
                applied = approved.applied;
            } else {
                letters::submitted(desk, tx, &applied, now).await?;
            }
            let at = format!("/v1/venue/applications/{}", applied.application.id);
            Ok(Created::new(&shown(desk, tx, &applied, now).await?).at(at).version(applied.application.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// List applications.
    ///
    /// Oldest first, of one facility or of all: with `state`, those that wait for somebody. A patron finds their own, or with `patron`
    /// those of a group they act for.
    #[oai(path = "/", method = "get", operation_id = "venue_application_list")]
    async fn list(
        &self,
        caller: May<may::ReadHires>,
        facility: Query<Option<Ref<kind::Facility>>>,
        patron: Query<Option<Ref<kind::Patron>>>,
        /// As kept: what has run out a moment ago may still be under its state before.
        state: Query<Option<HireApplicationState>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<HireApplication>, ApiError> {
        let filter = ApplicationFilter {
            facility: facility.0.map(|facility| facility.0),
            patron: patron.0.map(|patron| patron.0),
            state: state.0.map(wire::hires::state_kept),
        };
        self.listed(&caller, filter, (limit.0, cursor.0.as_deref())).await
    }

    /// Read an application.
    ///
    /// As it is at this moment: one that was not paid in time says so.
    #[oai(path = "/:id", method = "get", operation_id = "venue_application_view")]
    async fn view(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::HireApplication>>,
    ) -> Result<Shown<HireApplication>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let applied = admitted(tx, person, id).await?;
            Ok((applied.application.version, shown(&self.desk, tx, &applied, now).await?))
        };
        let (version, told) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(version, None, || told))
    }

    /// Mend an application.
    ///
    /// One that was returned is asked for again, until `mend_until`; its rooms, times and equipment are changed before that, with
    /// `POST /v1/venue/applications/{id}/change`. A patron who is suspended mends nothing.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_application_update")]
    async fn update(
        &self,
        caller: May<may::ApplyForHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireApplicationUpdate>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let (person, id, asked, now): (_, _, &HireApplicationUpdate, _) = (&caller, id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let patron = admitted(tx, person, id).await?.application.patron_id;
            whom::changing(&self.desk, tx, person, patron, now).await?;
            let words = (asked.title.clone(), patched(&asked.public_title));
            let applied = application::mend(tx, id, version, words, now).await?;
            done(&self.desk, tx, &applied, now).await
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Approve an application.
    ///
    /// With something to pay, its bill is open until `due_at`, and the permit follows the payment; with nothing, the permit is
    /// issued at once. Reductions make a new quote; where one of them makes no sense or comes off nothing, nothing is approved. What had
    /// begun when staff held it at the counter is paid before it ends.
    #[oai(path = "/:id/approve", method = "post", operation_id = "venue_application_approve")]
    async fn approve(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireApprovalRequest>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let (desk, id, now) = (&self.desk, id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let approval = &Approval {
            conditions: body.conditions.clone(),
            grants: body.reductions.iter().flatten().map(wire::reductions::grant).collect(),
            due_at: body.due_at.map(|due| due.0),
        };
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let approved = application::approve(tx, id, version, approval, now).await?;
            billed(tx, &approved, now).await?;
            letters::approved(desk, tx, &approved, now).await?;
            done(desk, tx, &approved.applied, now).await
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Return an application.
    ///
    /// 差戻し: something is to be mended until `mend_until`; so long its rooms stay taken, and after that it lapses.
    #[oai(path = "/:id/return", method = "post", operation_id = "venue_application_return")]
    async fn send_back(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireReturnRequest>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        let how = TurnDown::Return { until: body.mend_until.map(|until| until.0) };
        self.turn_down(&caller, (id.0.0, version), (how, body.reason.as_str()), &key.0, &body).await
    }

    /// Refuse an application.
    ///
    /// 不許可, with the reason; its rooms are free.
    #[oai(path = "/:id/refuse", method = "post", operation_id = "venue_application_refuse")]
    async fn refuse(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireReasonRequest>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        self.turn_down(&caller, (id.0.0, version), (TurnDown::Refuse, body.reason.as_str()), &key.0, &body).await
    }

    /// See what a change of several hires comes to.
    ///
    /// Whether all of it is free, and what would be paid or go back. Nothing is changed. `use` in a refusal, and each of its `uses`, is
    /// a place in `changes`. Where something is taken, `alternatives` tells up to five ways for each of the first ten of `uses`: they
    /// are free, go with the rest of the changes, and say the `total_amount` of the whole application after it.
    #[oai(path = "/:id/change/preview", method = "post", operation_id = "venue_application_change_preview")]
    async fn preview_change(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::HireApplication>>,
        body: Body<HireMovesRequest>,
    ) -> Result<Shown<HireMoves>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let (wanted, hidden) = (wire::hires::moves(&body)?, caller.of_the_house());
        let cause = moves::cause(&caller, body.cause)?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = &admitted(tx, person, id).await?.application;
            let counts_as = &whom::changing(&self.desk, tx, person, of.patron_id, now).await?;
            Move { of, version: None, wanted: &wanted, hidden, cause, counts_as }.rehearse(tx, now).await
        };
        let seen = self.desk.db.rehearse(&caller.scope(), work).await;
        let seen = or_otherwise(&self.desk, person, &wanted, seen).await?;
        let mut seen = wire::hires::moved(id, &seen, None);
        seen.quote = None;
        Ok(Shown::new(&seen))
    }

    /// Change several hires at once.
    ///
    /// Other times, rooms or equipment for hires of one application: all of it or nothing, and nobody gets in between. What the changed
    /// hires have is free for each other: two may swap their times, and a hall moves together with the room that it is never hired without.
    /// Into a room that the house decides about a patron moves only what has that room, for the same purpose. Where all hires of the
    /// application change, they are priced as they count today, else as it was agreed on: nobody pays more for those that stay. It counts
    /// as one change; where all of it is as it was agreed on already it is none, and is refused. The permit has one more revision. The
    /// difference of the whole is billed, in place of what was still open of earlier changes; or it goes back, but for what the tariff
    /// keeps of it. It is priced by the version of the tariff that it was agreed on by, whatever was published since: by another only when
    /// all of its hires go to days on which that applies. With a `cause` of the house it costs the patron nothing; before it is confirmed
    /// it changes without one. One that was returned is changed as it is to be mended. `use` in a refusal, and each of its `uses`, is a
    /// place in `changes`, and so it is in `alternatives`.
    #[oai(path = "/:id/change", method = "post", operation_id = "venue_application_change")]
    async fn change(
        &self,
        caller: May<may::ChangeHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireMovesRequest>,
    ) -> Result<Done<HireMoves>, ApiError> {
        let (desk, person, id, now) = (&self.desk, &caller, id.0.0, caller.now());
        let (wanted, hidden) = (wire::hires::moves(&body)?, caller.of_the_house());
        let cause = moves::cause(&caller, body.cause)?;
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = &admitted(tx, person, id).await?.application;
            let counts_as = &whom::changing(desk, tx, person, of.patron_id, now).await?;
            let moved = Move { of, version, wanted: &wanted, hidden, cause, counts_as }.make(desk, tx, now).await?;
            Ok(Done::new(&wire::hires::moved(id, &moved.change, moved.bill)).version(moved.version))
        };
        let answer = desk.once(person, Some(&key.0), &body, Keep::Durably, work).await;
        or_otherwise(desk, person, &wanted, answer).await
    }

    /// See what giving up an application costs.
    ///
    /// By the schedule of the tariff it was priced by, as of now. Nothing is changed.
    #[oai(path = "/:id/cancel/preview", method = "post", operation_id = "venue_application_preview")]
    async fn preview(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::HireApplication>>,
    ) -> Result<Shown<HireCancellation>, ApiError> {
        self.preview_end(&caller, id.0.0, Cause::User).await
    }

    /// Give up an application.
    ///
    /// At the cost that its preview says: its rooms are free, its permit is revoked, the rest of what was paid goes back.
    #[oai(path = "/:id/cancel", method = "post", operation_id = "venue_application_cancel")]
    async fn cancel(
        &self,
        caller: May<may::ChangeHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<HireCancellation>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        self.end(&caller, id.0.0, version, (Cause::User, None), &key.0, &()).await
    }

    /// See what taking back an application comes to.
    ///
    /// By the house, as of now. Nothing is changed.
    #[oai(path = "/:id/revoke/preview", method = "post", operation_id = "venue_application_revoke_preview")]
    async fn preview_revoke(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        body: Body<HireRevocationPreviewRequest>,
    ) -> Result<Shown<HireCancellation>, ApiError> {
        self.preview_end(&caller, id.0.0, wire::hires::cause(body.cause)).await
    }

    /// Take back an application.
    ///
    /// By the house, for a reason that is its own or nobody's: nothing is kept of what was paid.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "venue_application_revoke")]
    async fn revoke(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireRevocationRequest>,
    ) -> Result<Done<HireCancellation>, ApiError> {
        let why = (wire::hires::cause(body.cause), Some(body.reason.as_str()));
        self.end(&caller, id.0.0, params::version(if_match.0.as_deref())?, why, &key.0, &body).await
    }

    /// List the permits of an application.
    ///
    /// 使用許可書: the latest revision first. Its code is what anybody can check it by. `unpaid_amount` says what is still to be paid for
    /// the one that counts: a change is permitted at once, and its difference is paid after that.
    #[oai(path = "/:id/permits", method = "get", operation_id = "venue_permits_view")]
    async fn permits(
        &self,
        caller: May<may::ReadHires>,
        id: Path<Ref<kind::HireApplication>>,
    ) -> Result<Shown<Permits>, ApiError> {
        let (person, id) = (&caller, id.0.0);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = admitted(tx, person, id).await?;
            let unpaid = money::unpaid(tx, &of.application).await?;
            Ok(wire::hires::permits(&permit::of_application(tx, id).await?, unpaid))
        };
        let permits = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&Permits { application: id.into(), permits }))
    }
}
