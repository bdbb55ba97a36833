//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CourseApplicationId, PersonId};
use serde::Serialize;

/// What somebody applied for and learned goes over to the person they turned out to be.
#[derive(Debug, Serialize)]
pub struct PeopleMerged {
    pub person: PersonId,
    pub into: PersonId,
    pub applications: Vec<CourseApplicationId>,
}

impl Event for PeopleMerged {
    const NAME: &'static str = "course.person.merged";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}
