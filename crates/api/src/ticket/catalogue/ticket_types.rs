//! `/v1/ticket/ticket-types`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::price::{TicketType, TicketTypeRequest, TicketTypeUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::ticket_type;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on ticket types.
pub struct TicketTypes {
    desk: Desk,
}

impl TicketTypes {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/ticket-types", tag = "Tag::Ticket")]
impl TicketTypes {
    /// List ticket types.
    ///
    /// Oldest first. A page or a patron does not find those of a draft production.
    #[oai(path = "/", method = "get", operation_id = "ticket_ticket_type_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCatalogue>,
        /// Only those of this production.
        production: Query<Option<Ref<kind::Production>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<TicketType>, ApiError> {
        let of = production.0.map(|id| id.0);
        let list = of.map_or_else(|| "ticket_types".to_owned(), |id| format!("ticket_types {id}"));
        let seen = caller.of_the_house();
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| ticket_type::list(tx, of, seen, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::ticket_type(&one)))
    }

    /// Make a ticket type.
    ///
    /// Its code is unique in the production and stays as it is.
    #[oai(path = "/", method = "post", operation_id = "ticket_ticket_type_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TicketTypeRequest>,
    ) -> Result<Created<TicketType>, ApiError> {
        let (asked, now): (&TicketTypeRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = ticket_type::create(tx, wire::ticket_type_draft(asked), now).await?;
            let at = format!("/v1/ticket/ticket-types/{}", made.id);
            Ok(Created::new(&wire::ticket_type(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a ticket type.
    ///
    /// A page or a patron does not find one of a draft production.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_ticket_type_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::TicketType>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<TicketType>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| ticket_type::find(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::ticket_type(&found)))
    }

    /// Change a ticket type.
    ///
    /// Its names, and whether a certificate is shown. What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "ticket_ticket_type_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::TicketType>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TicketTypeUpdate>,
    ) -> Result<Done<TicketType>, ApiError> {
        let (id, asked, now): (_, &TicketTypeUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = ticket_type::update(tx, id, version, wire::ticket_type_change(asked), now).await?;
            Ok(Done::new(&wire::ticket_type(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
