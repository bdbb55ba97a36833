//! What of a performance is free, on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::Ref;

/// How much of a performance is free.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Availability {
    pub performance: Ref<kind::Performance>,
    /// Seat classes with numbered seats.
    #[oai(validator(max_items = 1000))]
    pub seat_classes: Vec<ClassAvailability>,
    /// Places without numbers.
    #[oai(validator(max_items = 1000))]
    pub pools: Vec<PoolAvailability>,
}

/// Numbered seats of one class.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClassAvailability {
    pub seat_class: Ref<kind::SeatClass>,
    pub total: i64,
    pub free: i64,
    /// Held, or ordered and not yet paid.
    pub held: i64,
    pub sold: i64,
    /// Not for sale.
    pub blocked: i64,
    /// Of the free ones: places for wheelchairs, given only to those who ask for one.
    pub free_wheelchair: i64,
    /// Of the free ones: places for who comes with a wheelchair.
    pub free_companion: i64,
}

/// Places of one pool.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PoolAvailability {
    pub pool: Ref<kind::Pool>,
    #[oai(validator(max_length = 200))]
    pub name: String,
    /// What is sold from it; absent for a pool that only caps those inside it.
    pub seat_class: Option<Ref<kind::SeatClass>>,
    /// The pool around it, which caps it too.
    pub parent: Option<Ref<kind::Pool>>,
    pub capacity: i64,
    /// What may still be taken, the pools around it considered. Holds that have expired count as taken until somebody is
    /// short of them.
    pub free: i64,
}

/// The state of every seat, in the order of the seating plan.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatStatus {
    pub performance: Ref<kind::Performance>,
    /// How many seats there are.
    pub seats: i32,
    /// Base64 of two bits a seat, the first seat in the lowest bits of the first byte: 0 free, 1 held, 2 sold, 3 not for sale.
    #[oai(validator(max_length = 100000))]
    pub bits: String,
}

/// A stock of places without numbers.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Pool {
    pub id: Ref<kind::Pool>,
    pub performance: Ref<kind::Performance>,
    /// What is sold from it; absent for a pool that only caps those inside it.
    pub seat_class: Option<Ref<kind::SeatClass>>,
    /// The pool around it, which caps it too.
    pub parent: Option<Ref<kind::Pool>>,
    #[oai(validator(max_length = 200))]
    pub name: String,
    pub capacity: i64,
    /// Held or sold.
    pub taken: i64,
}

/// A new pool.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PoolRequest {
    pub performance: Ref<kind::Performance>,
    /// What is sold from it; leave it out for a pool that only caps those inside it.
    pub seat_class: Option<Ref<kind::SeatClass>>,
    /// The pool around it, of the same performance.
    pub parent: Option<Ref<kind::Pool>>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000")))]
    pub capacity: i64,
}

/// Another capacity.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PoolResizeRequest {
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000")))]
    pub capacity: i64,
}
