//! `/v1/venue/calendar-layers`

use ::venue::layer;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::{
        closure::EndPreview,
        opening::{CalendarLayer, CalendarLayerRequest, CalendarLayerUpdate},
    },
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, params::patched, tags::Tag};

/// Operations on the layers of the calendar.
pub struct CalendarLayers {
    desk: Desk,
}

impl CalendarLayers {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/calendar-layers", tag = "Tag::Venue")]
impl CalendarLayers {
    /// List the layers of the calendar.
    ///
    /// Of one facility, or of all. Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_layer_list")]
    async fn list(
        &self,
        caller: May<permit::ReadRooms>,
        facility: Query<Option<Ref<kind::Facility>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CalendarLayer>, ApiError> {
        let house = caller.of_the_house();
        let of = facility.0.map(|facility| facility.0);
        let list = of.map_or_else(|| "calendar layers".to_owned(), |of| format!("calendar layers {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| layer::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::opening::layer(&one, house)))
    }

    /// Lay a layer over the calendar.
    ///
    /// Of the layers that hold a day the last in their order decides about its hours, and the last that names a class about that.
    /// Without any layer a house is always open. What was let for times that it closes is listed and refuses it, unless `despite` says
    /// why.
    #[oai(path = "/", method = "post", operation_id = "venue_layer_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CalendarLayerRequest>,
    ) -> Result<Created<CalendarLayer>, ApiError> {
        let house = caller.of_the_house();
        let (asked, now): (&CalendarLayerRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = layer::create(tx, wire::opening::layer_draft(asked), now).await?;
            let at = format!("/v1/venue/calendar-layers/{}", made.layer.id);
            Ok(Created::new(&wire::opening::layer(&made, house)).at(at).version(made.layer.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a layer of the calendar.
    ///
    /// On which days it holds, and what it says of them.
    #[oai(path = "/:id", method = "get", operation_id = "venue_layer_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::CalendarLayer>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<CalendarLayer>, ApiError> {
        let house = caller.of_the_house();
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| layer::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.layer.version, have.0.as_deref(), || wire::opening::layer(&found, house)))
    }

    /// End a layer of the calendar.
    ///
    /// What it said of the days before stays said.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_layer_update")]
    async fn update(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::CalendarLayer>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CalendarLayerUpdate>,
    ) -> Result<Done<CalendarLayer>, ApiError> {
        let house = caller.of_the_house();
        let (id, asked, now): (_, &CalendarLayerUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = match patched(&asked.effective_until) {
                Some(until) => {
                    let until = (until.map(|until| until.0), asked.despite.clone());
                    layer::end(tx, id, version, until, now).await?
                }
                None => layer::find(tx, id).await?,
            };
            Ok(Done::new(&wire::opening::layer(&changed, house)).version(changed.layer.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// See what a layer of the calendar would close.
    ///
    /// Hires, holds and sessions at times that are open now and would not be. Nothing is changed.
    #[oai(path = "/preview", method = "post", operation_id = "venue_layer_preview")]
    async fn preview(
        &self,
        caller: May<permit::WriteRooms>,
        body: Body<CalendarLayerRequest>,
    ) -> Result<Shown<EndPreview>, ApiError> {
        let (asked, now): (&CalendarLayerRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| layer::preview(tx, wire::opening::layer_draft(asked), now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::closures::end_preview(&found)))
    }
}
