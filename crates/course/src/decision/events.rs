//! What the journal says. Why a class runs all the same stays with the decision: a reason may tell of a person.

use audit::{Event, Subject};
use kernel::ids::CourseClassId;
use serde::Serialize;
use time::Date;

use super::{RunStanding, rules};

/// It runs, with so many admitted; `short`: with fewer than its minimum, for a reason.
#[derive(Debug, Serialize)]
pub struct ClassDecided {
    pub class: CourseClassId,
    pub admitted: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i32>,
    pub short: bool,
}

impl Event for ClassDecided {
    const NAME: &'static str = "course.class.decided";

    fn subject(&self) -> Subject {
        Subject::new("class", self.class)
    }
}

/// Fewer are admitted than it needs, and it is to be decided by a civil day in Asia/Tokyo whether it runs.
#[derive(Debug, Serialize)]
pub struct DecisionOwed {
    pub class: CourseClassId,
    pub decide_by: Date,
    pub admitted: i64,
    pub minimum: i32,
}

impl DecisionOwed {
    pub fn of(one: &RunStanding) -> Option<Self> {
        let short = rules::shortfall(one)?;
        let decide_by = one.decide_by?;
        Some(Self { class: one.class, decide_by, admitted: short.admitted, minimum: short.minimum })
    }
}

impl Event for DecisionOwed {
    const NAME: &'static str = "course.class.decision_owed";

    fn subject(&self) -> Subject {
        Subject::new("class", self.class)
    }
}
