//! `/v1/course/classes/{id}`: what the staff decides about its places.

use ::course::{
    class,
    screening::{self, Choices},
    seats::{self, Capacity},
};
use contract::{
    ApiError, Done, Ref, Shown,
    course::application::{
        CourseCapacityRequest, CourseMoves, CourseReasonRequest, CourseScreening, CourseScreeningRequest,
    },
};
use db::{Remark, TenantTx};
use kernel::{SealKey, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;

use super::{moves, parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, params::patched, tags::Tag};

/// Operations on the places of a class.
pub struct Places {
    desk: Desk,
}

impl Places {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/classes", tag = "Tag::Course")]
impl Places {
    /// Change the number of places.
    ///
    /// With a reason that stays. More places are offered to the line at once; fewer put nobody out, and nobody is promoted until
    /// there is a free place again.
    #[oai(path = "/:id/capacity", method = "put", operation_id = "course_capacity_update")]
    async fn resize(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseClass>>,
        /// The version of the class that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseCapacityRequest>,
    ) -> Result<Done<CourseMoves>, ApiError> {
        let (id, asked, now): (_, &CourseCapacityRequest, _) = (id.0.0, &body, caller.now());
        let to = Capacity {
            capacity: asked.capacity,
            held_back: asked.held_back,
            waiting_capacity: patched(&asked.waiting_capacity),
        };
        let reason = &self.desk.remark(caller.tenant(), &asked.reason)?;
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            class::expect(tx, id, version).await?;
            let moved = seats::resize(tx, id, to, reason, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::applications::moves(&moved)))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Close the waiting list.
    ///
    /// With a reason that stays. Whoever waits is told that they wait no longer, and nobody waits any more: whoever stands by in a draw
    /// that is published later has lost, until another `waiting_capacity` is set. It ends by itself when places are not offered any
    /// more.
    #[oai(path = "/:id/waiting-list/close", method = "post", operation_id = "course_waitlist_close")]
    async fn close_line(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReasonRequest>,
    ) -> Result<Done<CourseMoves>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let reason = &self.desk.remark(caller.tenant(), &body.reason)?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let moved = seats::close_line(tx, id, reason, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::applications::moves(&moved)))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Publish the results of a screening.
    ///
    /// 書類選考: all that is decided at one moment, not before the class tells its results. Whoever is not named stays before the
    /// staff.
    #[oai(path = "/:id/screening", method = "post", operation_id = "course_screening_publish")]
    async fn screen(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseScreeningRequest>,
    ) -> Result<Done<CourseMoves>, ApiError> {
        let (id, asked, now): (_, &CourseScreeningRequest, _) = (id.0.0, &body, caller.now());
        let keys = parties::keys(&self.desk, &caller)?;
        let choices = &choices(asked, &keys.seal);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let moved = screening::publish(tx, id, choices, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::applications::moves(&moved)))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Decide a screening beforehand.
    ///
    /// 書類選考: what is decided is kept, and published to everybody when the class tells its results, without anybody asking. Deciding
    /// again replaces what was decided.
    #[oai(path = "/:id/screening", method = "put", operation_id = "course_screening_prepare")]
    async fn prepare(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseClass>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseScreeningRequest>,
    ) -> Result<Done<CourseScreening>, ApiError> {
        let (id, asked, now): (_, &CourseScreeningRequest, _) = (id.0.0, &body, caller.now());
        let keys = parties::keys(&self.desk, &caller)?;
        let (choices, seal) = (&choices(asked, &keys.seal), &keys.seal);
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            screening::expect(tx, id, version).await?;
            let kept = screening::prepare(tx, id, choices, now).await?;
            Ok(Done::new(&wire::applications::screening(&kept, (seal, tx.tenant()))?).version(kept.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Read what is decided of a screening.
    ///
    /// And whether everybody knows already.
    #[oai(path = "/:id/screening", method = "get", operation_id = "course_screening_view")]
    async fn prepared(
        &self,
        caller: May<permit::DecideCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<CourseScreening>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| screening::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let keys = parties::keys(&self.desk, &caller)?;
        let told = wire::applications::screening(&found, (&keys.seal, caller.tenant()))?;
        Ok(Shown::version(found.version, have.0.as_deref(), || told))
    }
}

fn choices(asked: &CourseScreeningRequest, key: &SealKey) -> Choices {
    let ids =
        |asked: Option<&[Ref<kind::CourseApplication>]>| asked.unwrap_or_default().iter().map(|id| id.0).collect();
    Choices {
        admit: ids(asked.admit.as_deref()),
        wait: ids(asked.wait.as_deref()),
        reject: ids(asked.reject.as_deref()),
        reason: asked.reason.as_ref().map(|text| Remark::new(text.as_str(), key)),
    }
}
