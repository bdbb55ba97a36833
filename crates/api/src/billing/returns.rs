//! A refund of an order takes its tickets back: which of them, and what they were worth.

use billing::{
    Bill, bill,
    refund::{RecordRefundError, RefundDraft, RefundLine},
};
use contract::{ApiError, billing::RefundRequest};
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{BillId, OrderId, TicketId},
};
use ticket::{
    order::{self, OrderState},
    secret::Proof,
    ticket::{self as tickets, Cause, Ticket, Void, Which},
};

use super::wire;
use crate::{problems, subject, ticket::wire::off_sale, venue::money};

/// A refund, and what becomes void with it.
pub struct Returned {
    pub draft: RefundDraft,
    void: Option<(OrderId, Void)>,
}

fn unclear() -> ApiError {
    ApiError::of(ticket::problems::REFUND_UNCLEAR.refuse())
}

/// The lines of the order whose money goes back with so many tickets. A bill has the lines of its order in their order.
fn lines(bill: &Bill, parts: &[RefundLine]) -> Which {
    let line = |part: &RefundLine| {
        let at = bill.lines.iter().position(|line| line.id == part.line && line.kind == tariff::LineKind::Sale)?;
        Some((i32::try_from(at).ok()?, part.quantity))
    };
    Which::Lines(parts.iter().filter_map(line).filter(|(_, count)| *count > 0).collect())
}

/// The lines of the bill that these tickets of the order are worth.
async fn worth(
    tx: &mut TenantTx,
    bill: &Bill,
    order: &order::Order,
    asked: &[TicketId],
    fees: bool,
) -> Result<Vec<RefundLine>, ApiError> {
    let known = tickets::of_order(tx, order.id).await?;
    if asked.iter().any(|id| known.iter().all(|ticket| ticket.id != *id)) {
        return Err(unclear());
    }
    let named: Vec<&Ticket> = known.iter().filter(|ticket| asked.contains(&ticket.id)).collect();
    let part = |(at, quantity, amount): (i32, i64, Yen)| {
        let line = bill.lines.get(usize::try_from(at).ok()?)?;
        (amount > Yen::ZERO).then_some(RefundLine { line: line.id, amount, quantity })
    };
    let parts: Vec<RefundLine> =
        tickets::rules::worth(&order.lines, &named, fees).into_iter().filter_map(part).collect();
    // tickets of nothing give nothing back; without lines a refund would mean the whole bill
    if parts.is_empty() { Err(RecordRefundError::TooMuch { left: Yen::ZERO }.into()) } else { Ok(parts) }
}

/// What is asked for, in the words of billing and of the ticket office. The bill is locked from now on.
///
/// # Errors
/// A problem when it is unclear what comes back, or there is no such bill; `venue.application.refund_by_hand`.
pub async fn plan(tx: &mut TenantTx, id: BillId, asked: &RefundRequest, now: Instant) -> Result<Returned, ApiError> {
    let mut draft = wire::refund_draft(id, asked);
    let named: Option<Vec<TicketId>> = asked.tickets.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    if named.is_some() && asked.lines.is_some() {
        return Err(unclear());
    }
    let bill = bill::hold(tx, id).await?.ok_or_else(|| ApiError::of(problems::ABSENT.refuse()))?;
    let Some(order) = subject::order_of(&bill.subject) else {
        if named.is_some() {
            return Err(unclear());
        }
        money::expect_over(tx, &bill).await?;
        return Ok(Returned { draft, void: None });
    };
    let order = order::find(tx, order, Proof::Trusted, now).await?;
    let which = match named {
        Some(ids) => {
            draft.lines = worth(tx, &bill, &order, &ids, asked.fees.unwrap_or(false)).await?;
            Which::These(ids)
        }
        None if draft.lines.is_empty() => Which::All,
        None => lines(&bill, &draft.lines),
    };
    let cause = match draft.reason {
        billing::refund::Reason::PerformanceCancelled => Cause::PerformanceCancelled,
        _ => Cause::Refunded,
    };
    let void = Void { which, cause, note: None, off_sale: off_sale(asked.seats) };
    Ok(Returned { void: (order.state == OrderState::Paid).then_some((order.id, void)), draft })
}

/// Makes the tickets void whose money went back, and returns which they were. An order that was not paid has none.
///
/// # Errors
/// What the ticket office refuses with.
pub async fn take_back(tx: &mut TenantTx, returned: &Returned, now: Instant) -> Result<Vec<TicketId>, ApiError> {
    match &returned.void {
        Some((order, void)) => Ok(tickets::void(tx, *order, void, now).await?),
        None => Ok(Vec::new()),
    }
}
