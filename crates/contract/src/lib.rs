//! The words on the wire: objects, references, problems, lists. No operations, no rules.
//!
//! What is absent is omitted; nothing is ever `null` in a response. Instants carry `+09:00`, money is integer yen.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod answer;
pub mod billing;
pub mod course;
pub mod date;
pub mod file;
pub mod instant;
pub mod list;
pub mod notice;
pub mod patron;
pub mod problem;
pub mod reference;
pub mod tenancy;
mod text;
pub mod ticket;
pub mod venue;
pub mod word;
pub mod yen;

pub use answer::{Accepted, Created, Done, Listed, NoContent, Reply, Shown};
pub use date::Date;
pub use file::{CalendarFile, CsvFile};
pub use instant::Instant;
pub use list::List;
pub use problem::{ApiError, Problem};
pub use reference::Ref;
pub use word::Word;
pub use yen::Yen;
