//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CourseClassId, CourseSessionId};
use serde::Serialize;

/// It is known who attended a session.
#[derive(Debug, Serialize)]
pub struct AttendanceRecorded {
    pub session: CourseSessionId,
    pub class: CourseClassId,
    /// How many people, those corrected included.
    pub marked: usize,
    pub corrected: usize,
}

impl Event for AttendanceRecorded {
    const NAME: &'static str = "course.attendance.recorded";

    fn subject(&self) -> Subject {
        Subject::new("course_session", self.session)
    }
}
