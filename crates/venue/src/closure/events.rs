//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::ClosureId;
use serde::Serialize;

/// Rooms were closed.
#[derive(Debug, Serialize)]
pub struct ClosureCreated {
    pub closure: ClosureId,
}

impl Event for ClosureCreated {
    const NAME: &'static str = "venue.closure.created";

    fn subject(&self) -> Subject {
        Subject::new("closure", self.closure)
    }
}

/// They are open again.
#[derive(Debug, Serialize)]
pub struct ClosureLifted {
    pub closure: ClosureId,
}

impl Event for ClosureLifted {
    const NAME: &'static str = "venue.closure.lifted";

    fn subject(&self) -> Subject {
        Subject::new("closure", self.closure)
    }
}
