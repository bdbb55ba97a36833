//! `/v1/course/applications`

pub(super) mod acts;
mod place;
mod preview;

use ::course::{
    application::{self, ApplicationFilter, ApplyError},
    seats::{self, State},
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::application::{
        CourseApplication, CourseApplicationHistory, CourseApplicationRequest, CourseApplicationState,
        CourseAssessRequest, CourseEntryRequest, CourseMoves, CoursePreview, CoursePreviewRequest, CourseReasonRequest,
        CourseReceipt, CourseReorderRequest,
    },
};
use db::TenantTx;
use kernel::{Actor, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use acts::{admitted, done, shown, told};
use place::{Ask, place};
use preview::preview;

use super::{assessing, moves, parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on applications.
pub struct Applications {
    desk: Desk,
}

impl Applications {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/applications", tag = "Tag::Course")]
impl Applications {
    /// See what would become of an application.
    ///
    /// Whether the party may apply, and everything that stands against it; how far everybody meets each rule, in which window, at
    /// what price, and whether it would be seated, wait or enter a draw. People may be named, or described by what they say of
    /// themselves. Nothing is kept.
    #[oai(path = "/preview", method = "post", operation_id = "course_application_preview")]
    async fn preview(
        &self,
        caller: May<permit::ApplyForCourses>,
        body: Body<CoursePreviewRequest>,
    ) -> Result<Done<CoursePreview>, ApiError> {
        let (person, asked): (_, &CoursePreviewRequest) = (&caller, &body);
        let work = async |tx: &mut TenantTx| preview(&self.desk, tx, person, asked).await;
        self.desk.db.read(&caller.scope(), work).await
    }

    /// Apply.
    ///
    /// For oneself, for whom one acts, or as a guest who leaves a contact. Seated at once, in line, in the draw or before the
    /// staff: the answer says which, with a number and a code for everybody. What is to be paid has a bill from the moment in
    /// which the place is kept. Whether somebody of the same name and birth date has applied already is told to the house alone: an
    /// application of anybody else is taken, and the office looks at it.
    #[oai(path = "/", method = "post", operation_id = "course_application_create")]
    async fn create(
        &self,
        caller: May<permit::ApplyForCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseApplicationRequest>,
    ) -> Result<Created<CourseReceipt>, ApiError> {
        let (desk, person, asked): (_, _, &CourseApplicationRequest) = (&self.desk, &caller, &body);
        let ask = &Ask::online(asked, caller.now());
        let work = async |tx: &mut TenantTx| place(desk, tx, person, ask).await;
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Enter an application.
    ///
    /// 窓口・電話・郵送: it stands as any other, from when it was received, with a number and a code for the slip. In line it waits
    /// before whoever applied later and waits there too, but for those whom a draw or the staff put where they are; in a draw all are
    /// equal. Nobody loses a place or an offer that they have, and a place that is free goes to whoever is entered first. With
    /// `seat_because` the staff seats the party past the line, and the reason stays.
    #[oai(path = "/entries", method = "post", operation_id = "course_application_enter")]
    async fn enter(
        &self,
        caller: May<permit::EnterApplications>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseEntryRequest>,
    ) -> Result<Created<CourseReceipt>, ApiError> {
        let (desk, person, asked): (_, _, &CourseEntryRequest) = (&self.desk, &caller, &body);
        let ask = &Ask::on_paper(asked, caller.now())?;
        let work = async |tx: &mut TenantTx| place(desk, tx, person, ask).await;
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// List applications.
    ///
    /// Oldest first, of one class or of all. A patron finds their own; a guest reads single ones, with the receipt code.
    #[oai(path = "/", method = "get", operation_id = "course_application_list")]
    #[expect(clippy::too_many_arguments, reason = "each of them is a parameter of the request")]
    async fn list(
        &self,
        caller: May<permit::ReadCourseApplications>,
        /// Of this one.
        class: Query<Option<Ref<kind::CourseClass>>>,
        patron: Query<Option<Ref<kind::Patron>>>,
        /// As kept: what has run out a moment ago may still be under its state before.
        state: Query<Option<CourseApplicationState>>,
        /// Only those with `to_verify` that are not over: the house has to look at them, and nobody else lists by that.
        to_verify: Query<Option<bool>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CourseApplication>, ApiError> {
        if caller.is_guest() {
            return Err(ApplyError::Absent.into());
        }
        let applicant = match caller.actor() {
            Actor::Patron(own) => Some(*own),
            _ => patron.0.map(|patron| patron.0),
        };
        let state = state.0.map(wire::applications::state_kept);
        let to_verify = caller.of_the_house() && to_verify.0.unwrap_or(false);
        let filter = ApplicationFilter { class: class.0.map(|class| class.0), applicant, state, to_verify };
        let list = format!("course applications {filter:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let keys = parties::keys(&self.desk, &caller)?;
        let now = caller.now();
        let work = async |tx: &mut TenantTx| application::list(tx, &filter, &ask, now).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for one in &page.items {
            items.push(told(&keys, &caller, one, None)?);
        }
        let page = kernel::Page { items, next: page.next };
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| one))
    }

    /// Read an application.
    ///
    /// As it is at this moment: an offer or a payment that has run out says so.
    #[oai(path = "/:id", method = "get", operation_id = "course_application_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourseApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
    ) -> Result<Shown<CourseApplication>, ApiError> {
        let (person, id, code) = (&caller, id.0.0, code.0.as_deref());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = admitted(tx, person, id, code).await?;
            Ok((found.application.version, shown(&self.desk, tx, person, &found).await?))
        };
        let (version, told) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(version, None, || told))
    }

    /// Find an application by its receipt.
    ///
    /// The code opens it, as it is printed on the slip, however it is typed.
    #[oai(path = "/by-receipt", method = "get", operation_id = "course_receipt_view")]
    async fn by_receipt(
        &self,
        caller: May<permit::ReadCourseApplications>,
        /// The code of the receipt.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<String>,
    ) -> Result<Shown<CourseApplication>, ApiError> {
        let (person, code) = (&caller, code.0.as_str());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = application::find_by_receipt(tx, code).await?;
            Ok((found.application.version, shown(&self.desk, tx, person, &found).await?))
        };
        let (version, told) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(version, None, || told))
    }

    /// Read what became of an application.
    ///
    /// Every move with its reason and by whom, numbered without gaps within the class. All of them at once: one for each state that it
    /// came to, and one for each time that it was judged again or moved in the line.
    #[oai(path = "/:id/history", method = "get", operation_id = "course_application_history")]
    async fn history(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseApplication>>,
    ) -> Result<Shown<CourseApplicationHistory>, ApiError> {
        let (id, keys) = (id.0.0, parties::keys(&self.desk, &caller)?);
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            application::find(tx, id).await?;
            Ok(application::history(tx, seal, id).await?)
        };
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&CourseApplicationHistory { events: found.iter().map(wire::applications::event).collect() }))
    }

    /// Accept an offer.
    ///
    /// Before `due_at`. What is to be paid has its bill from now on; with nothing to pay, everybody is admitted.
    #[oai(path = "/:id/accept", method = "post", operation_id = "course_offer_accept")]
    async fn accept(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let (person, id, code, now) = (&caller, id.0.0, code.0.as_deref(), caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let class = admitted(tx, person, id, code).await?.application.class_id;
            application::expect(tx, id, version).await?;
            let moved = seats::accept(tx, class, id, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            done(&self.desk, tx, person, id).await
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }

    /// Decline an offer.
    ///
    /// The place goes to the next in line.
    #[oai(path = "/:id/decline", method = "post", operation_id = "course_offer_decline")]
    async fn decline(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        let which = (id.0.0, version, code.0.as_deref());
        self.end(&caller, which, (State::Declined, None), &key.0, &()).await
    }

    /// Withdraw an application.
    ///
    /// What it held goes to the line. One that is paid for is withdrawn with a quote of what goes back.
    #[oai(path = "/:id/withdraw", method = "post", operation_id = "course_application_withdraw")]
    async fn withdraw(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        let which = (id.0.0, version, code.0.as_deref());
        self.end(&caller, which, (State::Withdrawn, None), &key.0, &()).await
    }

    /// Revoke an application.
    ///
    /// By the staff, with a reason that stays. What was paid goes back.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "course_application_revoke")]
    async fn revoke(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReasonRequest>,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let version = params::version(if_match.0.as_deref())?;
        let how = (State::Revoked, Some(body.reason.as_str()));
        self.end(&caller, (id.0.0, version, None), how, &key.0, &body).await
    }

    /// Judge an application again.
    ///
    /// With what is known now, after somebody showed a paper or a record was corrected: what is to be verified, the tier while the
    /// draw decides, the price while nothing is paid; each change is in the history. Whom a rule would keep out by now stays where they
    /// are, and is to be verified. With `distinct`, whoever may be the same as somebody else is known not to be. One that is over is
    /// refused with `course.seats.state`.
    #[oai(path = "/:id/assess", method = "post", operation_id = "course_application_assess")]
    async fn assess(
        &self,
        caller: May<permit::EnterApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseAssessRequest>,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let again = (id, version, body.distinct.unwrap_or(false));
        let kept = parties::keys(&self.desk, &caller)?;
        let keys = parties::lent(&kept);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            assessing::assess(&self.desk, tx, keys, again, now).await?;
            done(&self.desk, tx, person, id).await
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Move somebody in the line.
    ///
    /// With a reason that stays. Whoever comes to the head and fits is offered a place.
    #[oai(path = "/:id/reorder", method = "post", operation_id = "course_application_reorder")]
    async fn reorder(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReorderRequest>,
    ) -> Result<Done<CourseMoves>, ApiError> {
        let (id, asked, now): (_, &CourseReorderRequest, _) = (id.0.0, &body, caller.now());
        let reason = &self.desk.remark(caller.tenant(), &asked.reason)?;
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let class = application::find(tx, id).await?.application.class_id;
            application::expect(tx, id, version).await?;
            let position = usize::try_from(asked.position).unwrap_or_default();
            let moved = seats::reorder(tx, class, id, position, reason, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::applications::moves(&moved)))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
