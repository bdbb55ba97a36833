//! What the journal says of forgotten passwords.

use audit::{Category, Event, Subject};
use kernel::ids::PatronId;
use serde::Serialize;

/// Somebody asked to choose another password.
#[derive(Debug, Serialize)]
pub struct ResetRequested {
    /// Who got a code; nobody, when no such patron may have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patron: Option<PatronId>,
}

impl Event for ResetRequested {
    const NAME: &'static str = "patron.password.reset_requested";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        match self.patron {
            Some(patron) => Subject::new("patron", patron),
            None => Subject::new("patron", "nobody"),
        }
    }
}

/// A patron chose another password; every session ended.
#[derive(Debug, Serialize)]
pub struct PasswordReset {
    pub patron: PatronId,
}

impl Event for PasswordReset {
    const NAME: &'static str = "patron.password.reset";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}
