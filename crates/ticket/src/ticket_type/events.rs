//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A ticket type was made.
#[derive(Debug, Serialize)]
pub struct TicketTypeCreated {
    pub ticket_type: TicketTypeId,
    pub production: ProductionId,
}

impl Event for TicketTypeCreated {
    const NAME: &'static str = "ticket.ticket_type.created";

    fn subject(&self) -> Subject {
        Subject::new("ticket_type", self.ticket_type)
    }
}

/// One was changed.
#[derive(Debug, Serialize)]
pub struct TicketTypeChanged {
    pub ticket_type: TicketTypeId,
    pub version: i32,
}

impl Event for TicketTypeChanged {
    const NAME: &'static str = "ticket.ticket_type.changed";

    fn subject(&self) -> Subject {
        Subject::new("ticket_type", self.ticket_type)
    }
}
