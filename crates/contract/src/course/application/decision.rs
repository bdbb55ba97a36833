//! What the staff decides of applications, and what moves.

use kernel::ids::kind;
use poem_openapi::{Object, types::MaybeUndefined};

use super::CourseApplicationState;
use crate::{Instant, Ref};

/// Why the staff decides so.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseReasonRequest {
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// How an application is judged again.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseAssessRequest {
    /// Whoever may be the same as somebody who has applied already is somebody else; no when absent.
    pub distinct: Option<bool>,
}

/// Another place in the line.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseReorderRequest {
    /// From 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub position: i32,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// What the staff decided of those who are screened. Whoever is not named stays before the staff.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseScreeningRequest {
    /// In the order in which they are seated, as far as there are places; the others of them wait.
    #[oai(validator(max_items = 1000))]
    pub admit: Option<Vec<Ref<kind::CourseApplication>>>,
    /// Behind them, in this order.
    #[oai(validator(max_items = 1000))]
    pub wait: Option<Vec<Ref<kind::CourseApplication>>>,
    #[oai(validator(max_items = 1000))]
    pub reject: Option<Vec<Ref<kind::CourseApplication>>>,
    /// Why; required when somebody is rejected.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// Another number of places.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseCapacityRequest {
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: i32,
    /// 関係者枠; as many as now when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub held_back: Option<i32>,
    /// How many may wait; as many as now when absent, and as many as like when null.
    #[oai(nullable, validator(minimum(value = "0"), maximum(value = "100000")))]
    pub waiting_capacity: MaybeUndefined<i32>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// 書類選考: what is decided beforehand, in the order in which it is carried out.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseScreening {
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_items = 10000))]
    pub admit: Vec<Ref<kind::CourseApplication>>,
    #[oai(validator(max_items = 10000))]
    pub wait: Vec<Ref<kind::CourseApplication>>,
    #[oai(validator(max_items = 10000))]
    pub reject: Vec<Ref<kind::CourseApplication>>,
    /// Why, for those who are rejected.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    pub prepared_at: Instant,
    /// Since when everybody knows; absent: nobody does yet.
    pub released_at: Option<Instant>,
    pub version: i32,
}

/// An application that is somewhere else than before.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseMove {
    pub application: Ref<kind::CourseApplication>,
    pub from: Option<CourseApplicationState>,
    pub to: CourseApplicationState,
    /// Until when it is to be accepted or paid.
    pub due_at: Option<Instant>,
}

/// Everything that moved, in order.
#[derive(Debug, Clone, Object)]
pub struct CourseMoves {
    pub moves: Vec<CourseMove>,
}
