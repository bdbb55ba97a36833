//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CourseApplicationId, CourseClassId, PersonId};
use serde::Serialize;

use super::LetterPurpose;

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

/// Letters with names and addresses were taken out of the house to be posted.
#[derive(Debug, Serialize)]
pub struct LettersExported {
    pub class: CourseClassId,
    /// What they are about.
    pub applications: Vec<CourseApplicationId>,
    pub purpose: LetterPurpose,
}

impl Event for LettersExported {
    const NAME: &'static str = "course.letters.exported";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}
