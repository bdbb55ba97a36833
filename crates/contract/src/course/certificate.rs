//! Certificates on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Date, Instant, Ref};

/// 修了証: somebody attended enough of a class.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Certificate {
    pub id: Ref<kind::Certificate>,
    pub class: Ref<kind::CourseClass>,
    pub enrolment: Ref<kind::Enrolment>,
    pub person: Ref<kind::Person>,
    /// Fiscal year and number, without gaps: `2026-000012`.
    #[oai(validator(max_length = 20))]
    pub number: String,
    /// What anybody may check it with: `7K3QX-9FMT2-H4`.
    #[oai(validator(max_length = 20))]
    pub check_code: String,
    /// Sessions attended, of those held, when it was issued.
    pub attended: i32,
    pub held: i32,
    pub issued_on: Date,
    /// Since then it certifies nothing.
    pub revoked_at: Option<Instant>,
    /// Why it was revoked.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    pub created_at: Instant,
    pub version: i32,
}

/// Whose certificates are issued.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CertificatesRequest {
    pub class: Ref<kind::CourseClass>,
    /// Only of these; absent: of everybody in the class.
    #[oai(validator(min_items = 1, max_items = 500, unique_items))]
    pub enrolments: Option<Vec<Ref<kind::Enrolment>>>,
}

/// What somebody is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CompletionVerdict {
    /// Attended enough; a certificate can be issued.
    Earned,
    /// Has a valid certificate.
    Certified,
    /// Has not attended enough.
    Missed,
}

/// How somebody stands towards a certificate.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Completion {
    pub enrolment: Ref<kind::Enrolment>,
    pub person: Ref<kind::Person>,
    pub attended: i32,
    pub held: i32,
    /// How many of those held complete the class.
    pub needed: i32,
    pub verdict: CompletionVerdict,
    /// The valid one.
    pub certificate: Option<Ref<kind::Certificate>>,
}

/// What came of issuing.
#[derive(Debug, Clone, Object)]
pub struct CertificatesIssued {
    #[oai(validator(max_items = 10000))]
    pub certificates: Vec<Certificate>,
    /// Who gets none now, and why.
    #[oai(validator(max_items = 10000))]
    pub withheld: Vec<Completion>,
}

/// How everybody in a class stands.
#[derive(Debug, Clone, Object)]
pub struct CompletionList {
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_items = 10000))]
    pub completions: Vec<Completion>,
}

/// Whether a certificate certifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CertificateValidity {
    Valid,
    Revoked,
}

/// What anybody may know of a certificate. It names nobody.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CertificateCheck {
    #[oai(validator(max_length = 20))]
    pub number: String,
    pub validity: CertificateValidity,
    #[oai(validator(max_length = 200))]
    pub course: String,
    #[oai(validator(max_length = 200))]
    pub class: String,
    pub attended: i32,
    pub held: i32,
    pub issued_on: Date,
    pub revoked_at: Option<Instant>,
}
