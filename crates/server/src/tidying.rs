//! The job that forgets callers who have not asked for a while: what they may still ask is what anybody may.

use std::time::Duration;

use api::Desk;
use db::Fault;
use worker::{Job, Tools};

/// Tidies the limits of this process, once a minute.
pub(crate) struct Tidying(pub Desk);

impl Job for Tidying {
    fn name(&self) -> &'static str {
        "forget callers"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run_once(&self, _: &Tools) -> Result<usize, Fault> {
        self.0.limits.tidy();
        Ok(0)
    }
}
