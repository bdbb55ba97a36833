//! Signing in on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref};

/// Who somebody claims to be.
#[derive(Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SignInRequest {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub login_id: String,
    #[oai(validator(min_length = 1, max_length = 1024))]
    pub password: String,
}

/// A new password for somebody who knows the old one. For an issued password this is the first thing to do.
#[derive(Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PasswordChangeRequest {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub login_id: String,
    /// The old one, or the issued one.
    #[oai(validator(min_length = 1, max_length = 1024))]
    pub password: String,
    /// 15 to 256 characters that are not predictable. Any characters will do; none are required.
    #[oai(validator(min_length = 1, max_length = 1024))]
    pub new_password: String,
}

/// A session of staff, with its token, which is shown in this answer and never again.
#[derive(Clone, Object)]
pub struct StaffSession {
    pub id: Ref<kind::Session>,
    /// `Authorization: Bearer ses_…`.
    pub token: String,
    /// It also ends when it is not used for 30 minutes.
    pub expires_at: Instant,
    pub staff: Ref<kind::Staff>,
    pub tenant: Ref<kind::Tenant>,
}

/// A session of an operator, with its token, which is shown in this answer and never again.
#[derive(Clone, Object)]
pub struct OperatorSession {
    pub id: Ref<kind::Session>,
    /// `Authorization: Bearer ops_…`, on the operators' listener only.
    pub token: String,
    /// It also ends when it is not used for 15 minutes.
    pub expires_at: Instant,
    pub operator: Ref<kind::Operator>,
}

/// An open session.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Session {
    pub id: Ref<kind::Session>,
    /// The first characters of its token.
    pub hint: String,
    /// Whether this very request came in it.
    pub current: bool,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// To the minute.
    pub last_used_at: Option<Instant>,
}
