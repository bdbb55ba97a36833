//! The job that looks every night whether classes count their places as their applications hold them.

use std::{
    sync::atomic::{AtomicI32, Ordering},
    time::Duration as Pause,
};

use api::{Desk, course};
use db::Fault;
use kernel::clock::civil_day;
use time::Duration;
use worker::{Job, Tools};

/// The night's work begins so long after midnight in Japan.
const BEGINS: Duration = Duration::hours(2);

/// Counts, once a night and when the process begins.
pub(crate) struct Counting {
    desk: Desk,
    /// The last night's Julian day.
    done: AtomicI32,
}

impl Counting {
    pub(crate) const fn new(desk: Desk) -> Self {
        Self { desk, done: AtomicI32::new(0) }
    }
}

impl Job for Counting {
    fn name(&self) -> &'static str {
        "count places of courses"
    }

    fn pause(&self) -> Pause {
        Pause::from_secs(900)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let night = civil_day(tools.clock.now().saturating_sub(BEGINS)).to_julian_day();
        if self.done.load(Ordering::Relaxed) != night {
            course::counting::round(&self.desk).await?;
            self.done.store(night, Ordering::Relaxed);
        }
        Ok(0)
    }
}
