//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A hall was made.
#[derive(Debug, Serialize)]
pub struct HallCreated {
    pub hall: HallId,
}

impl Event for HallCreated {
    const NAME: &'static str = "ticket.hall.created";

    fn subject(&self) -> Subject {
        Subject::new("hall", self.hall)
    }
}

/// A hall was changed.
#[derive(Debug, Serialize)]
pub struct HallChanged {
    pub hall: HallId,
    pub version: i32,
}

impl Event for HallChanged {
    const NAME: &'static str = "ticket.hall.changed";

    fn subject(&self) -> Subject {
        Subject::new("hall", self.hall)
    }
}
