//! Performances on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Instant, Ref, Yen};

/// Where a performance stands. Sold out is not a state: it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PerformanceState {
    /// The house alone sees it.
    Draft,
    /// Everybody sees it; it is not on sale yet.
    Announced,
    OnSale,
    /// Off sale for a while.
    Paused,
    /// Its sale has ended.
    Closed,
    Cancelled,
}

/// 公演回: one evening of a production, in one hall.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Performance {
    pub id: Ref<kind::Performance>,
    pub production: Ref<kind::Production>,
    pub hall: Ref<kind::Hall>,
    /// Absent: no numbered seats.
    pub seating_plan_version: Option<Ref<kind::SeatingPlanVersion>>,
    pub doors_at: Instant,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Nothing is sold from this moment on.
    pub sales_cutoff_at: Instant,
    /// No more places than these are for sale, seats and pools together.
    pub capacity_cap: Option<i32>,
    pub state: PerformanceState,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A performance to be made, as a draft.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PerformanceRequest {
    pub production: Ref<kind::Production>,
    pub hall: Ref<kind::Hall>,
    /// A published version of a plan of this hall. Absent: no numbered seats.
    pub seating_plan_version: Option<Ref<kind::SeatingPlanVersion>>,
    /// Not after `starts_at`.
    pub doors_at: Instant,
    /// Before `ends_at`.
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Nothing is sold from this moment on. Absent: from `starts_at` on.
    pub sales_cutoff_at: Option<Instant>,
    /// No more places than these are for sale, seats and pools together. Absent: what the hall may hold.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub capacity_cap: Option<i32>,
}

/// What changes of a performance that has not been on sale. `null` clears.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PerformanceUpdate {
    pub doors_at: Option<Instant>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub sales_cutoff_at: Option<Instant>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub capacity_cap: MaybeUndefined<i32>,
}

/// What is left to do once a performance was called off.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PerformanceCancellation {
    pub performance: Performance,
    /// Paid orders whose money is to be returned; `refunds-due` lists them.
    pub orders_to_refund: i64,
    /// Their tickets that are not void yet.
    pub tickets_to_void: i64,
}

/// A paid order of a cancelled performance.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RefundDue {
    pub order: Ref<kind::Order>,
    #[oai(validator(max_length = 20))]
    pub number: String,
    pub patron: Option<Ref<kind::Patron>>,
    /// Its tickets that are not void yet.
    pub tickets: i32,
    /// The bill to be refunded under `/v1/bills`.
    pub bill: Option<Ref<kind::Bill>>,
    /// What was paid and has not gone back.
    pub amount: Yen,
}

/// How the seats of the plan are divided into classes: every row in exactly one.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OpenSaleRequest {
    /// Empty for a performance without numbered seats.
    #[oai(validator(max_items = 1000))]
    pub seat_classes: Vec<SeatClassRule>,
}

/// Rows of one seat class.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatClassRule {
    pub seat_class: Ref<kind::SeatClass>,
    /// Absent: every section.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub section: Option<String>,
    /// `row_index` of the first row. Absent: from the first.
    #[oai(validator(minimum(value = "-1000000"), maximum(value = "1000000")))]
    pub row_from: Option<i32>,
    /// `row_index` of the last row, included. Absent: to the last.
    #[oai(validator(minimum(value = "-1000000"), maximum(value = "1000000")))]
    pub row_to: Option<i32>,
}
