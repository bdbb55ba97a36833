//! Seat classes, ticket types and price lists on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Instant, Ref, Yen};

/// Whether a place has a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeatNumbering {
    /// A seat of one's own.
    Assigned,
    /// Free seating or standing, from a pool.
    None,
}

/// 席種 of a production.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatClass {
    pub id: Ref<kind::SeatClass>,
    pub production: Ref<kind::Production>,
    /// Unique in the production: `S`, `A`, `FREE`.
    #[oai(validator(max_length = 20))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    pub numbering: SeatNumbering,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A seat class to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatClassRequest {
    pub production: Ref<kind::Production>,
    /// Unique in the production: `S`, `A`, `FREE`. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    pub numbering: SeatNumbering,
}

/// What changes of a seat class.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatClassUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
}

/// 券種 of a production.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TicketType {
    pub id: Ref<kind::TicketType>,
    pub production: Ref<kind::Production>,
    /// Unique in the production: `ADULT`, `STUDENT`.
    #[oai(validator(max_length = 20))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    /// A certificate is shown at the gate.
    pub proof_required: bool,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A ticket type to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TicketTypeRequest {
    pub production: Ref<kind::Production>,
    /// Unique in the production: `ADULT`, `STUDENT`. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    /// A certificate is shown at the gate.
    #[oai(default)]
    pub proof_required: bool,
}

/// What changes of a ticket type.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TicketTypeUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    pub proof_required: Option<bool>,
}

/// Under which rate of consumption tax a place is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PriceTaxRate {
    /// 標準税率 10 %.
    Standard,
    /// 軽減税率 8 %.
    Reduced,
    /// 非課税.
    Exempt,
}

/// 価格表: what places cost. It never changes; a new one takes its place, and what was sold keeps its price.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PriceList {
    pub id: Ref<kind::PriceList>,
    pub production: Ref<kind::Production>,
    /// Only for this performance; absent: for every performance that has none of its own.
    pub performance: Option<Ref<kind::Performance>>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    /// Left out in lists of price lists.
    #[oai(validator(max_items = 1000))]
    pub prices: Option<Vec<Price>>,
    pub created_at: Instant,
}

/// What one place costs.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Price {
    pub seat_class: Ref<kind::SeatClass>,
    pub ticket_type: Ref<kind::TicketType>,
    /// Tax included.
    pub amount: Yen,
    pub tax_rate: PriceTaxRate,
}

/// A price list to be made. It counts from now on.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PriceListRequest {
    pub production: Ref<kind::Production>,
    /// Only for this performance; absent: for every performance that has none of its own.
    pub performance: Option<Ref<kind::Performance>>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// Each seat class and ticket type at most once.
    #[oai(validator(min_items = 1, max_items = 1000))]
    pub prices: Vec<PriceRequest>,
}

/// What one place is to cost.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PriceRequest {
    pub seat_class: Ref<kind::SeatClass>,
    pub ticket_type: Ref<kind::TicketType>,
    /// Yen, tax included.
    #[oai(validator(minimum(value = "0"), maximum(value = "999999999")))]
    pub amount: i64,
    pub tax_rate: PriceTaxRate,
}
