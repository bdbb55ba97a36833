//! Sale windows on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::order::OrderChannel;
use crate::{Instant, Ref, Yen, billing::PaymentMethod};

/// Who may buy through a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum WindowAudience {
    /// Anybody.
    Public,
    /// The house's own counter and servers.
    Staff,
}

/// How seats are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeatSelection {
    /// The buyer names them.
    Pick,
    /// The office chooses the best.
    Best,
    /// Either.
    Both,
}

/// 販売区分: who may buy, from when to when, how many, and how long a hold lasts.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SaleWindow {
    pub id: Ref<kind::SaleWindow>,
    pub performance: Ref<kind::Performance>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub audience: WindowAudience,
    pub opens_at: Instant,
    /// From this moment on it is closed.
    pub closes_at: Instant,
    /// Places in one order at most.
    pub per_order_limit: i32,
    /// Minutes a hold lasts.
    pub hold_minutes: i32,
    /// Minutes it lasts at most after extensions.
    pub hold_minutes_max: i32,
    /// Minutes an order may wait for its payment.
    pub payment_minutes: i32,
    pub selection: SeatSelection,
    /// 手数料 for each ticket, tax included.
    pub fee_per_ticket: Yen,
    /// 手数料 for each order, tax included.
    pub fee_per_order: Yen,
    /// 販路 that sell through it.
    #[oai(validator(max_items = 3))]
    pub channels: Vec<OrderChannel>,
    /// How an order of it may be paid.
    #[oai(validator(max_items = 20))]
    pub payment_methods: Vec<PaymentMethod>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A sale window to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SaleWindowRequest {
    pub performance: Ref<kind::Performance>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    pub audience: WindowAudience,
    pub opens_at: Instant,
    /// After `opens_at`.
    pub closes_at: Instant,
    /// Places in one order at most.
    #[oai(default = "usual_limit", validator(minimum(value = "1"), maximum(value = "100")))]
    pub per_order_limit: i32,
    /// Minutes a hold lasts.
    #[oai(default = "usual_hold", validator(minimum(value = "1"), maximum(value = "60")))]
    pub hold_minutes: i32,
    /// Minutes it lasts at most after extensions; not fewer than `hold_minutes`.
    #[oai(default = "usual_hold_max", validator(minimum(value = "1"), maximum(value = "240")))]
    pub hold_minutes_max: i32,
    /// Minutes an order may wait for its payment.
    #[oai(default = "usual_payment", validator(minimum(value = "1"), maximum(value = "43200")))]
    pub payment_minutes: i32,
    pub selection: SeatSelection,
    /// 手数料 for each ticket: yen, tax included.
    #[oai(default, validator(minimum(value = "0"), maximum(value = "99999")))]
    pub fee_per_ticket: i64,
    /// 手数料 for each order: yen, tax included.
    #[oai(default, validator(minimum(value = "0"), maximum(value = "99999")))]
    pub fee_per_order: i64,
    /// 販路 that sell through it. Absent: all.
    #[oai(validator(min_items = 1, max_items = 3, unique_items))]
    pub channels: Option<Vec<OrderChannel>>,
    /// How an order of it may be paid. Absent: in every way.
    #[oai(validator(min_items = 1, max_items = 20, unique_items))]
    pub payment_methods: Option<Vec<PaymentMethod>>,
}

fn usual_limit() -> i32 {
    6
}

fn usual_hold() -> i32 {
    10
}

fn usual_hold_max() -> i32 {
    30
}

fn usual_payment() -> i32 {
    60
}

/// What changes of a sale window. Holds already placed keep their deadline.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SaleWindowUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    pub opens_at: Option<Instant>,
    pub closes_at: Option<Instant>,
    #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
    pub per_order_limit: Option<i32>,
    #[oai(validator(min_items = 1, max_items = 3, unique_items))]
    pub channels: Option<Vec<OrderChannel>>,
    #[oai(validator(min_items = 1, max_items = 20, unique_items))]
    pub payment_methods: Option<Vec<PaymentMethod>>,
}
