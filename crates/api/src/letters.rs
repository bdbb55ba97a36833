//! Messages about orders and about money: what the buyer and the payer are told, intended in the transaction in which it happened. Who left
//! no address is told nothing.

use billing::{
    Subject, bill,
    payment::{NextAction, Payment},
    refund::Refund,
};
use contract::ApiError;
use custody::TenantKeys;
use db::TenantTx;
use kernel::{Instant, Locale};
use notice::{Intent, Template, template::OrderSummary};
use patron::register;
use ticket::{
    order::{self, Order},
    performance, production,
    secret::Proof,
    ticket::Ticket,
};

use crate::{Desk, desk::lent, patron::house, subject};

/// Where the buyer of an order is written to.
struct Buyer {
    address: String,
    locale: Locale,
    keys: TenantKeys,
}

async fn buyer(desk: &Desk, tx: &mut TenantTx, order: &Order) -> Result<Option<Buyer>, ApiError> {
    let Some(patron) = order.patron else { return Ok(None) };
    let keys = desk.keyring.tenant(tx.tenant())?;
    let reached = register::reach(tx, lent(&keys), patron).await?;
    Ok(reached.map(|(address, locale)| Buyer { address, locale, keys }))
}

async fn summary(tx: &mut TenantTx, order: &Order, locale: Locale) -> Result<OrderSummary, ApiError> {
    let performance = performance::find(tx, order.performance, true).await?;
    let production = production::find(tx, performance.production_id, true).await?;
    let title = match (locale, production.title_en) {
        (Locale::En, Some(title)) => title,
        _ => production.title,
    };
    Ok(OrderSummary { number: order.number.clone(), title, starts_at: performance.starts_at, total: order.total })
}

async fn send(
    tx: &mut TenantTx,
    order: &Order,
    buyer: &Buyer,
    template: &Template,
    fact: &str,
    now: Instant,
) -> Result<(), ApiError> {
    let house = house(tx).await?;
    let intent =
        Intent { house: &house, template, locale: buyer.locale, to: &buyer.address, patron: order.patron, fact };
    notice::intend(tx, &buyer.keys.seal, &intent, now).await?;
    Ok(())
}

/// Tells the buyer that the order is paid, with its tickets. An order is confirmed once.
///
/// # Errors
/// What reading the order's performance refuses with.
pub async fn order_confirmed(
    desk: &Desk,
    tx: &mut TenantTx,
    order: &Order,
    tickets: &[Ticket],
    now: Instant,
) -> Result<(), ApiError> {
    let Some(buyer) = buyer(desk, tx, order).await? else { return Ok(()) };
    let tickets = tickets.iter().map(|ticket| format!("{}  {}", ticket.id, ticket.place)).collect();
    let template = Template::OrderConfirmed { order: summary(tx, order, buyer.locale).await?, tickets, link: None };
    send(tx, order, &buyer, &template, &format!("ticket.order_confirmed {}", order.id), now).await
}

/// Tells the buyer the number to pay with at a convenience store. Other payments have none.
///
/// # Errors
/// What reading the order refuses with.
pub async fn konbini_number(
    desk: &Desk,
    tx: &mut TenantTx,
    subject: &Subject,
    payment: &Payment,
    now: Instant,
) -> Result<(), ApiError> {
    let (Some(NextAction::PayAtStore { number }), Some(due_at)) = (payment.action_at(now), payment.due_at) else {
        return Ok(());
    };
    let Some(id) = subject::order_of(subject) else { return Ok(()) };
    let order = order::find(tx, id, Proof::Trusted, now).await?;
    let Some(buyer) = buyer(desk, tx, &order).await? else { return Ok(()) };
    let store = match buyer.locale {
        Locale::Ja => "コンビニエンスストア",
        Locale::En => "any convenience store",
    };
    let mut summary = summary(tx, &order, buyer.locale).await?;
    summary.total = payment.amount;
    let template = Template::KonbiniNumber { order: summary, store: store.to_owned(), number: number.clone(), due_at };
    send(tx, &order, &buyer, &template, &format!("billing.konbini_number {}", payment.id), now).await
}

/// Tells whoever a bill is for that a payment came that it does not ask for any more, and goes back: each payment once.
///
/// # Errors
/// A fault of the database.
pub async fn payment_returned(desk: &Desk, tx: &mut TenantTx, refund: &Refund, now: Instant) -> Result<(), ApiError> {
    let Some(bill) = bill::find(tx, refund.bill).await? else { return Ok(()) };
    let Some(payer) = bill.payer else { return Ok(()) };
    let keys = desk.keyring.tenant(tx.tenant())?;
    let Some((address, locale)) = register::reach(tx, lent(&keys), payer).await? else { return Ok(()) };
    let lines = bill.lines.iter().map(|line| line.label.clone()).collect();
    let template = Template::PaymentReturned { bill: bill.id.to_string(), amount: refund.amount, lines };
    let (house, fact) = (house(tx).await?, format!("{} {}", template.name(), refund.payment));
    let (house, to, fact) = (house.as_str(), address.as_str(), fact.as_str());
    let intent = Intent { house, template: &template, locale, to, patron: Some(payer), fact };
    notice::intend(tx, &keys.seal, &intent, now).await?;
    Ok(())
}
