//! `/v1/venue/facilities`

use ::venue::facility;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::facility::{Facility, FacilityRequest, FacilityUpdate},
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

/// Operations on a facilitys.
pub struct Facilities {
    desk: Desk,
}

impl Facilities {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/facilities", tag = "Tag::Venue")]
impl Facilities {
    /// List facilities.
    ///
    /// Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_facility_list")]
    async fn list(
        &self,
        caller: May<permit::ReadRooms>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Facility>, ApiError> {
        let house = caller.of_the_house();
        let list = "facilities";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| facility::list(tx, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::facility(&one, house)))
    }

    /// Make a facility.
    ///
    /// Its rooms and equipment come next.
    #[oai(path = "/", method = "post", operation_id = "venue_facility_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FacilityRequest>,
    ) -> Result<Created<Facility>, ApiError> {
        let house = caller.of_the_house();
        let (asked, now): (&FacilityRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = facility::create(tx, wire::facility_draft(asked), now).await?;
            let at = format!("/v1/venue/facilities/{}", made.id);
            Ok(Created::new(&wire::facility(&made, house)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a facility.
    ///
    /// Its name and where it is.
    #[oai(path = "/:id", method = "get", operation_id = "venue_facility_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::Facility>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Facility>, ApiError> {
        let house = caller.of_the_house();
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| facility::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::facility(&found, house)))
    }

    /// Change a facility.
    ///
    /// What is left out stays as it is; `null` clears. An earlier end is refused with what was let for after it, unless `despite` says why.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_facility_update")]
    async fn update(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Facility>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FacilityUpdate>,
    ) -> Result<Done<Facility>, ApiError> {
        let house = caller.of_the_house();
        let (id, asked, now): (_, &FacilityUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = facility::update(tx, id, version, wire::facility_change(asked), now).await?;
            Ok(Done::new(&wire::facility(&changed, house)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
