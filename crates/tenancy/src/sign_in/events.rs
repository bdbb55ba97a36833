//! What the journal says about signing in. A login id nobody has is told by the start of its keyed hash.

use std::fmt::Write as _;

use audit::{Category, Event, Subject};
use kernel::ids::{OperatorId, StaffId};
use serde::Serialize;

use super::{Plane, sql::Seen};

#[derive(Serialize)]
pub(super) struct SignInFailed {
    /// Failures in a row, this one included.
    failures: i32,
    #[serde(skip)]
    subject: Subject,
}

impl SignInFailed {
    pub fn of(plane: Plane, hash: &[u8], seen: &Seen) -> Self {
        let subject = match (seen.kind.as_deref() == Some(plane.kind()), plane) {
            (true, Plane::Staff) => Subject::new("staff", StaffId::from_uuid(seen.principal)),
            (true, Plane::Operator) => Subject::new("operator", OperatorId::from_uuid(seen.principal)),
            (false, _) => Subject::new("login", short(hash)),
        };
        Self { failures: seen.attempt, subject }
    }
}

fn short(hash: &[u8]) -> String {
    hash.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Event for SignInFailed {
    const NAME: &'static str = "tenancy.sign_in.failed";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        self.subject.clone()
    }
}

#[derive(Serialize)]
pub(super) struct PasswordChanged {
    pub staff: String,
}

impl Event for PasswordChanged {
    const NAME: &'static str = "tenancy.password.changed";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("staff", &self.staff)
    }
}
