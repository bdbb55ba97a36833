//! Forgotten passwords on the wire.

use poem_openapi::Object;

use crate::Instant;

/// Whose password is forgotten.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PasswordResetRequest {
    /// The registered e-mail address. A code is sent there.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub email: String,
}

/// The request was taken down. It says the same whether the address is known or not.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PasswordResetReceipt {
    /// Until when the code in the message is good.
    pub expires_at: Instant,
}

/// The code that came by e-mail, and the new password.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PasswordResetCompletion {
    /// `pvt_…`, as the message says.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub token: String,
    /// 15 to 256 characters that are not easily guessed.
    #[oai(validator(min_length = 1, max_length = 1024))]
    pub password: String,
}
