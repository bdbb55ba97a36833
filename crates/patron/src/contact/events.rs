//! What the journal says about contacts.

use audit::{Event, Subject};
use kernel::ids::PatronId;
use serde::Serialize;

/// A guest left a contact.
#[derive(Debug, Serialize)]
pub struct ContactKept {
    pub patron: PatronId,
}

impl Event for ContactKept {
    const NAME: &'static str = "patron.contact.kept";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}
