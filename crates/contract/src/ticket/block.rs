//! House seats on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::Ref;

/// Seats to be kept off sale.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatBlockRequest {
    #[oai(validator(min_items = 1, max_items = 1000))]
    pub seats: Vec<Ref<kind::Seat>>,
    /// In the words of the house. No personal data belongs here.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// Seats to be given back to the sale.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatUnblockRequest {
    #[oai(validator(min_items = 1, max_items = 1000))]
    pub seats: Vec<Ref<kind::Seat>>,
}

/// Which seats were blocked or unblocked.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatBlock {
    pub performance: Ref<kind::Performance>,
    #[oai(validator(max_items = 1000))]
    pub seats: Vec<Ref<kind::Seat>>,
    /// Why they are off sale; absent when they are not any more.
    #[oai(validator(max_length = 200))]
    pub reason: Option<String>,
}

/// A seat that is kept off sale.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct BlockedSeat {
    pub seat: Ref<kind::Seat>,
    /// 座席番号.
    #[oai(validator(max_length = 200))]
    pub place: String,
    #[oai(validator(max_length = 200))]
    pub reason: String,
}
