//! `/v1/ticket/productions`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::production::{Production, ProductionRequest, ProductionUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::production;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on productions.
pub struct Productions {
    desk: Desk,
}

impl Productions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/productions", tag = "Tag::Ticket")]
impl Productions {
    /// List productions.
    ///
    /// Oldest first. A page or a patron does not find drafts.
    #[oai(path = "/", method = "get", operation_id = "ticket_production_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCatalogue>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Production>, ApiError> {
        let list = "productions";
        let seen = caller.of_the_house();
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| production::list(tx, seen, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |production| wire::production(&production)))
    }

    /// Make a production.
    ///
    /// As a draft: the house alone sees it until it is announced or published.
    #[oai(path = "/", method = "post", operation_id = "ticket_production_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<ProductionRequest>,
    ) -> Result<Created<Production>, ApiError> {
        let (asked, now): (&ProductionRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = production::create(tx, wire::production_draft(asked), now).await?;
            let at = format!("/v1/ticket/productions/{}", made.id);
            Ok(Created::new(&wire::production(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a production.
    ///
    /// A page or a patron does not find a draft.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_production_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::Production>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Production>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| production::find(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::production(&found)))
    }

    /// Change a production.
    ///
    /// What is left out stays as it is; `null` clears. Whether it falls under the Act of 2019 stays as it was said at first.
    #[oai(path = "/:id", method = "patch", operation_id = "ticket_production_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Production>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<ProductionUpdate>,
    ) -> Result<Done<Production>, ApiError> {
        let (id, asked, now): (_, &ProductionUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = production::update(tx, id, version, wire::production_change(asked), now).await?;
            Ok(Done::new(&wire::production(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Announce a production.
    ///
    /// Everybody sees it from now on, before it is on sale. It never becomes a draft again.
    #[oai(path = "/:id/announce", method = "post", operation_id = "ticket_production_announce")]
    async fn announce(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Production>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Production>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = production::show(tx, id, "announced", now).await?;
            Ok(Done::new(&wire::production(&moved)).version(moved.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Publish a production.
    ///
    /// Everybody sees it from now on. It never becomes a draft again.
    #[oai(path = "/:id/publish", method = "post", operation_id = "ticket_production_publish")]
    async fn publish(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Production>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Production>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = production::show(tx, id, "published", now).await?;
            Ok(Done::new(&wire::production(&moved)).version(moved.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }
}
