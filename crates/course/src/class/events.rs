//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::CourseClassId;
use serde::Serialize;

crate::catalogue::events!(
    "class",
    class: CourseClassId,
    ClassCreated = "course.class.created",
    ClassChanged = "course.class.changed"
);

/// It is before the public.
#[derive(Debug, Serialize)]
pub struct ClassPublished {
    pub class: CourseClassId,
}

impl Event for ClassPublished {
    const NAME: &'static str = "course.class.published";

    fn subject(&self) -> Subject {
        Subject::new("class", self.class)
    }
}

/// It was made from another.
#[derive(Debug, Serialize)]
pub struct ClassCopied {
    pub class: CourseClassId,
    pub of: CourseClassId,
}

impl Event for ClassCopied {
    const NAME: &'static str = "course.class.copied";

    fn subject(&self) -> Subject {
        Subject::new("class", self.class)
    }
}
