//! `/v1/ticket/performances`

use billing::bill;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::performance::{
        OpenSaleRequest, Performance, PerformanceCancellation, PerformanceRequest, PerformanceUpdate, RefundDue,
    },
    ticket::price::PriceList,
};
use db::TenantTx;
use kernel::{Page, Service, Yen, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::{catalogue::CatalogueError, performance, price_list};

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, subject, tags::Tag};

/// Operations on performances.
pub struct Performances {
    desk: Desk,
}

impl Performances {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/performances", tag = "Tag::Ticket")]
impl Performances {
    /// List performances.
    ///
    /// Oldest first. A page or a patron does not find drafts.
    #[oai(path = "/", method = "get", operation_id = "ticket_performance_list")]
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
    ) -> Result<Listed<Performance>, ApiError> {
        let of = production.0.map(|id| id.0);
        let list = of.map_or_else(|| "performances".to_owned(), |id| format!("performances {id}"));
        let seen = caller.of_the_house();
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| performance::list(tx, of, seen, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |performance| wire::performance(&performance)))
    }

    /// Make a performance.
    ///
    /// As a draft. Its seats are laid out when its sale is opened.
    #[oai(path = "/", method = "post", operation_id = "ticket_performance_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<PerformanceRequest>,
    ) -> Result<Created<Performance>, ApiError> {
        let (asked, now): (&PerformanceRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = performance::create(tx, wire::performance_draft(asked), now).await?;
            let at = format!("/v1/ticket/performances/{}", made.id);
            Ok(Created::new(&wire::performance(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a performance.
    ///
    /// A page or a patron does not find a draft.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_performance_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Performance>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| performance::find(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::performance(&found)))
    }

    /// Change a performance.
    ///
    /// Its times and its cap, as long as it has not been on sale.
    #[oai(path = "/:id", method = "patch", operation_id = "ticket_performance_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<PerformanceUpdate>,
    ) -> Result<Done<Performance>, ApiError> {
        let (id, asked, now): (_, &PerformanceUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = performance::update(tx, id, version, wire::performance_change(asked), now).await?;
            Ok(Done::new(&wire::performance(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Open the sale of a performance.
    ///
    /// Lays its seats out in their classes and puts it on sale. When anything is missing, the problem lists all of it at once in
    /// `missing`: prices, sale windows, stock, rows in no class or in several, more places than the hall may hold.
    #[oai(path = "/:id/open", method = "post", operation_id = "ticket_performance_open")]
    async fn open(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<OpenSaleRequest>,
    ) -> Result<Done<Performance>, ApiError> {
        let (id, rules, now) = (id.0.0, &wire::class_rules(&body), caller.now());
        let work = async |tx: &mut TenantTx| {
            let opened = performance::open_sale(tx, id, rules, now).await?;
            Ok(Done::new(&wire::performance(&opened)).version(opened.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Announce a performance.
    ///
    /// Everybody sees it with its times and prices; nothing is sold before it is opened.
    #[oai(path = "/:id/announce", method = "post", operation_id = "ticket_performance_announce")]
    async fn announce(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Performance>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = performance::change_state(tx, id, "announced", now).await?;
            Ok(Done::new(&wire::performance(&moved)).version(moved.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Cancel a performance.
    ///
    /// For good, and at once: nothing more is held, sold or admitted, what is held cannot be ordered any more, and money that
    /// still comes for unpaid orders goes back by itself. The answer counts the paid orders; refund them one by one as
    /// `refunds-due` lists them.
    #[oai(path = "/:id/cancel", method = "post", operation_id = "ticket_performance_cancel")]
    async fn cancel(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<PerformanceCancellation>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = performance::change_state(tx, id, "cancelled", now).await?;
            let (orders_to_refund, tickets_to_void) = performance::count_unreturned(tx, id).await?;
            let version = moved.version;
            let performance = wire::performance(&moved);
            Ok(Done::new(&PerformanceCancellation { performance, orders_to_refund, tickets_to_void }).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }

    /// List what must be refunded of a cancelled performance.
    ///
    /// Its paid orders with tickets that are not void yet, oldest first. An order disappears from the list when its bill was
    /// refunded.
    #[oai(path = "/:id/refunds-due", method = "get", operation_id = "ticket_refunddue_list")]
    async fn refunds_due(
        &self,
        caller: May<permit::RefundPayment>,
        id: Path<Ref<kind::Performance>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<RefundDue>, ApiError> {
        let id = id.0.0;
        let list = format!("refunds due {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let page = performance::unreturned(tx, id, ask).await?;
            let mut items = Vec::with_capacity(page.items.len());
            for order in page.items {
                let bill = bill::find_of(tx, &subject::order(order.order)).await?;
                items.push((order, bill));
            }
            Ok(Page { items, next: page.next })
        };
        let page = self.desk.db.read(&caller.scope().in_service(Service::Ticket), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |(order, bill)| RefundDue {
            order: order.order.into(),
            number: order.number,
            patron: order.patron.map(Into::into),
            tickets: order.tickets,
            amount: bill.as_ref().map_or(Yen::ZERO, |bill| bill.paid - bill.refunded).into(),
            bill: bill.map(|bill| bill.id.into()),
        }))
    }

    /// Pause the sale of a performance.
    ///
    /// Nothing more is held or sold until it is resumed; what is held can still be ordered and paid.
    #[oai(path = "/:id/pause", method = "post", operation_id = "ticket_performance_pause")]
    async fn pause(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Performance>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = performance::change_state(tx, id, "paused", now).await?;
            Ok(Done::new(&wire::performance(&moved)).version(moved.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Resume the sale of a performance.
    ///
    /// It is on sale again.
    #[oai(path = "/:id/resume", method = "post", operation_id = "ticket_performance_resume")]
    async fn resume(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Performance>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = performance::change_state(tx, id, "on_sale", now).await?;
            Ok(Done::new(&wire::performance(&moved)).version(moved.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Close the sale of a performance.
    ///
    /// For good: it cannot be put on sale again.
    #[oai(path = "/:id/close", method = "post", operation_id = "ticket_performance_close")]
    async fn close(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Performance>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let moved = performance::change_state(tx, id, "closed", now).await?;
            Ok(Done::new(&wire::performance(&moved)).version(moved.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Read the prices of a performance.
    ///
    /// The price list that counts for it now: its own newest, else the newest of its production.
    #[oai(path = "/:id/prices", method = "get", operation_id = "ticket_price_view")]
    async fn prices(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<PriceList>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| {
            let found = performance::find(tx, id, seen).await?;
            price_list::in_force(tx, found.production_id, id).await?.ok_or(CatalogueError::Absent)
        };
        let (list, prices) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(list.id, have.0.as_deref(), || wire::price_list(&list, Some(&prices))))
    }
}
