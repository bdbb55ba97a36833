//! `/v1/ticket/seat-classes`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::price::{SeatClass, SeatClassRequest, SeatClassUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::seat_class;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on seat classes.
pub struct SeatClasses {
    desk: Desk,
}

impl SeatClasses {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/seat-classes", tag = "Tag::Ticket")]
impl SeatClasses {
    /// List seat classes.
    ///
    /// Oldest first. A page or a patron does not find those of a draft production.
    #[oai(path = "/", method = "get", operation_id = "ticket_seat_class_list")]
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
    ) -> Result<Listed<SeatClass>, ApiError> {
        let of = production.0.map(|id| id.0);
        let list = of.map_or_else(|| "seat_classes".to_owned(), |id| format!("seat_classes {id}"));
        let seen = caller.of_the_house();
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| seat_class::list(tx, of, seen, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |class| wire::seat_class(&class)))
    }

    /// Make a seat class.
    ///
    /// Its code is unique in the production and stays as it is.
    #[oai(path = "/", method = "post", operation_id = "ticket_seat_class_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SeatClassRequest>,
    ) -> Result<Created<SeatClass>, ApiError> {
        let (asked, now): (&SeatClassRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = seat_class::create(tx, wire::seat_class_draft(asked), now).await?;
            let at = format!("/v1/ticket/seat-classes/{}", made.id);
            Ok(Created::new(&wire::seat_class(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a seat class.
    ///
    /// A page or a patron does not find one of a draft production.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_seat_class_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SeatClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SeatClass>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| seat_class::find(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::seat_class(&found)))
    }

    /// Change a seat class.
    ///
    /// Its names. What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "ticket_seat_class_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::SeatClass>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SeatClassUpdate>,
    ) -> Result<Done<SeatClass>, ApiError> {
        let (id, asked, now): (_, &SeatClassUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = seat_class::update(tx, id, version, wire::seat_class_change(asked), now).await?;
            Ok(Done::new(&wire::seat_class(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
