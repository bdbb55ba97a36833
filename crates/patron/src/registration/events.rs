//! What the journal says about registrations.

use audit::{Category, Event, Subject};
use kernel::ids::PatronId;
use serde::Serialize;
use uuid::Uuid;

/// Somebody asked to be registered.
#[derive(Debug, Serialize)]
pub struct RegistrationRequested {
    pub verification: Uuid,
    /// The address belongs to a registered patron, who was told so.
    pub known: bool,
    /// A message went out; not so when this address has had too many.
    pub mailed: bool,
}

impl Event for RegistrationRequested {
    const NAME: &'static str = "patron.registration.requested";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("verification", self.verification)
    }
}

/// A patron proved an address and is registered now.
#[derive(Debug, Serialize)]
pub struct PatronRegistered {
    pub patron: PatronId,
}

impl Event for PatronRegistered {
    const NAME: &'static str = "patron.patron.registered";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}

/// A patron proved a new address, which is theirs from now on.
#[derive(Debug, Serialize)]
pub struct EmailVerified {
    pub patron: PatronId,
    pub version: i64,
}

impl Event for EmailVerified {
    const NAME: &'static str = "patron.email.verified";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}
