//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A performance was made.
#[derive(Debug, Serialize)]
pub struct PerformanceCreated {
    pub performance: PerformanceId,
    pub production: ProductionId,
}

impl Event for PerformanceCreated {
    const NAME: &'static str = "ticket.performance.created";

    fn subject(&self) -> Subject {
        Subject::new("performance", self.performance)
    }
}

/// A performance was changed.
#[derive(Debug, Serialize)]
pub struct PerformanceChanged {
    pub performance: PerformanceId,
    pub version: i32,
}

impl Event for PerformanceChanged {
    const NAME: &'static str = "ticket.performance.changed";

    fn subject(&self) -> Subject {
        Subject::new("performance", self.performance)
    }
}

/// A performance changed its state: put on sale, paused, resumed, closed.
#[derive(Debug, Serialize)]
pub struct PerformanceMoved {
    pub performance: PerformanceId,
    pub state: &'static str,
    pub seats: i64,
}

impl Event for PerformanceMoved {
    const NAME: &'static str = "ticket.performance.moved";

    fn subject(&self) -> Subject {
        Subject::new("performance", self.performance)
    }
}
