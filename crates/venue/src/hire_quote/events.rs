//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::HireQuoteId;
use serde::Serialize;

/// A price was told.
#[derive(Debug, Serialize)]
pub struct QuoteMade {
    pub quote: HireQuoteId,
    pub total: i64,
}

impl Event for QuoteMade {
    const NAME: &'static str = "venue.quote.made";

    fn subject(&self) -> Subject {
        Subject::new("hire_quote", self.quote)
    }
}
