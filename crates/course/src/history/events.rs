//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::PersonId;
use serde::Serialize;

/// Staff read what somebody learned.
#[derive(Debug, Serialize)]
pub struct HistoryRead {
    pub person: PersonId,
    /// How many were shown.
    pub applications: usize,
}

impl Event for HistoryRead {
    const NAME: &'static str = "course.history.read";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}
