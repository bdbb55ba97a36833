//! What the journal says of orders.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::{Instant, Yen};
use serde::Serialize;

use super::Order;
use crate::{line, terms::stamp};

macro_rules! order_event {
    ($(#[$doc:meta])* $event:ident = $name:literal { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Serialize)]
        struct $event { order: String, $($field: $type),* }

        impl Event for $event {
            const NAME: &'static str = $name;
            fn subject(&self) -> Subject {
                Subject::new("order", &self.order)
            }
        }
    };
}

order_event! {
    /// Something held is now owed.
    OrderPlaced = "ticket.order.placed" { number: String, performance: String, tickets: i32, total: Yen, channel: &'static str, due_at: String }
}
order_event! {
    /// Chosen, paid and issued at once.
    OrderSold = "ticket.order.sold" { number: String, performance: String, tickets: i32, total: Yen, channel: &'static str }
}
order_event! {
    /// Paid; its tickets are valid.
    OrderPaid = "ticket.order.paid" { performance: String, tickets: i32, total: Yen }
}
order_event! {
    /// Cancelled unpaid.
    OrderCancelled = "ticket.order.cancelled" { performance: String, tickets: i32 }
}
order_event! {
    /// Paid when what it had kept was gone.
    OrderLost = "ticket.order.paid_in_vain" { performance: String, tickets: i32, total: Yen }
}

pub(super) async fn placed(tx: &mut TenantTx, order: &Order, now: Instant) -> Result<(), Fault> {
    let event = OrderPlaced {
        order: order.id.to_string(),
        number: order.number.clone(),
        performance: order.performance.to_string(),
        tickets: line::tickets(&order.lines),
        total: order.total,
        channel: order.channel.as_str(),
        due_at: stamp(order.due_at),
    };
    audit::journal(tx, now, &event).await
}

pub(super) async fn sold(tx: &mut TenantTx, order: &Order, now: Instant) -> Result<(), Fault> {
    let event = OrderSold {
        order: order.id.to_string(),
        number: order.number.clone(),
        performance: order.performance.to_string(),
        tickets: line::tickets(&order.lines),
        total: order.total,
        channel: order.channel.as_str(),
    };
    audit::journal(tx, now, &event).await
}

pub(super) async fn paid(tx: &mut TenantTx, order: &Order, now: Instant) -> Result<(), Fault> {
    let event = OrderPaid {
        order: order.id.to_string(),
        performance: order.performance.to_string(),
        tickets: line::tickets(&order.lines),
        total: order.total,
    };
    audit::journal(tx, now, &event).await
}

pub(super) async fn cancelled(tx: &mut TenantTx, order: &Order, now: Instant) -> Result<(), Fault> {
    let event = OrderCancelled {
        order: order.id.to_string(),
        performance: order.performance.to_string(),
        tickets: line::tickets(&order.lines),
    };
    audit::journal(tx, now, &event).await
}

pub(super) async fn lost(tx: &mut TenantTx, order: &Order, now: Instant) -> Result<(), Fault> {
    let event = OrderLost {
        order: order.id.to_string(),
        performance: order.performance.to_string(),
        tickets: line::tickets(&order.lines),
        total: order.total,
    };
    audit::journal(tx, now, &event).await
}
