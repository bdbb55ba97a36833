//! `/v1/ticket/orders` and `/v1/ticket/sales`

use billing::{
    BillState, Method, bill,
    call_off::{self, CalledOff},
    counter,
    refund::Reason,
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    billing::CounterMethod,
    ticket::{
        issued::Ticket,
        order::{Order, OrderContact, OrderRequest, Sale, SaleRequest},
    },
};
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Locale,
    ids::{OrderId, PatronId, kind},
};
use patron::{
    Details,
    contact::{self, ContactDraft},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::{Permit, permission::permit};
use ticket::{
    order::{self, OrderError, PlaceOrder, SellNow, Settled},
    secret::Proof,
    ticket::{self as tickets, code::Printer},
};

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, desk::lent, letters, params, subject, tags::Tag};

/// Operations on orders.
pub struct Orders {
    desk: Desk,
}

/// Sales in one request.
pub struct Sales {
    desk: Desk,
}

impl Orders {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    fn printer<P: Permit>(&self, caller: &May<P>) -> Result<Printer, ApiError> {
        printer(&self.desk, caller)
    }
}

impl Sales {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

fn printer<P: Permit>(desk: &Desk, caller: &May<P>) -> Result<Printer, ApiError> {
    let keys = desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
    Ok(Printer::new(caller.tenant(), &keys.ticket_signing))
}

/// The order, if this caller may have it: the house all, a patron their own, everybody else the one whose secret they show.
async fn admitted<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    id: OrderId,
    secret: Option<&str>,
) -> Result<order::Order, OrderError> {
    if let Actor::Patron(patron) = caller.actor() {
        let order = order::find(tx, id, Proof::Trusted, caller.now()).await?;
        if order.patron == Some(*patron) {
            return Ok(order);
        }
    }
    order::find(tx, id, wire::proof(caller, secret), caller.now()).await
}

/// Whose order it becomes.
async fn buyer<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    named: Option<PatronId>,
    contact: Option<&OrderContact>,
    now: Instant,
) -> Result<Option<PatronId>, ApiError> {
    if let Actor::Patron(patron) = caller.actor() {
        return Ok(Some(*patron));
    }
    if let (Some(named), false) = (named, caller.is_guest()) {
        return Ok(Some(named));
    }
    let Some(contact) = contact else { return Ok(None) };
    let keys = desk.keyring.tenant(tx.tenant()).map_err(Fault::from)?;
    let details = Details {
        name: Some(contact.name.clone()),
        kana: contact.kana.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        ..Details::default()
    };
    let keys = lent(&keys);
    Ok(Some(contact::keep(tx, keys, ContactDraft { details, locale: Locale::Ja }, now).await?))
}

