//! `/v1/course/classes/{id}`: what the staff decides about its places.

use ::course::{
    class, problems,
    seats::{self, Capacity, Drawn},
};
use contract::{
    ApiError, Done, Ref,
    course::application::{CourseCapacityRequest, CourseMoves, CourseScreeningRequest},
};
use db::TenantTx;
use kernel::ids::{CourseApplicationId, kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;
use time::format_description::well_known::Rfc3339;

use super::{moves, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, tags::Tag};

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
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseCapacityRequest>,
    ) -> Result<Done<CourseMoves>, ApiError> {
        let (id, asked, now): (_, &CourseCapacityRequest, _) = (id.0.0, &body, caller.now());
        let to = Capacity {
            capacity: asked.capacity,
            held_back: asked.held_back.unwrap_or(0),
            waiting_capacity: asked.waiting_capacity,
        };
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let moved = seats::resize(tx, id, to, &asked.reason, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::applications::moves(&moved)))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
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
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseScreeningRequest>,
    ) -> Result<Done<CourseMoves>, ApiError> {
        let (id, asked, now): (_, &CourseScreeningRequest, _) = (id.0.0, &body, caller.now());
        let chosen = &Drawn { seated: ids(asked.admit.as_deref()), standby: ids(asked.wait.as_deref()) };
        let rejected = &ids(asked.reject.as_deref());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let results_at = class::find(tx, id, true).await?.class.results_at;
            if let Some(at) = results_at.filter(|at| now < *at) {
                let at = at.to_offset(kernel::JST).format(&Rfc3339).unwrap_or_default();
                return Err(ApiError::of(problems::RESULTS_AHEAD.refuse().fact("possible_at", at)));
            }
            let moved = seats::settle_screening(tx, id, chosen, (rejected, asked.reason.as_deref()), now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::applications::moves(&moved)))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}

fn ids(asked: Option<&[Ref<kind::CourseApplication>]>) -> Vec<CourseApplicationId> {
    asked.unwrap_or_default().iter().map(|id| id.0).collect()
}
