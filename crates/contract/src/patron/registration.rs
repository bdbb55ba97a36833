//! Registrations on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use super::Locale;
use crate::{Instant, Ref};

/// What somebody who wants to be registered fills in.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// As you write it. It is kept as typed.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The reading (ふりがな), in hiragana or katakana of any width.
    #[oai(validator(max_length = 200))]
    pub kana: Option<String>,
    /// A code is sent there.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub email: String,
    /// The telephone number: `03-1234-5678`, `+81 3 1234 5678`.
    #[oai(validator(max_length = 40))]
    pub phone: Option<String>,
    /// `100-0001` or `1000001`.
    #[oai(validator(max_length = 20))]
    pub postal_code: Option<String>,
    /// As typed.
    #[oai(validator(max_length = 200))]
    pub address: Option<String>,
    /// The language in which you are written to; by `Accept-Language` when absent.
    pub locale: Option<Locale>,
    /// 15 to 256 characters that are not easily guessed.
    #[oai(validator(min_length = 1, max_length = 1024))]
    pub password: String,
}

/// The registration was taken down. It says the same whether the address is known or not.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RegistrationReceipt {
    /// Until when the code in the message is good.
    pub expires_at: Instant,
}

/// The code that came by e-mail.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct VerificationRequest {
    /// `pvt_…`, as the message says.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub token: String,
}

/// The address is the patron's.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct EmailVerification {
    /// Who can sign in with it now.
    pub patron: Ref<kind::Patron>,
    /// When it was proven.
    pub verified_at: Instant,
}
