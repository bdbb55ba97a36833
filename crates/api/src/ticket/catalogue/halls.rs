//! `/v1/ticket/halls`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::hall::{Hall, HallRequest, HallUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::hall;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on halls.
pub struct Halls {
    desk: Desk,
}

impl Halls {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/halls", tag = "Tag::Ticket")]
impl Halls {
    /// List halls.
    ///
    /// Oldest first.
    #[oai(path = "/", method = "get", operation_id = "ticket_hall_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCatalogue>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Hall>, ApiError> {
        let list = "halls";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| hall::list(tx, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |hall| wire::hall(&hall)))
    }

    /// Make a hall.
    ///
    /// Its seats come with a seating plan.
    #[oai(path = "/", method = "post", operation_id = "ticket_hall_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<HallRequest>,
    ) -> Result<Created<Hall>, ApiError> {
        let (asked, now): (&HallRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = hall::create(tx, wire::hall_draft(asked), now).await?;
            let at = format!("/v1/ticket/halls/{}", made.id);
            Ok(Created::new(&wire::hall(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a hall.
    ///
    /// Its name, where it is and how many people it may hold.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_hall_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::Hall>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Hall>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| hall::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::hall(&found)))
    }

    /// Change a hall.
    ///
    /// What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "ticket_hall_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Hall>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<HallUpdate>,
    ) -> Result<Done<Hall>, ApiError> {
        let (id, asked, now): (_, &HallUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = hall::update(tx, id, version, wire::hall_change(asked), now).await?;
            Ok(Done::new(&wire::hall(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