#[OpenApi(prefix_path = "/v1/ticket/orders", tag = "Tag::Ticket")]
impl Orders {
    /// Order what is held.
    ///
    /// Exactly what the hold keeps, once, at the price quoted. The answer names the bill: pay it under `/v1/bills` before
    /// `due_at`, and the tickets are issued in the same moment. An order of nothing to pay is paid at once.
    #[oai(path = "/", method = "post", operation_id = "ticket_order_create")]
    async fn create(
        &self,
        caller: May<permit::PlaceOrders>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        /// The secret of the hold, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        body: Body<OrderRequest>,
    ) -> Result<Created<Order>, ApiError> {
        let (person, proof, now) = (&caller, wire::proof(&caller, secret.0.as_deref()), caller.now());
        let (hold, named) = (body.hold.0, body.patron.map(|patron| patron.0));
        let (desk, contact, channel) = (&self.desk, body.contact.as_ref(), wire::channel(&caller));
        let work = async |tx: &mut TenantTx| {
            let patron = buyer(desk, tx, person, named, contact, now).await?;
            let placed = order::place(tx, &PlaceOrder { hold, proof, patron, channel }, now).await?;
            let bill = bill::open(tx, &wire::bill(&placed, Some(placed.due_at)), now).await?;
            let placed = if bill.state == BillState::Paid { free(desk, tx, placed, now).await? } else { placed };
            let (location, version) = (format!("/v1/ticket/orders/{}", placed.id), wire::order_version(&placed));
            Ok(Created::new(&wire::order(placed, Some(bill.id))).at(location).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// List orders.
    ///
    /// Oldest first, of one performance or of all. A patron finds their own; a page without a session reads single orders only,
    /// each with its client secret.
    #[oai(path = "/", method = "get", operation_id = "ticket_order_list")]
    async fn list(
        &self,
        caller: May<permit::ReadOrders>,
        performance: Query<Option<Ref<kind::Performance>>>,
        patron: Query<Option<Ref<kind::Patron>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Order>, ApiError> {
        let (performance, mut patron) = (performance.0.map(|id| id.0), patron.0.map(|id| id.0));
        if let Actor::Patron(own) = caller.actor() {
            patron = Some(*own);
        }
        if caller.is_guest() {
            return Err(ApiError::of(::ticket::problems::LIST_NEEDS_SESSION.refuse()));
        }
        let list = format!("orders {performance:?} {patron:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let now = caller.now();
        let work = async |tx: &mut TenantTx| order::list(tx, performance, patron, ask, now).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |order| wire::order(order, None)))
    }

    /// Read an order.
    ///
    /// As it is at this moment: an unpaid order past its deadline says so.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_order_view")]
    async fn view(
        &self,
        caller: May<permit::ReadOrders>,
        id: Path<Ref<kind::Order>>,
        /// The secret of the order, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Order>, ApiError> {
        let (person, secret, id) = (&caller, secret.0.as_deref(), id.0.0);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let order = admitted(tx, person, id, secret).await?;
            let bill = bill::find_of(tx, &subject::order(id)).await?;
            Ok((order, bill.map(|bill| bill.id)))
        };
        let (order, bill) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(wire::order_version(&order), have.0.as_deref(), || wire::order(order, bill)))
    }

    /// Cancel an unpaid order.
    ///
    /// Its seats and places are free at once, and its bill asks for nothing any more. A part that was paid goes back.
    #[oai(path = "/:id/cancel", method = "post", operation_id = "ticket_order_cancel")]
    async fn cancel(
        &self,
        caller: May<permit::CancelOrders>,
        id: Path<Ref<kind::Order>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        /// The secret of the order, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
    ) -> Result<Done<Order>, ApiError> {
        let (person, secret, id, now) = (&caller, secret.0.as_deref(), id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            let order = admitted(tx, person, id, secret).await?;
            // the bill's row is locked before the order's, here and everywhere
            let bill = bill::find_of(tx, &subject::order(id)).await?.map(|bill| bill.id);
            if let (Some(bill), false) = (bill, order.state == order::OrderState::Paid)
                && call_off::bill(tx, bill, Reason::Patron, now).await? == CalledOff::Paid
            {
                return Err(ApiError::of(billing::problems::BILL_PAID.refuse()));
            }
            let order = order::cancel_unpaid(tx, id, Proof::Trusted, now).await?;
            let version = wire::order_version(&order);
            Ok(Done::new(&wire::order(order, bill)).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }

    /// List the tickets of an order.
    ///
    /// In the order of its lines, each with the text for its QR code. An unpaid order has none.
    #[oai(path = "/:id/tickets", method = "get", operation_id = "ticket_ticket_list")]
    async fn tickets(
        &self,
        caller: May<permit::ReadOrders>,
        id: Path<Ref<kind::Order>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// The secret of the order, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
    ) -> Result<Listed<Ticket>, ApiError> {
        let (person, secret, id) = (&caller, secret.0.as_deref(), id.0.0);
        let list = format!("tickets {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            admitted(tx, person, id, secret).await?;
            Ok(tickets::of_order(tx, id).await?)
        };
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let printer = self.printer(&caller)?;
        let page = crate::tenancy::cut(found, &ask, |ticket| ticket.id.uuid());
        Ok(params::listed(&self.desk.cursor_key, &list, page, |ticket| wire::ticket(&ticket, &printer)))
    }
}

/// An order of nothing to pay is paid.
async fn free(desk: &Desk, tx: &mut TenantTx, placed: order::Order, now: Instant) -> Result<order::Order, ApiError> {
    match order::settle(tx, placed.id, now).await? {
        Settled::Issued { order, tickets } => {
            letters::order_confirmed(desk, tx, &order, &tickets, now).await?;
            Ok(order)
        }
        Settled::Already { order, .. } => Ok(order),
        Settled::Lost { .. } => Err(Fault::Unexpected("what was ordered in this transaction is there").into()),
    }
}

#[OpenApi(prefix_path = "/v1/ticket/sales", tag = "Tag::Ticket")]
impl Sales {
    /// Sell in one request.
    ///
    /// For a counter or a server: seats or places are chosen, the money that was taken is booked, and the tickets are issued,
    /// all of it or nothing.
    #[oai(path = "/", method = "post", operation_id = "ticket_order_sell")]
    async fn sell(
        &self,
        caller: May<permit::SellTickets>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<SaleRequest>,
    ) -> Result<Created<Sale>, ApiError> {
        let now = caller.now();
        let ask = &SellNow {
            audience: wire::audience(&caller),
            performance: body.performance.0,
            sale_window: body.sale_window.map(|window| window.0),
            selection: wire::selection(body.seats.as_deref(), body.best.as_ref(), body.places.as_ref())?,
            patron: body.patron.map(|patron| patron.0),
            channel: wire::channel(&caller),
        };
        let method = match body.payment {
            CounterMethod::Cash => Method::Cash,
            CounterMethod::CardTerminal => Method::CardTerminal,
        };
        let (desk, printer) = (&self.desk, &printer(&self.desk, &caller)?);
        let work = async |tx: &mut TenantTx| {
            let sale = order::prepare(tx, ask, now).await?;
            sale.order().takes(method.as_str())?;
            let paid = counter::sell_paid(tx, &wire::bill(sale.order(), None), method, now).await?;
            let sold = order::sell(tx, sale, now).await?;
            letters::order_confirmed(desk, tx, &sold.order, &sold.tickets, now).await?;
            let (location, version) =
                (format!("/v1/ticket/orders/{}", sold.order.id), wire::order_version(&sold.order));
            let answer = Sale {
                tickets: sold.tickets.iter().map(|ticket| wire::ticket(ticket, printer)).collect(),
                order: wire::order(sold.order, Some(paid.bill.id)),
                choice: sold.choice.map(wire::choice),
            };
            Ok(Created::new(&answer).at(location).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
