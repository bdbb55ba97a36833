//! Seating plans on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref};

/// A seating plan of a hall. Its seats are in its versions.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatingPlan {
    pub id: Ref<kind::SeatingPlan>,
    pub hall: Ref<kind::Hall>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A seating plan to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatingPlanRequest {
    pub hall: Ref<kind::Hall>,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
}

/// Where a version of a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeatingPlanState {
    /// No performance can use it yet.
    Draft,
    /// It never changes again.
    Published,
}

/// A version of a seating plan.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatingPlanVersion {
    pub id: Ref<kind::SeatingPlanVersion>,
    pub seating_plan: Ref<kind::SeatingPlan>,
    /// 1, 2, 3 … within the plan.
    pub number: i32,
    pub state: SeatingPlanState,
    pub seat_count: i32,
    /// SHA-256 of the seats, in hexadecimal: two files with the same seats have the same, however they are spelt.
    #[oai(validator(max_length = 64))]
    pub checksum: String,
    pub created_at: Instant,
    pub published_at: Option<Instant>,
}

/// The seats of a new version, as a CSV file inside JSON.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SeatingPlanVersionRequest {
    /// The file: `section,row,seat,row_index,position,block,x,y,quality,attributes`, a header line first.
    #[oai(validator(min_length = 1, max_length = 8000000))]
    pub csv: String,
}

/// How a file writes its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FileCharset {
    /// With or without a byte order mark; written with one.
    Utf8,
    /// As spreadsheets in Japan write it (Windows-31J).
    ShiftJis,
}

/// What is special about a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeatAttribute {
    /// 通路側.
    Aisle,
    /// For who comes with a wheelchair.
    Companion,
    /// 見切れ.
    RestrictedView,
    /// A place for a wheelchair.
    Wheelchair,
}

/// Every seat of a version, in the order of the seating plan, which is that of the status bits of a performance.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatingPlanSeats {
    pub seating_plan_version: Ref<kind::SeatingPlanVersion>,
    #[oai(validator(max_items = 100000))]
    pub seats: Vec<PlanSeat>,
}

/// One seat.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PlanSeat {
    pub id: Ref<kind::Seat>,
    /// From 0: its place in the status bits of a performance.
    pub ordinal: i32,
    #[oai(validator(max_length = 20))]
    pub section: String,
    /// As it is printed.
    #[oai(validator(max_length = 20))]
    pub row: String,
    /// As it is printed.
    #[oai(validator(max_length = 20))]
    pub seat: String,
    /// Rows from the stage backwards.
    pub row_index: i32,
    /// Neighbours differ by one.
    pub position: i32,
    /// An unbroken run of a row: nobody has to cross an aisle inside it.
    pub block: i32,
    /// Where to draw it.
    pub x: Option<i32>,
    pub y: Option<i32>,
    /// Smaller is better.
    pub quality: i32,
    #[oai(validator(max_items = 4))]
    pub attributes: Vec<SeatAttribute>,
}
