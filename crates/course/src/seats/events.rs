//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CourseApplicationId, CourseClassId};
use serde::Serialize;

use super::{Miscount, State};

/// An application is somewhere else than before; absent `from`: somebody applied.
#[derive(Debug, Serialize)]
pub struct ApplicationMoved {
    pub application: CourseApplicationId,
    pub class: CourseClassId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    pub to: State,
}

impl Event for ApplicationMoved {
    const NAME: &'static str = "course.application.moved";

    fn subject(&self) -> Subject {
        Subject::new("course_application", self.application)
    }
}

/// An application was judged again; `changed`: it was found to be something else.
#[derive(Debug, Serialize)]
pub struct ApplicationAssessed {
    pub application: CourseApplicationId,
    pub changed: bool,
}

impl Event for ApplicationAssessed {
    const NAME: &'static str = "course.application.assessed";

    fn subject(&self) -> Subject {
        Subject::new("course_application", self.application)
    }
}

/// Somebody has another place in the line, counted from 1.
#[derive(Debug, Serialize)]
pub struct LineReordered {
    pub application: CourseApplicationId,
    pub class: CourseClassId,
    pub position: usize,
}

impl Event for LineReordered {
    const NAME: &'static str = "course.application.reordered";

    fn subject(&self) -> Subject {
        Subject::new("course_application", self.application)
    }
}

impl Event for Miscount {
    const NAME: &'static str = "course.class.miscounted";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}

/// Nobody waits for a class any more.
#[derive(Debug, Serialize)]
pub struct LineClosed {
    pub class: CourseClassId,
}

impl Event for LineClosed {
    const NAME: &'static str = "course.class.line_closed";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}

/// A class has more places, or fewer.
#[derive(Debug, Serialize)]
pub struct CapacityChanged {
    pub class: CourseClassId,
    pub capacity: i32,
    pub held_back: i32,
}

impl Event for CapacityChanged {
    const NAME: &'static str = "course.class.capacity_changed";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}

/// 中止: a class does not take place.
#[derive(Debug, Serialize)]
pub struct ClassCancelled {
    pub class: CourseClassId,
}

impl Event for ClassCancelled {
    const NAME: &'static str = "course.class.cancelled";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}

/// 閉講: a class is over.
#[derive(Debug, Serialize)]
pub struct ClassCompleted {
    pub class: CourseClassId,
}

impl Event for ClassCompleted {
    const NAME: &'static str = "course.class.completed";

    fn subject(&self) -> Subject {
        Subject::new("course_class", self.class)
    }
}
