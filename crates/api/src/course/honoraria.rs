//! `/v1/course/honoraria`

use std::collections::BTreeSet;

use ::course::honorarium::{self, HonorariumFilter};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::{
        application::CourseReasonRequest,
        honorarium::{Honorarium, HonorariumPaymentRequest, HonorariumPreview, HonorariumRequest, HonorariumState},
    },
};
use db::TenantTx;
use kernel::ids::{CourseSessionId, kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on honoraria.
pub struct Honoraria {
    desk: Desk,
}

impl Honoraria {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/honoraria", tag = "Tag::Course")]
impl Honoraria {
    /// See what would be paid.
    ///
    /// For sessions that are over, together: their sum, and the tax that would be withheld. Nothing is kept.
    #[oai(path = "/preview", method = "post", operation_id = "course_honorarium_preview")]
    async fn preview(
        &self,
        caller: May<permit::PayInstructors>,
        body: Body<HonorariumRequest>,
    ) -> Result<Done<HonorariumPreview>, ApiError> {
        let (instructor, sessions, now) = (body.instructor.0, &asked(&body), caller.now());
        let work = async |tx: &mut TenantTx| honorarium::compute(tx, instructor, sessions, now).await;
        Ok(Done::new(&wire::honoraria::preview(&self.desk.db.read(&caller.scope(), work).await?)))
    }

    /// Approve an honorarium.
    ///
    /// For sessions that are over, at what was agreed for each. What is paid at once is taxed at once: 10.21 % up to a million
    /// yen, 20.42 % above, for individuals. It is fixed from now on, and no session is paid for twice.
    #[oai(path = "/", method = "post", operation_id = "course_honorarium_approve")]
    async fn approve(
        &self,
        caller: May<permit::PayInstructors>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HonorariumRequest>,
    ) -> Result<Created<Honorarium>, ApiError> {
        let (instructor, sessions, now) = (body.instructor.0, &asked(&body), caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let made = honorarium::approve(tx, instructor, sessions, now).await?;
            let at = format!("/v1/course/honoraria/{}", made.honorarium.id);
            Ok(Created::new(&wire::honoraria::honorarium(&made)).at(at).version(made.honorarium.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// List honoraria.
    ///
    /// Oldest first, of one instructor or of all, those that were voided included.
    #[oai(path = "/", method = "get", operation_id = "course_honorarium_list")]
    async fn list(
        &self,
        caller: May<permit::PayInstructors>,
        /// Of this one.
        instructor: Query<Option<Ref<kind::Instructor>>>,
        state: Query<Option<HonorariumState>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Honorarium>, ApiError> {
        let filter = HonorariumFilter {
            instructor: instructor.0.map(|instructor| instructor.0),
            state: state.0.map(wire::honoraria::state_kept),
        };
        let list = format!("course honoraria {filter:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| honorarium::list(tx, seal, &filter, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::honoraria::honorarium(&one)))
    }

    /// Read an honorarium.
    ///
    /// With the sessions that it pays for, and what is withheld of their sum.
    #[oai(path = "/:id", method = "get", operation_id = "course_honorarium_view")]
    async fn view(
        &self,
        caller: May<permit::PayInstructors>,
        id: Path<Ref<kind::Honorarium>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Honorarium>, ApiError> {
        let (id, keys) = (id.0.0, parties::keys(&self.desk, &caller)?);
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| honorarium::find(tx, seal, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let version = found.honorarium.version;
        Ok(Shown::version(version, have.0.as_deref(), || wire::honoraria::honorarium(&found)))
    }

    /// Record that an honorarium was paid out.
    ///
    /// On a day from its approval to today, when all of its sessions were held. From then on it stays as it is.
    #[oai(path = "/:id/pay", method = "post", operation_id = "course_honorarium_pay")]
    async fn pay(
        &self,
        caller: May<permit::PayInstructors>,
        id: Path<Ref<kind::Honorarium>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HonorariumPaymentRequest>,
    ) -> Result<Done<Honorarium>, ApiError> {
        let (id, paid_on, now) = (id.0.0, body.paid_on.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = honorarium::pay(tx, id, version, paid_on, now).await?;
            Ok(Done::new(&wire::honoraria::honorarium(&stands)).version(stands.honorarium.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Void an honorarium.
    ///
    /// Before it is paid, with a reason that stays with it. Its sessions can be approved again.
    #[oai(path = "/:id/void", method = "post", operation_id = "course_honorarium_void")]
    async fn void(
        &self,
        caller: May<permit::PayInstructors>,
        id: Path<Ref<kind::Honorarium>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReasonRequest>,
    ) -> Result<Done<Honorarium>, ApiError> {
        let (id, reason, now) = (id.0.0, &self.desk.remark(caller.tenant(), &body.reason)?, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = honorarium::void(tx, id, version, reason, now).await?;
            Ok(Done::new(&wire::honoraria::honorarium(&stands)).version(stands.honorarium.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}

fn asked(body: &HonorariumRequest) -> BTreeSet<CourseSessionId> {
    body.sessions.iter().map(|id| id.0).collect()
}
