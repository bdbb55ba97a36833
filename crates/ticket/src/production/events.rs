//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A production was made.
#[derive(Debug, Serialize)]
pub struct ProductionCreated {
    pub production: ProductionId,
}

impl Event for ProductionCreated {
    const NAME: &'static str = "ticket.production.created";

    fn subject(&self) -> Subject {
        Subject::new("production", self.production)
    }
}

/// A production was changed.
#[derive(Debug, Serialize)]
pub struct ProductionChanged {
    pub production: ProductionId,
    pub version: i32,
}

impl Event for ProductionChanged {
    const NAME: &'static str = "ticket.production.changed";

    fn subject(&self) -> Subject {
        Subject::new("production", self.production)
    }
}

/// A production is shown to everybody from now on.
#[derive(Debug, Serialize)]
pub struct ProductionShown {
    pub production: ProductionId,
    pub state: &'static str,
}

impl Event for ProductionShown {
    const NAME: &'static str = "ticket.production.shown";

    fn subject(&self) -> Subject {
        Subject::new("production", self.production)
    }
}
