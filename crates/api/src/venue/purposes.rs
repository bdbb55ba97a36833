//! `/v1/venue/purposes`

use ::venue::purpose;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::purpose::{Purpose, PurposeRequest, PurposeUpdate},
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

/// Operations on purposes.
pub struct Purposes {
    desk: Desk,
}

impl Purposes {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/purposes", tag = "Tag::Venue")]
impl Purposes {
    /// List purposes.
    ///
    /// Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_purpose_list")]
    async fn list(
        &self,
        caller: May<permit::ReadRooms>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Purpose>, ApiError> {
        let list = "purposes";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| purpose::list(tx, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::opening::purpose(&one)))
    }

    /// Make a purpose.
    ///
    /// 利用目的: rooms are for some of them, or for all.
    #[oai(path = "/", method = "post", operation_id = "venue_purpose_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<PurposeRequest>,
    ) -> Result<Created<Purpose>, ApiError> {
        let (asked, now): (&PurposeRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = purpose::create(tx, wire::opening::purpose_draft(asked), now).await?;
            let at = format!("/v1/venue/purposes/{}", made.id);
            Ok(Created::new(&wire::opening::purpose(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a purpose.
    ///
    /// Its name and when it is in force.
    #[oai(path = "/:id", method = "get", operation_id = "venue_purpose_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::Purpose>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Purpose>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| purpose::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::opening::purpose(&found)))
    }

    /// Change a purpose.
    ///
    /// What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_purpose_update")]
    async fn update(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Purpose>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<PurposeUpdate>,
    ) -> Result<Done<Purpose>, ApiError> {
        let (id, asked, now): (_, &PurposeUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = purpose::update(tx, id, version, wire::opening::purpose_change(asked), now).await?;
            Ok(Done::new(&wire::opening::purpose(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
