//! 質問票 on the wire: questions in versions that never change.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Instant, Ref, Word};

/// What sort of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// One of the choices, by its code.
    OneChoice,
    /// Any of the choices, by their codes.
    ManyChoices,
    /// A whole number.
    Number,
    /// A civil day, `2026-11-23`.
    Date,
    YesNo,
    /// 同意: where it is required, only yes is an answer.
    Consent,
}

/// One of the answers to choose from.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub struct QuestionChoice {
    /// 1 to 40 lower-case letters, digits and underscores.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub label: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub label_en: Option<String>,
}

/// When a question is asked: when an earlier one was answered so. Exactly one of `yes`, `number` and `text`; of many choices,
/// `text` is the code of one among them.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub struct QuestionShownIf {
    #[oai(validator(min_length = 1, max_length = 40))]
    pub question: String,
    pub yes: Option<bool>,
    pub number: Option<i64>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub text: Option<String>,
}

/// One question.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub struct Question {
    /// Names it in answers: 1 to 40 lower-case letters, digits and underscores.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub code: String,
    pub kind: QuestionKind,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub label: String,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub label_en: Option<String>,
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub help: Option<String>,
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub help_en: Option<String>,
    #[oai(default)]
    pub required: bool,
    /// Asked for each person who takes part; not: once, for all of them.
    #[oai(default)]
    pub per_person: bool,
    /// Of special care (要配慮個人情報: allergies …): shown apart.
    #[oai(default)]
    pub sensitive: bool,
    #[oai(validator(max_items = 100))]
    pub choices: Option<Vec<QuestionChoice>>,
    /// The least number, or how many choices at least.
    pub at_least: Option<i64>,
    /// The greatest number, how many choices, or how many characters at most.
    pub at_most: Option<i64>,
    /// Days after which an answer is forgotten, counted from the day on which it was given; absent: it is kept.
    #[oai(validator(minimum(value = "1"), maximum(value = "36500")))]
    pub retention_days: Option<u16>,
    pub shown_if: Option<QuestionShownIf>,
}

/// 質問票.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Form {
    pub id: Ref<kind::Form>,
    /// Unique at the contractor.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// The number of the newest version.
    pub newest: i32,
    /// The newest version, where one form is shown.
    pub newest_version: Option<FormVersion>,
    /// Not offered for new uses any more; what uses it goes on.
    pub retired_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// One version of a form. It never changes.
#[derive(Debug, Clone, Object)]
pub struct FormVersion {
    pub id: Ref<kind::FormVersion>,
    pub form: Ref<kind::Form>,
    /// From 1.
    pub number: i32,
    #[oai(validator(max_items = 100))]
    pub questions: Vec<Question>,
    pub created_at: Instant,
}

/// A form to be made, with its first version.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FormRequest {
    /// Unique at the contractor. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name_en: Option<String>,
    /// In the order in which they are asked.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub questions: Vec<Question>,
}

/// What changes of a form beside its questions.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FormUpdate {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub name_en: MaybeUndefined<String>,
    /// Whether it is offered for new uses no more.
    pub retired: Option<bool>,
}

/// The questions of the next version.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FormVersionRequest {
    /// In the order in which they are asked.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub questions: Vec<Question>,
}

/// An answer to a question: exactly one of `yes`, `number`, `text` and `choices`. A day is a text, one choice is its code.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub struct FormAnswer {
    /// The code of the question.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub question: String,
    pub yes: Option<bool>,
    pub number: Option<i64>,
    #[oai(validator(max_length = 2000))]
    pub text: Option<String>,
    /// The codes of many choices.
    #[oai(validator(max_items = 100))]
    pub choices: Option<Vec<Word>>,
}

/// Answers to the questions of one version of a form.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct FormAnswers {
    #[oai(validator(max_items = 100))]
    pub answers: Vec<FormAnswer>,
}
