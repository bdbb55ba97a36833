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

/// What a caller names by its id: an order, an application for a hire, an application for a course.
pub fn named(id: &str) -> Option<Subject> {
    let order = id.parse().map(order).ok();
    let hire = || id.parse().map(application).ok();
    order.or_else(hire).or_else(|| id.parse().map(course_application).ok())
}

/// The id of what a bill is for, as its service writes it.
pub fn id_of(subject: &Subject) -> String {
    let id = subject.id;
    match subject.kind.as_ref() {
        ORDER => OrderId::from_uuid(id).to_string(),
        APPLICATION => HireApplicationId::from_uuid(id).to_string(),
        SUPPLEMENT => HireQuoteId::from_uuid(id).to_string(),
        COURSE_APPLICATION => CourseApplicationId::from_uuid(id).to_string(),
        _ => id.to_string(),
    }
}

/// The order that a bill is for, if it is for one.
pub fn order_of(subject: &Subject) -> Option<OrderId> {
    (subject.kind == ORDER).then(|| OrderId::from_uuid(subject.id))
}

/// The application for a hire that a bill is for, if it is for one.
pub fn application_of(subject: &Subject) -> Option<HireApplicationId> {
    (subject.kind == APPLICATION).then(|| HireApplicationId::from_uuid(subject.id))
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
