//! What the journal says about user classes.

use audit::{Event, Subject};
use kernel::ids::UserClassId;
use serde::Serialize;

/// One was made.
#[derive(Debug, Serialize)]
pub struct UserClassCreated {
    pub user_class: UserClassId,
}

impl Event for UserClassCreated {
    const NAME: &'static str = "patron.user_class.created";

    fn subject(&self) -> Subject {
        Subject::new("user_class", self.user_class)
    }
}

/// One was changed.
#[derive(Debug, Serialize)]
pub struct UserClassChanged {
    pub user_class: UserClassId,
    pub version: i32,
}

impl Event for UserClassChanged {
    const NAME: &'static str = "patron.user_class.changed";

    fn subject(&self) -> Subject {
        Subject::new("user_class", self.user_class)
    }
}
