//! What the journal says.

use kernel::ids::CourseId;

crate::catalogue::events!(
    "course",
    course: CourseId,
    CourseCreated = "course.course.created",
    CourseChanged = "course.course.changed"
);
