//! What the journal says about groups.

use audit::{Event, Subject};
use kernel::ids::{PatronId, PersonId};
use serde::Serialize;

/// A group is known from now on.
#[derive(Debug, Serialize)]
pub struct GroupCreated {
    pub group: PatronId,
    pub representative: PersonId,
}

impl Event for GroupCreated {
    const NAME: &'static str = "patron.group.created";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.group)
    }
}

/// A patron saw the groups they act for.
#[derive(Debug, Serialize)]
pub struct GroupsListed {
    pub patron: PatronId,
    pub groups: Vec<PatronId>,
}

impl Event for GroupsListed {
    const NAME: &'static str = "patron.group.listed";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}

/// Somebody is on the roster of a group.
#[derive(Debug, Serialize)]
pub struct MemberJoined {
    pub group: PatronId,
    pub person: PersonId,
    pub role: &'static str,
    pub acts: bool,
}

impl Event for MemberJoined {
    const NAME: &'static str = "patron.group.joined";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.group)
    }
}

/// Somebody is not on the roster any more.
#[derive(Debug, Serialize)]
pub struct MemberLeft {
    pub group: PatronId,
    pub person: PersonId,
}

impl Event for MemberLeft {
    const NAME: &'static str = "patron.group.left";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.group)
    }
}
