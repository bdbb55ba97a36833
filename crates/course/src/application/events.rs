//! What the journal says of receipts. Never a code, nor who asked for it under which address.

use audit::{Event, Subject};
use kernel::ids::CourseApplicationId;
use serde::Serialize;

/// 受付票再発行: an application has another code, and the one before opens nothing any more; `sent`: by mail, not shown.
#[derive(Debug, Serialize)]
pub struct ReceiptReissued {
    pub application: CourseApplicationId,
    pub sent: bool,
}

impl Event for ReceiptReissued {
    const NAME: &'static str = "course.receipt.reissued";

    fn subject(&self) -> Subject {
        Subject::new("course_application", self.application)
    }
}

/// Somebody who lost a code asked for another by mail.
#[derive(Debug, Serialize)]
pub struct ReceiptAsked {
    /// Those that have another now; none, when nobody left that address with such a number, or it had too many letters.
    pub applications: Vec<CourseApplicationId>,
}

impl Event for ReceiptAsked {
    const NAME: &'static str = "course.receipt.asked";

    fn subject(&self) -> Subject {
        match self.applications.first() {
            Some(application) => Subject::new("course_application", application),
            None => Subject::new("course_application", "nobody"),
        }
    }
}
