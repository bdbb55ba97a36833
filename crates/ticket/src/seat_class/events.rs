//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A seat class was made.
#[derive(Debug, Serialize)]
pub struct SeatClassCreated {
    pub seat_class: SeatClassId,
    pub production: ProductionId,
}

impl Event for SeatClassCreated {
    const NAME: &'static str = "ticket.seat_class.created";

    fn subject(&self) -> Subject {
        Subject::new("seat_class", self.seat_class)
    }
}

/// One was changed.
#[derive(Debug, Serialize)]
pub struct SeatClassChanged {
    pub seat_class: SeatClassId,
    pub version: i32,
}

impl Event for SeatClassChanged {
    const NAME: &'static str = "ticket.seat_class.changed";

    fn subject(&self) -> Subject {
        Subject::new("seat_class", self.seat_class)
    }
}
