//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CourseClassId, PersonId};
use serde::Serialize;

/// The names of a class were taken out of the house.
#[derive(Debug, Serialize)]
pub struct RosterExported {
    pub class: CourseClassId,
    /// Whose.
    pub persons: Vec<PersonId>,
}

impl Event for RosterExported {
    const NAME: &'static str = "course.roster.exported";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}

/// Everybody who applied for a class was taken out of the house.
#[derive(Debug, Serialize)]
pub struct ApplicantsExported {
    pub class: CourseClassId,
    /// Whose.
    pub persons: Vec<PersonId>,
}

impl Event for ApplicantsExported {
    const NAME: &'static str = "course.applicants.exported";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}
