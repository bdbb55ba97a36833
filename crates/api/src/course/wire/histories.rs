//! What somebody learned: plain translations.

use std::collections::BTreeMap;

use ::course::history::{Enrolled, Episode, Part};
use contract::course::history::{
    CourseEnrolment, CourseHistoryItem, CourseHistoryPerson, EnrolmentCompletion, EnrolmentState,
};
use db::Fault;
use kernel::{Instant, ids::PersonId};

use super::applications::{role_told, state};

/// Ids of persons, each with the one who is left.
pub type Resolved = BTreeMap<PersonId, PersonId>;

/// An application as it stands at a moment, with what came of it.
///
/// # Errors
/// A fault when what is kept cannot be read.
pub fn item(one: &Episode, known: &Resolved, now: Instant) -> Result<CourseHistoryItem, Fault> {
    let (application, about) = (&one.application, &one.about);
    Ok(CourseHistoryItem {
        application: application.id.into(),
        receipt_number: application.receipt_number,
        state: state(application.standing(now)?),
        received_at: application.received_at.into(),
        term: about.term.into(),
        term_name: about.term_name.clone(),
        course: about.course.into(),
        course_title: about.course_title.ja.clone(),
        course_title_en: about.course_title.en.clone(),
        class: application.class_id.into(),
        class_title: about.class_title.ja.clone(),
        class_title_en: about.class_title.en.clone(),
        people: one.people.iter().map(|part| person(part, known)).collect(),
    })
}

fn person(part: &Part, known: &Resolved) -> CourseHistoryPerson {
    CourseHistoryPerson {
        person: known.get(&part.person).copied().unwrap_or(part.person).into(),
        role: role_told(part.role),
        enrolment: part.enrolled.as_ref().map(enrolment),
    }
}

fn enrolment(one: &Enrolled) -> CourseEnrolment {
    let (certificate, number) = one.certificate.clone().unzip();
    CourseEnrolment {
        id: one.enrolment.into(),
        state: match one.state.as_str() {
            "withdrawn" => EnrolmentState::Withdrawn,
            "ended" => EnrolmentState::Ended,
            _ => EnrolmentState::Active,
        },
        completion: match one.completion.as_str() {
            "passed" => EnrolmentCompletion::Passed,
            "failed" => EnrolmentCompletion::Failed,
            _ => EnrolmentCompletion::Open,
        },
        joined_session: one.joined_session,
        attended: one.attended,
        absent: one.absent,
        excused: one.excused,
        certificate: certificate.map(Into::into),
        certificate_number: number,
    }
}
