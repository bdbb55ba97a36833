//! What happens without anybody asking: sealing, deliveries, expiries. Calls domain verbs only.
//!
//! Several workers may run at once, in one process or in many; each job takes care that its work is done once.
//! Expiry and the like are judged by the clock at read and write, so a worker that is late is late with tidying, never wrong.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod forgetting;
mod frame;
pub mod indexing;
pub mod mail;
pub mod overdue;
pub mod sealing;
pub mod sweeping;

pub use forgetting::Forgetting;
pub use frame::{Idle, Job, Stuck, Tools, Worker};
pub use indexing::Indexing;
pub use mail::{Mail, MailError};
pub use overdue::Overdue;
pub use sealing::Sealing;
pub use sweeping::Sweeping;
