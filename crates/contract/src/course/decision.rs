//! 開講決定 on the wire: whether a class runs that has a minimum.

use kernel::ids::kind;
use poem_openapi::Object;

use super::class::{CapacityUnit, ClassState, RunDecision};
use crate::{Date, Instant, Ref};

/// How a class stands against its minimum, in the unit of its capacity.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClassRunStanding {
    pub class: Ref<kind::CourseClass>,
    pub course: Ref<kind::Course>,
    pub term: Ref<kind::Term>,
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 200))]
    pub title: String,
    #[oai(validator(max_length = 200))]
    pub title_en: Option<String>,
    pub state: ClassState,
    pub capacity_unit: CapacityUnit,
    /// 最少催行人数; absent: it runs however few they are.
    pub minimum: Option<i32>,
    /// Places of whoever is admitted.
    pub admitted: i64,
    /// Places that are kept for whoever has still to accept or to pay.
    pub kept: i64,
    /// Whether as many are admitted as it needs.
    pub minimum_met: bool,
    /// The last day on which it is decided: the one that the class says, else the day before it first meets.
    pub decide_by: Option<Date>,
    /// Whether it is to be decided now: its day has come, it falls short, and nobody has decided that it runs.
    pub owed: bool,
    /// Whether it runs, once that is decided.
    pub decision: Option<RunDecision>,
    /// When it was decided that it runs.
    pub decided_at: Option<Instant>,
    /// Why it runs with fewer than its minimum.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    /// Whether the line stands still: nobody may pass the first in it, and the class has not room any more for so many, whoever leaves.
    /// A larger capacity, another place in the line or fewer in the party move it on.
    pub line_stuck: bool,
}
