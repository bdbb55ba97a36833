//! `/v1/course/terms`

use ::course::term;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::term::{Term, TermRequest, TermUpdate},
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

/// Operations on terms.
pub struct Terms {
    desk: Desk,
}

impl Terms {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/terms", tag = "Tag::Course")]
impl Terms {
    /// List terms.
    ///
    /// Oldest first.
    #[oai(path = "/", method = "get", operation_id = "course_term_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Term>, ApiError> {
        let list = "course.terms";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| term::list(tx, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::term(&one)))
    }

    /// Make a term.
    ///
    /// 期: the stretch of the year that classes belong to.
    #[oai(path = "/", method = "post", operation_id = "course_term_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TermRequest>,
    ) -> Result<Created<Term>, ApiError> {
        let (asked, now): (&TermRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let made = term::create(tx, wire::term_draft(asked), now).await?;
            let at = format!("/v1/course/terms/{}", made.id);
            Ok(Created::new(&wire::term(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a term.
    ///
    /// Its name and its days.
    #[oai(path = "/:id", method = "get", operation_id = "course_term_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::Term>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Term>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| term::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::term(&found)))
    }

    /// Change a term.
    ///
    /// What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "course_term_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::Term>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TermUpdate>,
    ) -> Result<Done<Term>, ApiError> {
        let (id, asked, now): (_, &TermUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let changed = term::update(tx, id, version, wire::term_change(asked), now).await?;
            Ok(Done::new(&wire::term(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
