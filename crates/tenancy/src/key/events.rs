//! What the journal says about keys.

use audit::{Category, Event, Subject};
use kernel::ids::ApiKeyId;
use serde::Serialize;

use super::{Key, Kind};

#[derive(Serialize)]
pub(super) struct KeyCreated {
    key: ApiKeyId,
    kind: Kind,
    scopes: Vec<&'static str>,
    origins: Vec<String>,
}

impl KeyCreated {
    pub fn of(key: &Key) -> Self {
        let scopes = key.scopes.iter().map(|scope| scope.code()).collect();
        Self { key: key.id, kind: key.kind, scopes, origins: key.origins.clone() }
    }
}

impl Event for KeyCreated {
    const NAME: &'static str = "tenancy.key.created";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("api_key", self.key)
    }
}

#[derive(Serialize)]
pub(super) struct KeyRotated {
    pub key: ApiKeyId,
    pub successor: ApiKeyId,
}

impl Event for KeyRotated {
    const NAME: &'static str = "tenancy.key.rotated";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("api_key", self.key)
    }
}

#[derive(Serialize)]
pub(super) struct KeyRevoked {
    pub key: ApiKeyId,
}

impl Event for KeyRevoked {
    const NAME: &'static str = "tenancy.key.revoked";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("api_key", self.key)
    }
}
