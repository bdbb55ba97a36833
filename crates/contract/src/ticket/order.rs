//! Orders on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{
    hold::{BestSeats, PlacesPick, SaleLine, SeatChoice, SeatPick},
    issued::Ticket,
};
use crate::{Instant, Ref, Yen, billing::CounterMethod};

/// What an order is at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OrderState {
    AwaitingPayment,
    Paid,
    /// Unpaid past its deadline: it keeps nothing from others any longer.
    Expired,
    Cancelled,
}

/// 販路: where it was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OrderChannel {
    /// A contractor's page.
    Web,
    /// 窓口.
    BoxOffice,
    /// A contractor's server.
    Server,
}

/// What was held and is now owed or paid.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Order {
    pub id: Ref<kind::Order>,
    /// What people read to each other: the last character checks the others.
    #[oai(validator(max_length = 20))]
    pub number: String,
    pub performance: Ref<kind::Performance>,
    pub hold: Option<Ref<kind::Hold>>,
    pub patron: Option<Ref<kind::Patron>>,
    pub channel: OrderChannel,
    pub state: OrderState,
    #[oai(validator(max_items = 200))]
    pub lines: Vec<SaleLine>,
    /// How many of its tickets are void.
    #[oai(validator(minimum(value = "0")))]
    pub voided_tickets: i32,
    /// Tax and fees included.
    pub total: Yen,
    /// The bill to be paid; read or pay it under `/v1/bills`.
    pub bill: Option<Ref<kind::Bill>>,
    /// Until when it must be paid.
    pub due_at: Instant,
    pub placed_at: Instant,
    pub paid_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
}

/// Who can be reached about an order. Kept sealed, apart from the order.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OrderContact {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The reading of the name.
    #[oai(validator(max_length = 200))]
    pub kana: Option<String>,
    #[oai(validator(max_length = 254))]
    pub email: Option<String>,
    #[oai(validator(max_length = 50))]
    pub phone: Option<String>,
}

/// The order of what is held.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OrderRequest {
    pub hold: Ref<kind::Hold>,
    /// A registered patron; for a patron's own session it is that patron.
    pub patron: Option<Ref<kind::Patron>>,
    /// A guest who leaves a contact.
    pub contact: Option<OrderContact>,
}

/// A sale in one request: chosen, paid, issued. Exactly one of `seats`, `best` and `places` says what is wanted.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SaleRequest {
    pub performance: Ref<kind::Performance>,
    /// Leave it out for the window that is open.
    pub sale_window: Option<Ref<kind::SaleWindow>>,
    /// These seats: all of them or none.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub seats: Option<Vec<SeatPick>>,
    /// The best seats beside each other.
    pub best: Option<BestSeats>,
    /// Places without numbers.
    pub places: Option<PlacesPick>,
    /// How the money was taken.
    pub payment: CounterMethod,
    /// A registered patron.
    pub patron: Option<Ref<kind::Patron>>,
}

/// What was sold in one request.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Sale {
    pub order: Order,
    #[oai(validator(max_items = 200))]
    pub tickets: Vec<Ticket>,
    /// Why these seats, when they were chosen by the office.
    pub choice: Option<SeatChoice>,
}
