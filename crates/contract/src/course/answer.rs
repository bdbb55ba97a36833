//! What was answered with an application, on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{
    Instant, Ref,
    patron::form::{FormAnswer, Question},
};

/// One question as it was asked, with its answer.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseAnswer {
    pub question: Question,
    /// Absent: it was not answered, is forgotten, or is withheld.
    pub answer: Option<FormAnswer>,
    /// Whether there is an answer of special care that the caller may not read.
    pub withheld: bool,
}

/// What was answered for one person.
#[derive(Debug, Clone, Object)]
pub struct CoursePersonAnswers {
    pub person: Ref<kind::Person>,
    /// From 1, one more with every change.
    pub revision: i32,
    #[oai(validator(max_items = 100))]
    pub answers: Vec<CourseAnswer>,
}

/// What was answered with an application, in the words in which it was asked.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseAnswers {
    pub application: Ref<kind::CourseApplication>,
    /// Absent: the class asked nothing.
    pub form_version: Option<Ref<kind::FormVersion>>,
    /// Of what was asked once: from 1, one more with every change.
    pub revision: Option<i32>,
    #[oai(validator(max_items = 100))]
    pub answers: Vec<CourseAnswer>,
    #[oai(validator(max_items = 100))]
    pub people: Vec<CoursePersonAnswers>,
    /// Whether the caller may change them at this moment, and until when at the latest.
    pub amendable: bool,
    pub amendable_until: Option<Instant>,
}

/// Other answers of one person.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CoursePersonAnswersUpdate {
    pub person: Ref<kind::Person>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub answers: Vec<FormAnswer>,
}

/// Other answers. What is not among them stays; an answer without a value takes one back.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseAnswersUpdate {
    /// To what was asked once.
    #[oai(validator(max_items = 100))]
    pub answers: Option<Vec<FormAnswer>>,
    /// To what was asked for each person.
    #[oai(validator(max_items = 100))]
    pub people: Option<Vec<CoursePersonAnswersUpdate>>,
}
