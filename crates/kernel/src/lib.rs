//! The words every part of the office shares: who asks, for which tenant, when, for how much, and how a rule says no.
//!
//! Nothing here does I/O. Domain crates speak these types to each other instead of each other's own.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod check_code;
pub mod clock;
pub mod ids;
pub mod locale;
pub mod money;
pub mod page;
pub mod refusal;
pub mod scope;
pub mod secrets;

pub use clock::{Clock, FiscalYear, Instant, JST};
pub use ids::Id;
pub use locale::Locale;
pub use money::Yen;
pub use page::{Page, PageAsk};
pub use refusal::{Kind, Outcome, Refusal, Refuse, Rule};
pub use scope::{Actor, OperatorScope, RequestId, Scope, Service};
pub use secrets::{IndexKey, Pepper, SealKey, SigningSeed};

// re-exported for `rules!`
#[doc(hidden)]
pub use serde_json;
