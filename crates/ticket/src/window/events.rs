//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A sale window was made.
#[derive(Debug, Serialize)]
pub struct WindowCreated {
    pub sale_window: SaleWindowId,
    pub performance: PerformanceId,
}

impl Event for WindowCreated {
    const NAME: &'static str = "ticket.sale_window.created";

    fn subject(&self) -> Subject {
        Subject::new("sale_window", self.sale_window)
    }
}

/// A sale window was changed.
#[derive(Debug, Serialize)]
pub struct WindowChanged {
    pub sale_window: SaleWindowId,
    pub version: i32,
}

impl Event for WindowChanged {
    const NAME: &'static str = "ticket.sale_window.changed";

    fn subject(&self) -> Subject {
        Subject::new("sale_window", self.sale_window)
    }
}
