//! What things cost, and why: prices, fees and consumption tax in whole yen.
//!
//! Pure arithmetic without clock or database. Prices include tax. Every amount carries the steps that led to it, so that
//! it can be computed again and explained years later.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod document;
pub mod explain;
pub mod fee;
pub mod hire;
pub mod line;
pub mod tax;

pub use document::{DocumentTotals, RateTotal};
pub use explain::{Explanation, Step};
pub use fee::{Fee, FeePer};
pub use line::{LineKind, PricedLine};
pub use tax::{Rounding, TaxRate};

/// The amounts do not fit into 64 bits; nothing that a hall sells costs that much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is beyond what can be computed")]
pub struct TooLarge;
