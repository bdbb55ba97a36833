//! What bills are for: the names by which billing keeps orders, applications and what is paid in addition.

use billing::Subject;
use kernel::ids::{CourseApplicationId, FeeId, HireApplicationId, HireId, HireQuoteId, OrderId};

/// An order of tickets.
pub const ORDER: &str = "ticket.order";

/// The charge of an application for a hire.
pub const APPLICATION: &str = "venue.application";

/// What is to be paid in addition: by the quote that says so.
pub const SUPPLEMENT: &str = "venue.supplement";

/// One hire of an application: a line of its bill.
pub const HIRE: &str = "venue.hire";

/// An application for a course.
pub const COURSE_APPLICATION: &str = "course.application";

/// A fee of a course: a line of the bill.
pub const FEE: &str = "course.fee";

/// An order as the subject of a bill.
pub const fn order(id: OrderId) -> Subject {
    Subject::new(ORDER, id.uuid())
}

/// The order that a bill is for, if it is for one.
pub fn order_of(subject: &Subject) -> Option<OrderId> {
    (subject.kind == ORDER).then(|| OrderId::from_uuid(subject.id))
}

/// An application as the subject of a bill.
pub const fn application(id: HireApplicationId) -> Subject {
    Subject::new(APPLICATION, id.uuid())
}

/// A supplement as the subject of a bill.
pub const fn supplement(quote: HireQuoteId) -> Subject {
    Subject::new(SUPPLEMENT, quote.uuid())
}

/// A hire as the subject of a line.
pub const fn hire(id: HireId) -> Subject {
    Subject::new(HIRE, id.uuid())
}

/// An application for a course as the subject of a bill.
pub const fn course_application(id: CourseApplicationId) -> Subject {
    Subject::new(COURSE_APPLICATION, id.uuid())
}

/// A fee as the subject of a line.
pub const fn fee(id: FeeId) -> Subject {
    Subject::new(FEE, id.uuid())
}
