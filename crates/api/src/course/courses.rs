//! `/v1/course/courses`

use ::course::course;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::leaflet::{Course, CourseRequest, CourseUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on courses.
pub struct Courses {
    desk: Desk,
}

impl Courses {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/courses", tag = "Tag::Course")]
impl Courses {
    /// List courses.
    ///
    /// Oldest first. Pages and patrons find those of which a class was published.
    #[oai(path = "/", method = "get", operation_id = "course_course_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Course>, ApiError> {
        let list = "course.courses";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let house = caller.of_the_house();
        let work = async |tx: &mut TenantTx| course::list(tx, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::course(&one)))
    }

    /// Make a course.
    ///
    /// 講座: its classes are what people apply for. It is public as soon as one of them was published.
    #[oai(path = "/", method = "post", operation_id = "course_course_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseRequest>,
    ) -> Result<Created<Course>, ApiError> {
        let (asked, now): (&CourseRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let made = course::create(tx, wire::course_draft(asked), now).await?;
            let at = format!("/v1/course/courses/{}", made.id);
            Ok(Created::new(&wire::course(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a course.
    ///
    /// Pages and patrons find it when one of its classes was published.
    #[oai(path = "/:id", method = "get", operation_id = "course_course_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::Course>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Course>, ApiError> {
        let id = id.0.0;
        let house = caller.of_the_house();
        let work = async |tx: &mut TenantTx| course::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::course(&found)))
    }

    /// Change a course.
    ///
    /// What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "course_course_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::Course>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseUpdate>,
    ) -> Result<Done<Course>, ApiError> {
        let (id, asked, now): (_, &CourseUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let changed = course::update(tx, id, version, wire::course_change(asked), now).await?;
            Ok(Done::new(&wire::course(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
