//! `/v1/venue/closures`

use ::venue::closure;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::closure::{Closure, ClosurePreview, ClosureRequest},
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

/// Operations on closures.
pub struct Closures {
    desk: Desk,
}

impl Closures {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/closures", tag = "Tag::Venue")]
impl Closures {
    /// List closures.
    ///
    /// Of one facility, or of all; lifted ones, too. Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_closure_list")]
    async fn list(
        &self,
        caller: May<permit::CloseRooms>,
        facility: Query<Option<Ref<kind::Facility>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Closure>, ApiError> {
        let of = facility.0.map(|facility| facility.0);
        let list = of.map_or_else(|| "closures".to_owned(), |of| format!("closures {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| closure::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::closures::closure(&one)))
    }

    /// See what a closure would lie over.
    ///
    /// Hires, holds and sessions in its time. Other closures are not in its way. Nothing is changed.
    #[oai(path = "/preview", method = "post", operation_id = "venue_closure_preview")]
    async fn preview(
        &self,
        caller: May<permit::CloseRooms>,
        body: Body<ClosureRequest>,
    ) -> Result<Shown<ClosurePreview>, ApiError> {
        let (draft, now) = (wire::closures::closure_draft(&body), caller.now());
        let work = async |tx: &mut TenantTx| closure::collisions(tx, &draft, now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::closures::preview(&found)))
    }

    /// Close rooms.
    ///
    /// It is refused with what is in the way, at most 200 and whether there is more: nothing is ever closed over a hire. Closures may
    /// lie over each other; what is closed already is told by the older label until that one is lifted. One of the whole facility is
    /// about parts that are made later, too.
    #[oai(path = "/", method = "post", operation_id = "venue_closure_create")]
    async fn create(
        &self,
        caller: May<permit::CloseRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<ClosureRequest>,
    ) -> Result<Created<Closure>, ApiError> {
        let (asked, now): (&ClosureRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = closure::create(tx, wire::closures::closure_draft(asked), now).await?;
            let at = format!("/v1/venue/closures/{}", made.id);
            Ok(Created::new(&wire::closures::closure(&made)).at(at).version(made.version()))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Read a closure.
    ///
    /// Why, and since when it counts no more.
    #[oai(path = "/:id", method = "get", operation_id = "venue_closure_view")]
    async fn view(
        &self,
        caller: May<permit::CloseRooms>,
        id: Path<Ref<kind::Closure>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Closure>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| closure::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version(), have.0.as_deref(), || wire::closures::closure(&found)))
    }

    /// Lift a closure.
    ///
    /// What it took is free again at once, as far as no other closure is about it.
    #[oai(path = "/:id/lift", method = "post", operation_id = "venue_closure_lift")]
    async fn lift(
        &self,
        caller: May<permit::CloseRooms>,
        id: Path<Ref<kind::Closure>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<Closure>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            closure::expect(tx, id, version).await?;
            let stands = closure::lift(tx, id, now).await?;
            Ok(Done::new(&wire::closures::closure(&stands)).version(stands.version()))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }
}
