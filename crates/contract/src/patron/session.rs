//! Patrons' sessions on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref};

/// Who says to be whom.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PatronSessionRequest {
    /// The registered e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    pub email: String,
    /// The password.
    #[oai(validator(min_length = 1, max_length = 1024))]
    pub password: String,
}

/// A session that has just been opened. The token is shown this once.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PatronSession {
    /// The session's id.
    pub id: Ref<kind::Session>,
    /// Who signed in.
    pub patron: Ref<kind::Patron>,
    /// `pts_…`: send it as `Authorization: Bearer`. It lapses after an hour without use.
    pub token: String,
    /// When the session ends at the latest.
    pub expires_at: Instant,
}
