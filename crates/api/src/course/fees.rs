//! `/v1/course/fees`

use ::course::fee;
use contract::{
    ApiError, Created, Done, Listed, Ref,
    course::leaflet::{Fee, FeeRequest, FeeUpdate},
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

/// Operations on fees.
pub struct Fees {
    desk: Desk,
}

impl Fees {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/fees", tag = "Tag::Course")]
impl Fees {
    /// List fees.
    ///
    /// Oldest first. Pages and patrons find those of published classes.
    #[oai(path = "/", method = "get", operation_id = "course_fee_list")]
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
    ) -> Result<Listed<Fee>, ApiError> {
        let list = "course.fees";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let class = class.0.map(|of| of.0);
        let house = caller.of_the_house();
        let work = async |tx: &mut TenantTx| fee::list(tx, class, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::fee(&one)))
    }

    /// Make a fee.
    ///
    /// While the class is a draft.
    #[oai(path = "/", method = "post", operation_id = "course_fee_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FeeRequest>,
    ) -> Result<Created<Fee>, ApiError> {
        let (asked, now): (&FeeRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let made = fee::create(tx, wire::fee_draft(asked), now).await?;
            let at = format!("/v1/course/fees/{}", made.id);
            Ok(Created::new(&wire::fee(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Change a fee.
    ///
    /// While the class is a draft: what was announced stays.
    #[oai(path = "/:id", method = "patch", operation_id = "course_fee_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::Fee>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FeeUpdate>,
    ) -> Result<Done<Fee>, ApiError> {
        let (id, asked, now): (_, &FeeUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let changed = fee::update(tx, id, version, wire::fee_change(asked), now).await?;
            Ok(Done::new(&wire::fee(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
