//! What would become of an application, before it is made.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{CourseParticipant, CoursePerson, CoursePriceLine};
use crate::{Instant, Ref, Yen, patron::form::FormAnswers, problem::FieldFault};

/// What a preview is asked for.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CoursePreviewRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first that is open and fits when absent.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub people: Vec<CourseParticipant>,
    /// Optional fees that are wanted.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Each person is an application of their own. All or none when absent.
    pub splittable: Option<bool>,
    /// For whom a server would apply.
    pub patron: Option<Ref<kind::Patron>>,
    /// Answers to what the form of the class asks once; when nobody of the party answers anything, they are not looked at.
    pub answers: Option<FormAnswers>,
}

/// What would become of an application now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CourseOutcome {
    /// Its places are kept at once: it is admitted, or to be paid.
    Seated,
    /// It is offered its places at once, to be accepted: others wait before it, who need more than is free.
    Offered,
    /// 空席待ち.
    Waitlisted,
    /// 抽選待ち.
    Entered,
    /// 書類選考.
    Screening,
    /// It would be refused; `obstacles` say why.
    Refused,
}

/// A rule that stands against an application, as the application would be refused.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseObstacle {
    /// The stable name of the rule, as in a problem.
    #[oai(validator(max_length = 80))]
    pub code: String,
    #[oai(validator(max_length = 500))]
    pub detail: String,
    /// When the next window opens, of rules that keep somebody out the next that takes them.
    pub opens_at: Option<Instant>,
    /// Until when whoever applies is suspended.
    pub until: Option<Instant>,
    /// How many there may be.
    pub most: Option<i64>,
    /// Each fault of what was answered.
    #[oai(validator(max_items = 100))]
    pub errors: Option<Vec<FieldFault>>,
}

/// One application of those that would be made.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CoursePreviewPart {
    /// Who is in it: places among `people`, from 0.
    #[oai(validator(max_items = 100))]
    pub people: Vec<i32>,
    pub window: Option<Ref<kind::ApplicationWindow>>,
    pub units: i32,
    /// The rank in a draw, from 0.
    pub tier: i32,
    /// Tax included.
    pub total: Yen,
    pub outcome: CourseOutcome,
    /// The place in the line, from 1, if it waits.
    pub position: Option<i64>,
}

/// Applications of a household in the term.
#[derive(Debug, Clone, Object)]
pub struct CourseHouseholdUse {
    /// With those that would be made.
    pub active: i64,
    pub most: i64,
}

/// What would become of an application now: what the same application would be answered.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CoursePreview {
    /// Whether nothing stands against it.
    pub may_apply: bool,
    #[oai(validator(max_items = 100))]
    pub obstacles: Vec<CourseObstacle>,
    /// That takes it, of its first part; absent: none does.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    pub units: i32,
    /// The rank of the party in a draw, from 0.
    pub tier: i32,
    #[oai(validator(max_items = 100))]
    pub people: Vec<CoursePerson>,
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<CoursePriceLine>,
    pub total: Yen,
    /// The applications that would be made: one, or one for each person of a family that may be split.
    #[oai(validator(max_items = 100))]
    pub parts: Vec<CoursePreviewPart>,
    /// Who has an active application to the class already.
    #[oai(validator(max_items = 100))]
    pub already_applied: Vec<Ref<kind::Person>>,
    /// Where the class limits what a household applies for.
    pub household: Option<CourseHouseholdUse>,
}
