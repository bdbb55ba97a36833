//! What the journal says.

use audit::{Event, Subject};
use serde::Serialize;

/// The contractor said what a day is.
#[derive(Debug, Serialize)]
pub struct HolidaySet {
    pub day: String,
}

impl Event for HolidaySet {
    const NAME: &'static str = "venue.holiday.set";

    fn subject(&self) -> Subject {
        Subject::new("holiday", &self.day)
    }
}

/// A file of holidays was taken over.
#[derive(Debug, Serialize)]
pub struct HolidaysImported {
    pub days: usize,
}

impl Event for HolidaysImported {
    const NAME: &'static str = "venue.holiday.imported";

    fn subject(&self) -> Subject {
        Subject::new("holiday", "all")
    }
}
