//! What the house says to people. A verb *intends* a message in the transaction of the fact it tells; after the commit the
//! worker delivers it. A fact is told once, nothing is told that did not happen, and nothing external happens inside a
//! transaction.
//!
//! Recipient, subject and text are sealed under the tenant's key, and forgotten once the message has gone or failed for good.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod message;
pub mod problems;
mod schema;
pub mod sender;
pub mod template;
pub mod text;
pub mod wording;

pub use message::{Intent, intend};
pub use sender::Sender;
pub use template::Template;
