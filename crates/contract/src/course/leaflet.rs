//! Courses, application windows and fees on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use super::{class::ClassAdmission, rule::CourseRequirement};
use crate::{Instant, Ref, Word, Yen};

/// 講座: what people search. Its classes are what they apply for.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Course {
    pub id: Ref<kind::Course>,
    /// Unique at the contractor.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 200))]
    pub title: String,
    #[oai(validator(max_length = 200))]
    pub title_kana: Option<String>,
    #[oai(validator(max_length = 200))]
    pub title_en: Option<String>,
    #[oai(validator(max_items = 10))]
    pub genres: Vec<Word>,
    #[oai(validator(max_length = 500))]
    pub summary: Option<String>,
    #[oai(validator(max_length = 5000))]
    pub description: Option<String>,
    /// Whom to ask: an office, never a person.
    #[oai(validator(max_length = 200))]
    pub contact: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A course to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseRequest {
    /// Unique at the contractor. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// ふりがな; カタカナ is found as well.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title_kana: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title_en: Option<String>,
    #[oai(validator(max_items = 10))]
    pub genres: Option<Vec<Word>>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub summary: Option<String>,
    #[oai(validator(min_length = 1, max_length = 5000))]
    pub description: Option<String>,
    /// Whom to ask: an office, never a person.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub contact: Option<String>,
}

/// What changes of a course.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseUpdate {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub title_kana: MaybeUndefined<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub title_en: MaybeUndefined<String>,
    #[oai(validator(max_items = 10))]
    pub genres: Option<Vec<Word>>,
    #[oai(nullable, validator(min_length = 1, max_length = 500))]
    pub summary: MaybeUndefined<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 5000))]
    pub description: MaybeUndefined<String>,
    /// Whom to ask: an office, never a person.
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub contact: MaybeUndefined<String>,
}

/// Whom a window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum WindowKind {
    /// 継続.
    Continuing,
    /// 市内.
    Resident,
    /// 一般.
    General,
    /// 追加.
    Additional,
}

/// 申込期間: when who may apply for a class.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ApplicationWindow {
    pub id: Ref<kind::ApplicationWindow>,
    pub class: Ref<kind::CourseClass>,
    pub kind: WindowKind,
    #[oai(validator(max_length = 100))]
    pub label: String,
    pub opens_at: Instant,
    /// The first moment at which it is closed.
    pub closes_at: Instant,
    /// How it is decided; absent: as the class says.
    pub admission: Option<ClassAdmission>,
    /// All of them have to be met.
    #[oai(validator(max_items = 10))]
    pub requires: Vec<CourseRequirement>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A window to be added to a class.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct WindowRequest {
    pub class: Ref<kind::CourseClass>,
    pub kind: WindowKind,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: String,
    pub opens_at: Instant,
    /// The first moment at which it is closed.
    pub closes_at: Instant,
    /// How it is decided; absent: as the class says.
    pub admission: Option<ClassAdmission>,
    /// All of them have to be met; none when absent.
    #[oai(validator(max_items = 10))]
    pub requires: Option<Vec<CourseRequirement>>,
}

/// What changes of a window.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct WindowUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: Option<String>,
    /// Until it has opened.
    pub opens_at: Option<Instant>,
    pub closes_at: Option<Instant>,
    /// Until it has opened.
    pub admission: Option<ClassAdmission>,
    /// Until it has opened.
    #[oai(validator(max_items = 10))]
    pub requires: Option<Vec<CourseRequirement>>,
}

/// What a fee is for.
///
/// A joining fee is charged once: not to whoever took part in a class, holds a place for which they are charged it, or left some of it
/// with the house. That is decided for each person as a bill is opened. When the application that carries the fee ends unpaid, or all
/// of the fee goes back, the next bill that is opened for them carries it: that of another application, or of one that is not paid yet
/// and is judged again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FeeKind {
    /// 受講料.
    Tuition,
    /// 教材費.
    Materials,
    /// 保険料.
    Insurance,
    /// 入会金.
    Joining,
    Other,
}

/// 徴収区分: how often it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FeeBilling {
    /// Once.
    Course,
    /// For each session that is left when the place is given, and is to be held. What goes back is for those that it was charged for.
    Session,
}

/// What a class costs.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Fee {
    pub id: Ref<kind::Fee>,
    pub class: Ref<kind::CourseClass>,
    pub kind: FeeKind,
    #[oai(validator(max_length = 100))]
    pub label: String,
    /// For one person (or one party), tax included.
    pub amount: Yen,
    /// Percent: 10, 8 or 0 (not taxed).
    pub tax_rate: i32,
    pub billing: FeeBilling,
    /// Only whoever wants it.
    pub optional: bool,
    /// Not: stays when a participant withdraws.
    pub refundable: bool,
    pub ordinal: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// The percent of tax within a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FeeTax {
    /// 10 percent.
    Standard,
    /// 8 percent.
    Reduced,
    /// 非課税.
    None,
}

/// A fee to be added to a class.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FeeRequest {
    pub class: Ref<kind::CourseClass>,
    pub kind: FeeKind,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: String,
    /// For one person (or one party), tax included.
    pub amount: Yen,
    /// `standard` when absent.
    pub tax_kind: Option<FeeTax>,
    /// Once when absent.
    pub billing: Option<FeeBilling>,
    /// No when absent.
    pub optional: Option<bool>,
    /// Yes when absent.
    pub refundable: Option<bool>,
    /// Its place among the fees; 0 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
}

/// What changes of a fee.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FeeUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: Option<String>,
    pub amount: Option<Yen>,
    pub tax_kind: Option<FeeTax>,
    pub optional: Option<bool>,
    pub refundable: Option<bool>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ordinal: Option<i32>,
}
