//! `/v1/ticket/tickets`

use contract::{
    ApiError, Done, Ref,
    ticket::issued::{Ticket, VoidRequest},
};
use db::{Fault, TenantTx};
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;
use ticket::ticket::{self as tickets, Cause, Void, VoidError, Which, code::Printer};

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, tags::Tag};

/// Operations on single tickets.
pub struct Tickets {
    desk: Desk,
}

impl Tickets {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/tickets", tag = "Tag::Ticket")]
impl Tickets {
    /// Make a ticket void.
    ///
    /// No money moves; to give money back, refund the bill instead. The seat or place is for sale again at once, unless `seats`
    /// says otherwise. A ticket that somebody entered with stays as it is.
    #[oai(path = "/:id/void", method = "post", operation_id = "ticket_ticket_void")]
    async fn void(
        &self,
        caller: May<permit::VoidTickets>,
        id: Path<Ref<kind::Ticket>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<VoidRequest>,
    ) -> Result<Done<Ticket>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        let (id, now, printer) = (id.0.0, caller.now(), &Printer::new(caller.tenant(), &keys.ticket_signing));
        let ask = &Void {
            which: Which::These(vec![id]),
            cause: Cause::House,
            note: Some(body.reason.clone()),
            off_sale: wire::off_sale(body.seats),
        };
        let work = async |tx: &mut TenantTx| {
            let order = tickets::order_of(tx, id).await?;
            tickets::void(tx, order, ask, now).await?;
            let found = tickets::of_order(tx, order).await?.into_iter().find(|ticket| ticket.id == id);
            Ok(Done::new(&wire::ticket(&found.ok_or(VoidError::Absent)?, printer)))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
