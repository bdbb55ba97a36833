//! 受講者・世帯 on the wire: people with or without a sign-in, who acts for them, and what is known of them.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// How a patron is to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Relationship {
    /// The patron is the person.
    Oneself,
    /// 保護者.
    GuardianOf,
}

/// A patron who acts for a person.
#[derive(Debug, Clone, Object)]
pub struct ActingPatron {
    pub patron: Ref<kind::Patron>,
    pub relationship: Relationship,
}

/// 受講者: a person, with or without a sign-in of their own.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Person {
    /// The one who is left, when the person asked for was merged.
    pub id: Ref<kind::Person>,
    /// As the person writes it.
    pub name: Option<String>,
    /// The reading (ふりがな), as typed.
    pub kana: Option<String>,
    /// A civil day in Japan.
    pub birth_date: Option<Date>,
    pub email: Option<String>,
    /// The telephone number, as typed.
    pub phone: Option<String>,
    /// Seven digits.
    pub postal_code: Option<String>,
    pub address: Option<String>,
    /// Where it is one's own household: how the patron is to the person.
    pub relationship: Option<Relationship>,
    /// Where staff are shown one person: who acts for them.
    pub acting: Option<Vec<ActingPatron>>,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// From 1, one more with every change.
    pub version: i64,
}

/// A person to be entered.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PersonRequest {
    /// As the person writes it. It is kept as typed.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The reading (ふりがな), in hiragana or katakana of any width.
    #[oai(validator(max_length = 200))]
    pub kana: Option<String>,
    /// A civil day in Japan.
    pub birth_date: Option<Date>,
    #[oai(validator(max_length = 254))]
    pub email: Option<String>,
    /// The telephone number: `03-1234-5678`, `+81 3 1234 5678`.
    #[oai(validator(max_length = 40))]
    pub phone: Option<String>,
    /// `100-0001` or `1000001`.
    #[oai(validator(max_length = 20))]
    pub postal_code: Option<String>,
    #[oai(validator(max_length = 200))]
    pub address: Option<String>,
    /// For staff: the patron who acts for the person. In one's own household it is oneself, and must be absent.
    pub guardian: Option<Ref<kind::Patron>>,
}

/// What changes about a person: what is absent stays, `null` clears. Name and contact of a patron are changed with the patron.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PersonUpdate {
    /// It cannot be cleared.
    #[oai(nullable, validator(max_length = 200))]
    pub name: MaybeUndefined<String>,
    #[oai(nullable, validator(max_length = 200))]
    pub kana: MaybeUndefined<String>,
    #[oai(nullable)]
    pub birth_date: MaybeUndefined<Date>,
    #[oai(nullable, validator(max_length = 254))]
    pub email: MaybeUndefined<String>,
    #[oai(nullable, validator(max_length = 40))]
    pub phone: MaybeUndefined<String>,
    #[oai(nullable, validator(max_length = 20))]
    pub postal_code: MaybeUndefined<String>,
    #[oai(nullable, validator(max_length = 200))]
    pub address: MaybeUndefined<String>,
}

/// Whom to look for: persons for whom all of it holds. Each is compared as a whole, however it was typed.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PersonSearch {
    /// The full reading.
    #[oai(validator(max_length = 200))]
    pub kana: Option<String>,
    /// The telephone number.
    #[oai(validator(max_length = 40))]
    pub phone: Option<String>,
    /// The e-mail address.
    #[oai(validator(max_length = 254))]
    pub email: Option<String>,
    /// Persons this patron acts for.
    pub patron: Option<Ref<kind::Patron>>,
}

/// Into whom a person is merged.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PersonMerge {
    /// Who is left.
    pub into: Ref<kind::Person>,
}

/// Who becomes the guardian.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct GuardianRequest {
    pub patron: Ref<kind::Patron>,
}

/// Whom a patron acts for: oneself first.
#[derive(Debug, Clone, Object)]
pub struct Household {
    pub members: Vec<Person>,
}

/// What is said of a person: exactly one of `yes`, `number` and `text`.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FactRequest {
    /// `residence` (a code: `city`, `outside` …), `work_in_city` and `school_in_city` (yes or no), `school_grade` (1 to 12, 0 to -5
    /// before school; it moves up each April), `birth_date` (the day, to verify it), or a code of the contractor.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub kind: String,
    pub yes: Option<bool>,
    pub number: Option<i64>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub text: Option<String>,
    /// The civil day since which it is so; today when absent. Until a day to come, what was said before counts.
    pub as_of: Option<Date>,
}

/// What staff say of a person: exactly one of `yes`, `number` and `text`.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StaffFactRequest {
    /// `residence` (a code: `city`, `outside` …), `work_in_city` and `school_in_city` (yes or no), `school_grade` (1 to 12, 0 to -5
    /// before school; it moves up each April), `birth_date` (the day, to verify it), or a code of the contractor.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub kind: String,
    pub yes: Option<bool>,
    pub number: Option<i64>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub text: Option<String>,
    /// The civil day since which it is so; today when absent. Until a day to come, what was said before counts.
    pub as_of: Option<Date>,
    /// The paper was seen.
    #[oai(default)]
    pub verified: bool,
    /// The first day on which the verification does not count any more.
    pub expires_on: Option<Date>,
}

/// That the paper was seen.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FactVerification {
    /// The first day on which it does not count any more; absent: it has no end.
    pub expires_on: Option<Date>,
}

/// One thing said of a person, now or before.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PersonFact {
    pub id: Ref<kind::PersonFact>,
    pub kind: String,
    pub yes: Option<bool>,
    pub number: Option<i64>,
    pub text: Option<String>,
    /// The civil day since which it is so.
    pub as_of: Date,
    pub claimed_at: Instant,
    /// When staff saw the paper.
    pub verified_at: Option<Instant>,
    /// Who saw it.
    pub verified_by: Option<String>,
    /// The first day on which the verification does not count any more.
    pub expires_on: Option<Date>,
    /// When a later one takes its place, ahead while that is not so yet, or when it was withdrawn.
    pub closed_at: Option<Instant>,
}

/// 学年.
#[derive(Debug, Clone, Object)]
pub struct SchoolGrade {
    /// 1 to 6 primary school, 7 to 9 middle school, 10 to 12 high school; 0 the year before school, down to -5.
    pub number: i32,
    /// As schools call it: 小1, 中3, 高2, 年長.
    pub label: String,
    /// Whether staff have seen the paper that it follows from.
    pub verified: bool,
}

/// What is known of a person on a day.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PersonFacts {
    pub person: Ref<kind::Person>,
    pub on: Date,
    /// Full years. Absent when the birth date is not known.
    pub age: Option<i32>,
    pub school_grade: Option<SchoolGrade>,
    /// Staff have seen the paper of this birth date, and it counts.
    pub birth_date_verified: bool,
    /// What was said, newest first, 200 at most; what does not stand any more has `closed_at`.
    pub facts: Vec<PersonFact>,
}
