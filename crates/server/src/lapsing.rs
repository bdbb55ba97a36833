//! The job that lets happen what comes due in courses and hires, and goes on with refunds that were cut short.

use std::time::Duration;

use api::{Desk, course, venue};
use db::Fault;
use worker::{Job, Tools};

/// Lapses, four times a minute.
pub(crate) struct Lapsing(pub Desk);

impl Job for Lapsing {
    fn name(&self) -> &'static str {
        "pass on places of courses, let unpaid hires lapse"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(15)
    }

    async fn run_once(&self, _: &Tools) -> Result<usize, Fault> {
        // neither service waits for the other
        let (courses, hires) = (course::lapsing::round(&self.0).await, venue::lapsing::round(&self.0).await);
        Ok(courses? + hires?)
    }
}
