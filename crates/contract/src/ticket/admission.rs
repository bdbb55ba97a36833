//! Admissions on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref};

/// What a gate read.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct AdmissionRequest {
    /// The text of the QR code.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub code: String,
    /// What the gate admits to.
    pub performance: Ref<kind::Performance>,
    /// Where, as the staff call it.
    #[oai(validator(min_length = 1, max_length = 50))]
    pub gate: Option<String>,
    /// The gate's own mark for this one reading: the same mark gets the same answer.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub nonce: String,
}

/// One passage through a gate.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Admission {
    pub id: Ref<kind::Admission>,
    pub ticket: Ref<kind::Ticket>,
    pub performance: Ref<kind::Performance>,
    /// 座席番号 or the name of the pool.
    #[oai(validator(max_length = 200))]
    pub place: String,
    /// 券種 in short: whether a certificate is to be shown.
    #[oai(validator(max_length = 50))]
    pub type_code: String,
    #[oai(validator(max_length = 50))]
    pub gate: Option<String>,
    pub admitted_at: Instant,
}
