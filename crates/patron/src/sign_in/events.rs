//! What the journal says about signing in.

use audit::{Category, Event, Subject};
use kernel::ids::PatronId;
use serde::Serialize;

/// A patron proved who they are.
#[derive(Debug, Serialize)]
pub struct SignInProven {
    pub patron: PatronId,
}

impl Event for SignInProven {
    const NAME: &'static str = "patron.sign_in.proven";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}

/// An attempt failed: a wrong password, or an address nobody signs in with.
#[derive(Debug, Serialize)]
pub struct SignInRefused {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patron: Option<PatronId>,
}

impl Event for SignInRefused {
    const NAME: &'static str = "patron.sign_in.refused";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        match self.patron {
            Some(patron) => Subject::new("patron", patron),
            None => Subject::new("patron", "unknown"),
        }
    }
}
