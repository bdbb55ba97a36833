//! `/v1/course/windows`

use ::course::{draw, window};
use contract::{
    ApiError, Created, Done, Listed, Ref,
    course::leaflet::{ApplicationWindow, WindowRequest, WindowUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on windows.
pub struct Windows {
    desk: Desk,
}

impl Windows {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/windows", tag = "Tag::Course")]
impl Windows {
    /// List windows.
    ///
    /// Oldest first. Pages and patrons find those of published classes.
    #[oai(path = "/", method = "get", operation_id = "course_window_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// Of this one.
        class: Query<Option<Ref<kind::CourseClass>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<ApplicationWindow>, ApiError> {
        let list = "course.windows";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let class = class.0.map(|of| of.0);
        let house = caller.of_the_house();
        let work = async |tx: &mut TenantTx| window::list(tx, class, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::window(&one)))
    }

    /// Make an application window.
    ///
    /// A class has several: 継続, 市内, 一般, 追加. 追加募集 is another window of the same class. When the class is public, it opens at a
    /// moment that lies ahead, for whoever applies in the window that opened first comes first; and when it is decided by a draw, the draw
    /// is announced with it.
    #[oai(path = "/", method = "post", operation_id = "course_window_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<WindowRequest>,
    ) -> Result<Created<ApplicationWindow>, ApiError> {
        let (asked, now): (&WindowRequest, _) = (&body, caller.now());
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let made = window::create(tx, wire::window_draft(asked), now).await?;
            draw::align(tx, seal, made.class_id, now).await?;
            let at = format!("/v1/course/windows/{}", made.id);
            Ok(Created::new(&wire::window(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Change an application window.
    ///
    /// Once it has opened, only its label and the moment at which it closes change. When it is not decided by a draw any more, its
    /// draw is voided; when it comes to be, one is announced. Once the entries of its draw are fixed, it does not open again.
    #[oai(path = "/:id", method = "patch", operation_id = "course_window_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::ApplicationWindow>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<WindowUpdate>,
    ) -> Result<Done<ApplicationWindow>, ApiError> {
        let (id, asked, now): (_, &WindowUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let changed = window::update(tx, id, version, wire::window_change(asked), now).await?;
            draw::align(tx, seal, changed.class_id, now).await?;
            Ok(Done::new(&wire::window(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
