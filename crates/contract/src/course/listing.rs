//! The leaflet on the wire: what everybody can apply for.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{
    class::{CapacityUnit, ClassAdmission, Delivery, RunDecision},
    leaflet::{ApplicationWindow, Fee},
    rule::RefundOfKind,
    session::CourseSession,
};
use crate::{Date, Instant, Ref, Word};

/// 抽選倍率 of one tier.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TierOdds {
    /// What the class calls it; absent: everybody else.
    #[oai(validator(max_length = 100))]
    pub label: Option<String>,
    /// Places that those in the draw would take.
    pub entered: i64,
    /// How many there are for one place that they can reach: `2.5`. What is reserved for them, and what the tiers before them leave;
    /// absent when that is nothing.
    #[oai(validator(max_length = 20))]
    pub odds: Option<String>,
}

/// How full a class is, in the unit of its capacity.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClassFullness {
    pub class: Ref<kind::CourseClass>,
    /// Without what is held back.
    pub capacity: i64,
    /// For whoever applies now: none while somebody waits, or where somebody of an earlier window is undecided and comes first; without
    /// what a draw will give whose entries are fixed.
    pub places_left: i64,
    /// How many applications wait.
    pub waiting: i64,
    /// Places that those in a draw would take; absent while there are fewer than five applications.
    pub entered: Option<i64>,
    /// How many there are for one place that is drawn: `2.5`. Absent with `entered`, and while there is no place.
    #[oai(validator(max_length = 20))]
    pub odds: Option<String>,
    /// By tier; empty while fewer than five applications are in one of them: how many would follow from the others.
    #[oai(validator(max_items = 50))]
    pub tiers: Vec<TierOdds>,
}

/// The order of the leaflet. What is alike in it comes in the order in which it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum LeafletSort {
    /// By when they first meet; while they have no session, by the first day of the term.
    Starts,
    /// By when the last of their windows closes.
    Closes,
    /// By their codes.
    Code,
}

/// A class in the leaflet.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LeafletClass {
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 200))]
    pub title: String,
    #[oai(validator(max_length = 200))]
    pub title_en: Option<String>,
    pub course: Ref<kind::Course>,
    #[oai(validator(max_length = 200))]
    pub course_title: String,
    #[oai(validator(max_length = 200))]
    pub course_title_en: Option<String>,
    #[oai(validator(max_items = 10))]
    pub genres: Vec<Word>,
    #[oai(validator(max_length = 500))]
    pub summary: Option<String>,
    pub term: Ref<kind::Term>,
    #[oai(validator(max_length = 100))]
    pub term_name: String,
    pub admission: ClassAdmission,
    pub delivery: Delivery,
    pub capacity_unit: CapacityUnit,
    pub max_party: i32,
    /// Whether it runs, once that is decided.
    pub decision: Option<RunDecision>,
    /// Whether one of its windows is open at this moment.
    pub open: bool,
    pub availability: ClassFullness,
    /// By when they open.
    #[oai(validator(max_items = 100))]
    pub windows: Vec<ApplicationWindow>,
    #[oai(validator(max_items = 100))]
    pub fees: Vec<Fee>,
    /// How many sessions it has, and when it first and last meets.
    pub sessions: i64,
    pub first_at: Option<Instant>,
    pub last_at: Option<Instant>,
}

/// What somebody has to be, in the words of the class.
#[derive(Debug, Clone, Object)]
pub struct LeafletCondition {
    #[oai(validator(max_length = 200))]
    pub label: String,
    /// Whether whoever does not meet it is refused; otherwise a paper is asked for, or they are told.
    pub required: bool,
}

/// What goes back to whoever withdraws in time.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LeafletRefund {
    /// So many days before the next session at the latest.
    pub days_before: i32,
    pub percent: i32,
    /// Kinds of fees that it is another percent of.
    #[oai(validator(max_items = 5))]
    pub kinds: Option<Vec<RefundOfKind>>,
}

/// A class in the leaflet with everything that one reads before one applies.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LeafletPage {
    pub listing: LeafletClass,
    #[oai(validator(max_length = 5000))]
    pub description: Option<String>,
    /// Whom to ask.
    #[oai(validator(max_length = 200))]
    pub contact: Option<String>,
    /// 最少催行人数, and by when it is decided.
    pub minimum_enrolment: Option<i32>,
    pub decide_by: Option<Date>,
    /// 結果通知.
    pub results_at: Option<Instant>,
    /// The form that is answered with an application: read it under `/v1/form-versions`.
    pub form_version: Option<Ref<kind::FormVersion>>,
    #[oai(validator(max_items = 50))]
    pub conditions: Vec<LeafletCondition>,
    /// Who comes first in a draw, in order.
    #[oai(validator(max_items = 50))]
    pub first: Vec<String>,
    #[oai(validator(max_items = 50))]
    pub refunds: Vec<LeafletRefund>,
    #[oai(validator(max_items = 400))]
    pub meetings: Vec<CourseSession>,
}
