//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A seating plan was made.
#[derive(Debug, Serialize)]
pub struct PlanCreated {
    pub seating_plan: SeatingPlanId,
    pub hall: HallId,
}

impl Event for PlanCreated {
    const NAME: &'static str = "ticket.seating_plan.created";

    fn subject(&self) -> Subject {
        Subject::new("seating_plan", self.seating_plan)
    }
}

/// A version of a seating plan was read in.
#[derive(Debug, Serialize)]
pub struct VersionCreated {
    pub seating_plan_version: SeatingPlanVersionId,
    pub seating_plan: SeatingPlanId,
    pub seats: i32,
    pub checksum: String,
}

impl Event for VersionCreated {
    const NAME: &'static str = "ticket.seating_plan_version.created";

    fn subject(&self) -> Subject {
        Subject::new("seating_plan_version", self.seating_plan_version)
    }
}

/// A version was published and never changes again.
#[derive(Debug, Serialize)]
pub struct VersionPublished {
    pub seating_plan_version: SeatingPlanVersionId,
    pub seats: i32,
}

impl Event for VersionPublished {
    const NAME: &'static str = "ticket.seating_plan_version.published";

    fn subject(&self) -> Subject {
        Subject::new("seating_plan_version", self.seating_plan_version)
    }
}
