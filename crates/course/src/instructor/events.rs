//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::InstructorId;
use serde::Serialize;

crate::catalogue::events!(
    "instructor",
    instructor: InstructorId,
    InstructorCreated = "course.instructor.created",
    InstructorChanged = "course.instructor.changed"
);

/// Nobody gives them a session any more.
#[derive(Debug, Serialize)]
pub struct InstructorClosed {
    pub instructor: InstructorId,
}

impl Event for InstructorClosed {
    const NAME: &'static str = "course.instructor.closed";

    fn subject(&self) -> Subject {
        Subject::new("instructor", self.instructor)
    }
}
