//! `/v1/ticket/price-lists`

use contract::{
    ApiError, Created, Listed, Ref, Shown,
    ticket::price::{PriceList, PriceListRequest},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::price_list;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on price lists.
pub struct PriceLists {
    desk: Desk,
}

impl PriceLists {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/price-lists", tag = "Tag::Ticket")]
impl PriceLists {
    /// List price lists.
    ///
    /// Oldest first, without their prices. A page or a patron does not find those of a draft production.
    #[oai(path = "/", method = "get", operation_id = "ticket_price_list_list")]
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
    ) -> Result<Listed<PriceList>, ApiError> {
        let of = production.0.map(|id| id.0);
        let list = of.map_or_else(|| "price_lists".to_owned(), |id| format!("price_lists {id}"));
        let seen = caller.of_the_house();
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| price_list::list(tx, of, seen, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |list| wire::price_list(&list, None)))
    }

    /// Make a price list.
    ///
    /// It counts from now on, for its performance or for all of its production; holds already placed keep their price. A list never
    /// changes: a new one takes its place.
    #[oai(path = "/", method = "post", operation_id = "ticket_price_list_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<PriceListRequest>,
    ) -> Result<Created<PriceList>, ApiError> {
        let (asked, now): (&PriceListRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let (list, prices) = price_list::create(tx, wire::price_list_draft(asked), now).await?;
            let at = format!("/v1/ticket/price-lists/{}", list.id);
            Ok(Created::new(&wire::price_list(&list, Some(&prices))).at(at))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a price list.
    ///
    /// With its prices. It never changes.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_price_list_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::PriceList>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<PriceList>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| price_list::find(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let (list, prices) = found;
        Ok(Shown::version(1, have.0.as_deref(), || wire::price_list(&list, Some(&prices))))
    }
}
