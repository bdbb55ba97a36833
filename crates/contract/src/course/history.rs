//! What somebody learned, on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::application::{CourseApplicationState, CourseRole};
use crate::{Instant, Ref};

/// Whether somebody is in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum EnrolmentState {
    Active,
    Withdrawn,
    /// The class is over, or was cancelled.
    Ended,
}

/// Whether somebody completed a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum EnrolmentCompletion {
    /// Not decided yet.
    Open,
    Passed,
    Failed,
}

/// Somebody in a class, and what came of it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseEnrolment {
    pub id: Ref<kind::Enrolment>,
    pub state: EnrolmentState,
    pub completion: EnrolmentCompletion,
    /// 途中入会: the first session they take part in.
    pub joined_session: i32,
    /// Sessions that are over and were not cancelled, by what was recorded last; for whoever is in the class also what they attended of it
    /// before they withdrew from it.
    pub attended: i64,
    pub absent: i64,
    pub excused: i64,
    /// The valid one.
    pub certificate: Option<Ref<kind::Certificate>>,
    /// Its number: `2026-000012`.
    #[oai(validator(max_length = 20))]
    pub certificate_number: Option<String>,
}

/// Somebody on an application.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseHistoryPerson {
    pub person: Ref<kind::Person>,
    pub role: CourseRole,
    /// Absent: never admitted, or a companion.
    pub enrolment: Option<CourseEnrolment>,
}

/// An application with what came of it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseHistoryItem {
    pub application: Ref<kind::CourseApplication>,
    /// 受付番号.
    pub receipt_number: i64,
    pub state: CourseApplicationState,
    pub received_at: Instant,
    pub term: Ref<kind::Term>,
    #[oai(validator(max_length = 200))]
    pub term_name: String,
    pub course: Ref<kind::Course>,
    #[oai(validator(max_length = 200))]
    pub course_title: String,
    #[oai(validator(max_length = 200))]
    pub course_title_en: Option<String>,
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_length = 200))]
    pub class_title: String,
    #[oai(validator(max_length = 200))]
    pub class_title_en: Option<String>,
    /// Those who are asked about, and nobody else.
    #[oai(validator(max_items = 100))]
    pub people: Vec<CourseHistoryPerson>,
}
