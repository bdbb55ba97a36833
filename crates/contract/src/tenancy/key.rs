//! API keys on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref, Word};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ApiKeyKind {
    /// A contractor's server. Never in a browser.
    Secret,
    /// A contractor's page, from its listed origins; readable by anybody.
    Publishable,
    /// A gate or a till.
    Device,
}

/// A key to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ApiKeyRequest {
    pub kind: ApiKeyKind,
    /// To tell it from others.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// What it may do. Absent: everything such a key may and its maker does, except accounts and keys.
    #[oai(validator(max_items = 200, unique_items))]
    pub scopes: Option<Vec<Word>>,
    /// The pages that may use a publishable key: `https://www.example.jp`, `https://*.example.jp`.
    #[oai(default, validator(max_items = 50, unique_items))]
    pub origins: Vec<Word>,
    /// When it ends. Absent: a secret key after 365 days, others when they are revoked.
    pub expires_at: Option<Instant>,
}

/// How to rotate a key.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ApiKeyRotationRequest {
    /// How long the old key goes on beside the new one; 0 ends it at once.
    #[oai(validator(minimum(value = "0"), maximum(value = "2592000")))]
    pub overlap_seconds: i32,
}

/// An API key, without its secret.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ApiKey {
    pub id: Ref<kind::ApiKey>,
    pub kind: ApiKeyKind,
    pub name: String,
    /// The first characters of the key.
    pub hint: String,
    pub scopes: Vec<String>,
    pub origins: Vec<String>,
    /// Whether it works at this moment.
    pub active: bool,
    pub created_at: Instant,
    /// Who made it: the id of staff, a key or an operator.
    pub created_by: Option<String>,
    pub expires_at: Option<Instant>,
    /// To the minute.
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    /// Its successor, when it was rotated.
    pub replaced_by: Option<Ref<kind::ApiKey>>,
}

/// A new key with its secret, which is shown in this answer and never again.
#[derive(Debug, Clone, Object)]
pub struct ApiKeyCreated {
    /// `sk_live_…`, `sk_test_…`, `pk_live_…`, `pk_test_…` or `dev_…`.
    pub secret: String,
    pub key: ApiKey,
}
