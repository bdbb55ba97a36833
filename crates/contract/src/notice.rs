//! Letters on the wire: their words, kind by kind.

use poem_openapi::{Enum, Object};

use crate::Instant;

/// What a letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum TemplateKind {
    /// The application is in the draw or before the staff.
    #[oai(rename = "course.received")]
    CourseReceived,
    /// A place is kept until it is paid for.
    #[oai(rename = "course.payment_due")]
    CoursePaymentDue,
    /// 受講決定.
    #[oai(rename = "course.admitted")]
    CourseAdmitted,
    /// 空席待ち, 補欠.
    #[oai(rename = "course.waitlisted")]
    CourseWaitlisted,
    /// 繰上当選.
    #[oai(rename = "course.offered")]
    CourseOffered,
    /// 落選.
    #[oai(rename = "course.lost")]
    CourseLost,
    /// The waiting list has ended.
    #[oai(rename = "course.line_ended")]
    CourseLineEnded,
    /// 書類選考の結果.
    #[oai(rename = "course.rejected")]
    CourseRejected,
    /// What was not accepted or paid in time.
    #[oai(rename = "course.expired")]
    CourseExpired,
    /// Given up by who applied.
    #[oai(rename = "course.withdrawn")]
    CourseWithdrawn,
    /// 中止.
    #[oai(rename = "course.class_cancelled")]
    CourseClassCancelled,
    /// Taken back by the house.
    #[oai(rename = "course.revoked")]
    CourseRevoked,
    /// 休講, 日程変更.
    #[oai(rename = "course.session_changed")]
    CourseSessionChanged,
    /// 修了証.
    #[oai(rename = "course.certificate_issued")]
    CourseCertificateIssued,
    /// The time to accept or to pay is nearly over.
    #[oai(rename = "course.reminder")]
    CourseReminder,
    /// What is different for who teaches a session.
    #[oai(rename = "course.teaching")]
    CourseTeaching,
    /// 受付票再発行.
    #[oai(rename = "course.receipt_reissued")]
    CourseReceiptReissued,
    /// To the house itself: it is to be decided whether a class runs.
    #[oai(rename = "course.decision_owed")]
    CourseDecisionOwed,
}

/// The language of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TemplateLanguage {
    Ja,
    En,
}

/// Something that a letter can say, written `{{name}}`.
#[derive(Debug, Clone, Object)]
pub struct TemplatePlaceholder {
    #[oai(validator(max_length = 40))]
    pub name: String,
    /// A text without it is refused.
    pub required: bool,
    /// What stands for it.
    #[oai(validator(max_length = 200))]
    pub meaning: String,
    /// What a preview says for it.
    #[oai(validator(max_length = 200))]
    pub sample: String,
}

/// The words of a kind of letter in a language, as they count now.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Template {
    pub kind: TemplateKind,
    pub language: TemplateLanguage,
    /// From 1, one more with every change; 0: nobody has ever changed them.
    pub version: i32,
    /// Whether they are the house's own.
    pub standard: bool,
    #[oai(validator(max_length = 200))]
    pub subject: String,
    /// Plain text.
    #[oai(validator(max_length = 10000))]
    pub body: String,
    #[oai(validator(max_items = 20))]
    pub placeholders: Vec<TemplatePlaceholder>,
    /// Since when they count; absent: they have always been.
    pub since: Option<Instant>,
}

/// Every template.
#[derive(Debug, Clone, Object)]
pub struct Templates {
    #[oai(validator(max_items = 100))]
    pub data: Vec<Template>,
}

/// Other words.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TemplateRequest {
    /// One line, with placeholders.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub subject: String,
    /// Plain text, with placeholders. Markup is written as it is.
    #[oai(validator(min_length = 1, max_length = 10000))]
    pub body: String,
}

/// Words to be looked at; what is absent is as it counts now.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TemplatePreviewRequest {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub subject: Option<String>,
    #[oai(validator(min_length = 1, max_length = 10000))]
    pub body: Option<String>,
}

/// A letter with samples for what is filled in.
#[derive(Debug, Clone, Object)]
pub struct TemplatePreview {
    #[oai(validator(max_length = 10000))]
    pub subject: String,
    #[oai(validator(max_length = 100000))]
    pub body: String,
}
