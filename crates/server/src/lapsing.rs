//! The job that passes places of courses on when an offer or a payment has run out, and goes on with refunds that were cut short.

use std::time::Duration;

use api::{
    Desk,
    course::{changes::resume, lapsing::lapse},
};
use db::Fault;
use worker::{Job, Tools};

/// Lapses, four times a minute.
pub(crate) struct Lapsing(pub Desk);

impl Job for Lapsing {
    fn name(&self) -> &'static str {
        "pass on places of courses"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(15)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let mut done = 0;
        // whoever runs courses has a journal: every application is in it
        for tenant in audit::read::journals(&tools.db).await? {
            if tenant != audit::PLATFORM {
                let lapsed = lapse(&self.0, tenant).await;
                done += lapsed.map_err(|_| Fault::Unexpected("what ran out in a class expires"))?;
                let resumed = resume(&self.0, tenant).await;
                done += resumed.map_err(|_| Fault::Unexpected("what a class gives back goes back"))?;
            }
        }
        Ok(done)
    }
}
