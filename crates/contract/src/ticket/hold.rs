//! Holds on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{
    Instant, Ref, Yen,
    billing::{LineKind, TaxRate},
};

/// What a hold is at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HoldState {
    Active,
    /// It has become an order.
    Converted,
    Released,
    Expired,
}

/// Seats or places kept for one client until a deadline, at the price quoted.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Hold {
    pub id: Ref<kind::Hold>,
    pub performance: Ref<kind::Performance>,
    pub sale_window: Option<Ref<kind::SaleWindow>>,
    pub state: HoldState,
    pub placed_at: Instant,
    /// From this moment on the seats are free again, whether anybody looked or not.
    pub expires_at: Instant,
    /// No extension goes beyond this.
    pub max_expires_at: Instant,
    #[oai(validator(max_items = 200))]
    pub lines: Vec<SaleLine>,
    /// Tax and fees included; honoured until the hold expires.
    pub total: Yen,
    /// Why these seats, when they were chosen by the office.
    pub choice: Option<SeatChoice>,
    /// Proves that the hold, and the order that comes of it, is yours: send it as `Client-Secret`. Shown only in the answer
    /// that creates the hold.
    #[oai(validator(max_length = 100))]
    pub client_secret: Option<String>,
}

/// One line of what is held or ordered.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SaleLine {
    /// Only a line of an order has one.
    pub id: Option<Ref<kind::OrderLine>>,
    pub kind: LineKind,
    #[oai(validator(max_length = 500))]
    pub label: String,
    pub quantity: i32,
    /// For one, tax included.
    pub unit_amount: Yen,
    /// For all of them, tax included.
    pub amount: Yen,
    pub tax_rate: TaxRate,
    pub seat: Option<Ref<kind::Seat>>,
    pub pool: Option<Ref<kind::Pool>>,
    pub seat_class: Option<Ref<kind::SeatClass>>,
    pub ticket_type: Option<Ref<kind::TicketType>>,
    /// 座席番号 or the name of the pool, as the ticket prints it.
    #[oai(validator(max_length = 200))]
    pub place: Option<String>,
    /// The price list or fee that the amount comes from.
    #[oai(validator(max_length = 200))]
    pub rule: String,
}

/// Why these seats.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatChoice {
    /// How many parts the party sits in; 1 when together.
    pub parts: i32,
    /// Single free seats left beside them. Only when no choice would have avoided it.
    pub singles_left: i32,
    /// `1F row 7, 12–13, no single seat left`
    #[oai(validator(max_length = 2000))]
    pub sentence: String,
}

/// A new hold. Exactly one of `seats`, `best` and `places` says what is wanted.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HoldRequest {
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
}

/// This seat, for a ticket of this type.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatPick {
    pub seat: Ref<kind::Seat>,
    pub ticket_type: Ref<kind::TicketType>,
}

/// So many tickets of one type.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TypeCount {
    pub ticket_type: Ref<kind::TicketType>,
    #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
    pub count: i32,
}

/// The best seats of a class, beside each other and without leaving a single seat if that can be avoided.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct BestSeats {
    pub seat_class: Ref<kind::SeatClass>,
    /// Dealt out from the first seat to the last.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub tickets: Vec<TypeCount>,
    /// The party may sit in parts when it finds no room together.
    pub may_split: Option<bool>,
    /// The first seat is a wheelchair place, the others are the companion places nearest to it.
    pub wheelchair: Option<bool>,
}

/// Places of a pool.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PlacesPick {
    pub pool: Ref<kind::Pool>,
    #[oai(validator(min_items = 1, max_items = 20))]
    pub tickets: Vec<TypeCount>,
}
