//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{HireHoldId, HireQuoteId};
use serde::Serialize;

/// Rooms are kept.
#[derive(Debug, Serialize)]
pub struct HoldPlaced {
    pub hold: HireHoldId,
    pub quote: HireQuoteId,
}

impl Event for HoldPlaced {
    const NAME: &'static str = "venue.hire_hold.placed";

    fn subject(&self) -> Subject {
        Subject::new("hire_hold", self.hold)
    }
}

/// They are kept longer.
#[derive(Debug, Serialize)]
pub struct HoldExtended {
    pub hold: HireHoldId,
}

impl Event for HoldExtended {
    const NAME: &'static str = "venue.hire_hold.extended";

    fn subject(&self) -> Subject {
        Subject::new("hire_hold", self.hold)
    }
}

/// They are free again.
#[derive(Debug, Serialize)]
pub struct HoldReleased {
    pub hold: HireHoldId,
}

impl Event for HoldReleased {
    const NAME: &'static str = "venue.hire_hold.released";

    fn subject(&self) -> Subject {
        Subject::new("hire_hold", self.hold)
    }
}
