//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::CourseClassId;
use serde::Serialize;

/// It is decided who gets a place, and nobody knows yet.
#[derive(Debug, Serialize)]
pub struct ScreeningPrepared {
    pub class: CourseClassId,
    pub admit: usize,
    pub wait: usize,
    pub reject: usize,
}

/// What was decided beforehand is published.
#[derive(Debug, Serialize)]
pub struct ScreeningReleased {
    pub class: CourseClassId,
}

impl Event for ScreeningPrepared {
    const NAME: &'static str = "course.screening.prepared";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}

impl Event for ScreeningReleased {
    const NAME: &'static str = "course.screening.released";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}
