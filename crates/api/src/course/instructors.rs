//! `/v1/course/instructors`

use ::course::instructor;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::session::{Instructor, InstructorRequest, InstructorUpdate},
};
use db::TenantTx;
use kernel::{clock::civil_day, ids::kind};
use patron::standing;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::wire::sessions as wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on instructors.
pub struct Instructors {
    desk: Desk,
}

impl Instructors {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/instructors", tag = "Tag::Course")]
impl Instructors {
    /// List instructors.
    ///
    /// Oldest first. Pages and patrons find those who are active.
    #[oai(path = "/", method = "get", operation_id = "course_instructor_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Instructor>, ApiError> {
        let (list, house) = ("course.instructors", caller.of_the_house());
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| instructor::list(tx, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::instructor(&one, house)))
    }

    /// Make an instructor.
    ///
    /// `public_name` and `profile` are what everybody reads. Who it is, and where an honorarium goes, stays with the patron.
    #[oai(path = "/", method = "post", operation_id = "course_instructor_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<InstructorRequest>,
    ) -> Result<Created<Instructor>, ApiError> {
        let (asked, now): (&InstructorRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            if let Some(patron) = asked.patron {
                standing::of(tx, patron.0, civil_day(now), now).await?;
            }
            let made = instructor::create(tx, wire::instructor_draft(asked), now).await?;
            let at = format!("/v1/course/instructors/{}", made.id);
            Ok(Created::new(&wire::instructor(&made, true)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read an instructor.
    ///
    /// As everybody may; the house also reads whom letters and honoraria go to.
    #[oai(path = "/:id", method = "get", operation_id = "course_instructor_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::Instructor>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Instructor>, ApiError> {
        let (id, house) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| instructor::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::instructor(&found, house)))
    }

    /// Change an instructor.
    ///
    /// What everybody reads of them, and whom an honorarium goes to from now on.
    #[oai(path = "/:id", method = "patch", operation_id = "course_instructor_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::Instructor>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<InstructorUpdate>,
    ) -> Result<Done<Instructor>, ApiError> {
        let (id, asked, now): (_, &InstructorUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let change = wire::instructor_change(asked);
            if let Some(patron) = change.patron.flatten() {
                standing::of(tx, patron, civil_day(now), now).await?;
            }
            let changed = instructor::update(tx, id, version, change, now).await?;
            Ok(Done::new(&wire::instructor(&changed, true)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Close an instructor.
    ///
    /// They get no more sessions; what they taught stays. Refused while sessions lie ahead of them. Twice is once.
    #[oai(path = "/:id/close", method = "post", operation_id = "course_instructor_close")]
    async fn close(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::Instructor>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Instructor>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let closed = instructor::close(tx, id, version, now).await?;
            Ok(Done::new(&wire::instructor(&closed, true)).version(closed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }
}
