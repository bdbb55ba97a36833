//! What the journal says of holds.

use audit::{Event, Subject};
use db::{Fault, TenantTx};
use kernel::{Instant, Yen};
use serde::Serialize;

use super::Hold;
use crate::{line, terms::stamp};

#[derive(Serialize)]
struct HoldPlaced {
    hold: String,
    performance: String,
    tickets: i32,
    total: Yen,
    expires_at: String,
}

impl Event for HoldPlaced {
    const NAME: &'static str = "ticket.hold.placed";
    fn subject(&self) -> Subject {
        Subject::new("hold", &self.hold)
    }
}

#[derive(Serialize)]
struct HoldExtended {
    hold: String,
    expires_at: String,
}

impl Event for HoldExtended {
    const NAME: &'static str = "ticket.hold.extended";
    fn subject(&self) -> Subject {
        Subject::new("hold", &self.hold)
    }
}

#[derive(Serialize)]
struct HoldReleased {
    hold: String,
    tickets: i32,
}

impl Event for HoldReleased {
    const NAME: &'static str = "ticket.hold.released";
    fn subject(&self) -> Subject {
        Subject::new("hold", &self.hold)
    }
}

pub(super) async fn placed(tx: &mut TenantTx, hold: &Hold, now: Instant) -> Result<(), Fault> {
    let event = HoldPlaced {
        hold: hold.id.to_string(),
        performance: hold.performance.to_string(),
        tickets: line::tickets(&hold.lines),
        total: hold.total,
        expires_at: stamp(hold.expires_at),
    };
    audit::journal(tx, now, &event).await
}

pub(super) async fn extended(tx: &mut TenantTx, hold: &Hold, now: Instant) -> Result<(), Fault> {
    let event = HoldExtended { hold: hold.id.to_string(), expires_at: stamp(hold.expires_at) };
    audit::journal(tx, now, &event).await
}

pub(super) async fn released(tx: &mut TenantTx, hold: &Hold, now: Instant) -> Result<(), Fault> {
    let event = HoldReleased { hold: hold.id.to_string(), tickets: line::tickets(&hold.lines) };
    audit::journal(tx, now, &event).await
}
