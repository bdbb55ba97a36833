//! Rules of classes on the wire.

use poem_openapi::{Enum, Object};

use super::leaflet::FeeKind;
use crate::{Date, Instant, Word, Yen};

/// What a fact has to be. It compares one kind of thing: texts, yes or no, or a number.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct CourseCondition {
    /// What the house knows by itself or checks: `age`, `grade`, `school_grade` and `courses_in_two_years` are numbers; `work_in_city`,
    /// `school_in_city`, `continuing`, `first_time` and `lost_last_term` yes or no; `residence` a code. Every other one is a kind of the
    /// house's own, of at most 40 lower-case letters, digits and underscores.
    #[oai(validator(min_length = 1, max_length = 50))]
    pub fact: String,
    /// One of these texts.
    #[oai(validator(max_items = 20))]
    pub one_of: Option<Vec<Word>>,
    /// Yes or no.
    pub is: Option<bool>,
    #[oai(validator(minimum(value = "-1000000"), maximum(value = "1000000")))]
    pub at_least: Option<i64>,
    #[oai(validator(minimum(value = "-1000000"), maximum(value = "1000000")))]
    pub at_most: Option<i64>,
    /// Only what the staff has verified counts; no when absent.
    pub proven: Option<bool>,
}

/// Holds when any of its conditions does: 「在住・在勤・在学」 is one requirement of three conditions.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseRequirement {
    #[oai(validator(min_items = 1, max_items = 10))]
    pub any_of: Vec<CourseCondition>,
}

/// What happens when a rule of eligibility is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum EligibilityEffect {
    /// The application is refused.
    Block,
    /// It is taken, and the staff has to see a paper.
    Verify,
    /// It is taken, and the applicant is told.
    Warn,
}

/// Who may apply.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct EligibilityRule {
    /// In plain words, for everybody to read.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: String,
    /// All of them have to be met.
    #[oai(validator(max_items = 10))]
    pub requires: Vec<CourseRequirement>,
    pub effect: EligibilityEffect,
}

/// What somebody pays instead. The first rule that holds decides for each fee; exactly one of `amount` and `percent` is given.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct CoursePriceRule {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: String,
    #[oai(validator(max_items = 10))]
    pub requires: Vec<CourseRequirement>,
    /// The kinds of fees it is for; tuition alone when absent.
    #[oai(validator(max_items = 5))]
    pub fees: Option<Vec<FeeKind>>,
    /// Instead of the fee.
    pub amount: Option<Yen>,
    /// Of the fee, above 100 for 市外料金; fractions of a yen are dropped.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub percent: Option<u16>,
}

/// A rank of a draw: the earlier comes first.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct DrawTier {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: String,
    #[oai(validator(max_items = 10))]
    pub requires: Vec<CourseRequirement>,
    /// Places that this tier alone fills first.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub reserved: Option<u32>,
}

/// What goes back of one kind of fees.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RefundOfKind {
    pub kind: FeeKind,
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub percent: u8,
}

/// What a participant gets back who withdraws: the first step whose last day has not passed decides, after all of them nothing.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct RefundStep {
    /// So many civil days before the first session that has not begun.
    #[oai(validator(minimum(value = "0"), maximum(value = "365")))]
    pub days_before: u16,
    /// Of what was paid for refundable fees, as far as it is for sessions that have not begun.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub percent: u8,
    /// Kinds of fees that it is another percent of, each once. What is not refundable is not, whatever kind it is of.
    #[oai(validator(max_items = 5))]
    pub kinds: Option<Vec<RefundOfKind>>,
}

/// How long whoever applied may change what they answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AnswersAmendable {
    Never,
    /// While it waits for a draw, the staff or a place.
    UntilDecided,
    /// While nobody of it is admitted.
    UntilPaid,
    Always,
}

/// Everything a class decides by.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct ClassRules {
    #[oai(validator(max_items = 20))]
    pub eligibility: Option<Vec<EligibilityRule>>,
    #[oai(validator(max_items = 20))]
    pub prices: Option<Vec<CoursePriceRule>>,
    #[oai(validator(max_items = 10))]
    pub tiers: Option<Vec<DrawTier>>,
    /// In falling order of days.
    #[oai(validator(max_items = 10))]
    pub refunds: Option<Vec<RefundStep>>,
    /// Applications that one household may have active in the term, this class included.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub per_household: Option<u32>,
    /// How many parties stand by (補欠) after a draw; the others have lost. As many as may wait when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub standby: Option<u32>,
    /// The day on which age and grade are judged; the first day of the term when absent. Everything else that is known of somebody counts
    /// on the day on which it is judged, or on this day while it lies ahead.
    pub facts_on: Option<Date>,
    /// How long whoever applied may change what they answered; until it is decided when absent.
    pub answers_amendable: Option<AnswersAmendable>,
    /// Answers do not change from then on, whatever else holds.
    pub answers_until: Option<Instant>,
}
