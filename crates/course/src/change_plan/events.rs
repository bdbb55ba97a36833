//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{ChangePlanId, CourseClassId};
use serde::Serialize;

/// Somebody was told what a change would do.
#[derive(Debug, Serialize)]
pub struct ChangePlanned {
    pub plan: ChangePlanId,
    pub class: CourseClassId,
    pub kind: String,
    pub hash: String,
}

/// It was made, exactly so.
#[derive(Debug, Serialize)]
pub struct ChangeMade {
    pub plan: ChangePlanId,
    pub class: CourseClassId,
}

/// Everybody has what they get back, but for those of whom it failed.
#[derive(Debug, Serialize)]
pub struct ChangeDone {
    pub plan: ChangePlanId,
    pub class: CourseClassId,
    pub refunds: usize,
    pub failed: usize,
}

impl Event for ChangePlanned {
    const NAME: &'static str = "course.change.planned";

    fn subject(&self) -> Subject {
        Subject::new("change_plan", self.plan)
    }
}

impl Event for ChangeMade {
    const NAME: &'static str = "course.change.made";

    fn subject(&self) -> Subject {
        Subject::new("change_plan", self.plan)
    }
}

impl Event for ChangeDone {
    const NAME: &'static str = "course.change.done";

    fn subject(&self) -> Subject {
        Subject::new("change_plan", self.plan)
    }
}
