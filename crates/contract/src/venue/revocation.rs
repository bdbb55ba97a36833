//! What the house takes back, on the wire.

use poem_openapi::{Enum, Object};

/// Whose reason it is that something is taken back. Of what was paid nothing is kept either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireRevocationCause {
    /// The house's own.
    House,
    /// 不可抗力: nobody's, such as a typhoon.
    ForceMajeure,
}

/// Why the house takes back what it let.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireRevocationRequest {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub reason: String,
    /// Absent: the house's own.
    pub cause: Option<HireRevocationCause>,
}

/// What would be taken back.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HireRevocationPreviewRequest {
    /// Absent: the house's own.
    pub cause: Option<HireRevocationCause>,
}
