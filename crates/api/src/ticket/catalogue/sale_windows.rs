//! `/v1/ticket/sale-windows`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::window::{SaleWindow, SaleWindowRequest, SaleWindowUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::window;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on sale windows.
pub struct SaleWindows {
    desk: Desk,
}

impl SaleWindows {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/sale-windows", tag = "Tag::Ticket")]
impl SaleWindows {
    /// List sale windows.
    ///
    /// Oldest first. A page or a patron finds public ones of what is announced.
    #[oai(path = "/", method = "get", operation_id = "ticket_sale_window_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCatalogue>,
        /// Only those of this performance.
        performance: Query<Option<Ref<kind::Performance>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<SaleWindow>, ApiError> {
        let of = performance.0.map(|id| id.0);
        let list = of.map_or_else(|| "sale_windows".to_owned(), |id| format!("sale_windows {id}"));
        let seen = caller.of_the_house();
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| window::list(tx, of, seen, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |window| wire::sale_window(&window)))
    }

    /// Make a sale window.
    ///
    /// From `opens_at` until before `closes_at`; of several open ones a hold names one, or the first counts.
    #[oai(path = "/", method = "post", operation_id = "ticket_sale_window_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SaleWindowRequest>,
    ) -> Result<Created<SaleWindow>, ApiError> {
        let (asked, now): (&SaleWindowRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = window::create(tx, wire::sale_window_draft(asked), now).await?;
            let at = format!("/v1/ticket/sale-windows/{}", made.id);
            Ok(Created::new(&wire::sale_window(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a sale window.
    ///
    /// A page or a patron does not find one of the house.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_sale_window_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SaleWindow>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SaleWindow>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| window::find(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::sale_window(&found)))
    }

    /// Change a sale window.
    ///
    /// Its name, times and limit. Holds already placed keep their deadline.
    #[oai(path = "/:id", method = "patch", operation_id = "ticket_sale_window_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::SaleWindow>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SaleWindowUpdate>,
    ) -> Result<Done<SaleWindow>, ApiError> {
        let (id, asked, now): (_, &SaleWindowUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = window::update(tx, id, version, wire::sale_window_change(asked), now).await?;
            Ok(Done::new(&wire::sale_window(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
