//! What the journal says about who acts for whom.

use audit::{Event, Subject};
use kernel::ids::{PatronId, PersonId};
use serde::Serialize;

use super::Relationship;

/// A patron acts for a person from now on.
#[derive(Debug, Serialize)]
pub struct Related {
    pub patron: PatronId,
    pub person: PersonId,
    /// `self` or `guardian_of`.
    pub kind: &'static str,
}

impl Related {
    pub const fn new(patron: PatronId, person: PersonId, relationship: Relationship) -> Self {
        Self { patron, person, kind: relationship.as_str() }
    }
}

impl Event for Related {
    const NAME: &'static str = "patron.person.related";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}

/// A patron is not the guardian of a person any more.
#[derive(Debug, Serialize)]
pub struct Parted {
    pub patron: PatronId,
    pub person: PersonId,
    /// By the patron's own hand.
    pub own: bool,
}

impl Event for Parted {
    const NAME: &'static str = "patron.person.parted";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}
