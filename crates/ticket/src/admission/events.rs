//! What the journal says of admissions.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::Instant;
use serde::Serialize;

use super::Admission;

#[derive(Serialize)]
struct TicketAdmitted {
    admission: String,
    ticket: String,
    performance: String,
}

impl Event for TicketAdmitted {
    const NAME: &'static str = "ticket.ticket.admitted";
    fn subject(&self) -> Subject {
        Subject::new("ticket", &self.ticket)
    }
}

pub(super) async fn admitted(tx: &mut TenantTx, admission: &Admission, now: Instant) -> Result<(), Fault> {
    let event = TicketAdmitted {
        admission: admission.id.to_string(),
        ticket: admission.ticket.to_string(),
        performance: admission.performance.to_string(),
    };
    audit::journal(tx, now, &event).await
}
