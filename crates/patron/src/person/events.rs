//! What the journal says about persons: ids and names of fields, never their contents.

use audit::{Event, Subject};
use kernel::ids::{PatronId, PersonId};
use serde::Serialize;

/// Somebody opened one person's data.
#[derive(Debug, Serialize)]
pub struct PersonRead {
    pub person: PersonId,
    /// `details` or `facts`.
    pub what: &'static str,
    /// By whom acts for the person.
    pub own: bool,
}

impl Event for PersonRead {
    const NAME: &'static str = "patron.person.read";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}

/// Somebody opened the data of these.
#[derive(Debug, Serialize)]
pub struct PersonsListed {
    pub persons: Vec<PersonId>,
    /// What they were looked up by.
    pub by: Vec<&'static str>,
    /// By whom acts for them.
    pub own: bool,
}

impl Event for PersonsListed {
    const NAME: &'static str = "patron.person.listed";

    fn subject(&self) -> Subject {
        match self.persons.as_slice() {
            [only] => Subject::new("person", only),
            _ => Subject::new("persons", self.persons.len()),
        }
    }
}

/// A person was entered.
#[derive(Debug, Serialize)]
pub struct PersonCreated {
    pub person: PersonId,
    /// Into whose household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<PatronId>,
}

impl Event for PersonCreated {
    const NAME: &'static str = "patron.person.created";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}

/// A person was changed.
#[derive(Debug, Serialize)]
pub struct PersonUpdated {
    pub person: PersonId,
    pub fields: Vec<&'static str>,
    pub version: i64,
    /// By whom acts for the person.
    pub own: bool,
}

impl Event for PersonUpdated {
    const NAME: &'static str = "patron.person.updated";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}

/// 名寄せ: one person turned out to be another.
#[derive(Debug, Serialize)]
pub struct PersonsMerged {
    /// Whose id answers for the other from now on.
    pub person: PersonId,
    pub into: PersonId,
}

impl Event for PersonsMerged {
    const NAME: &'static str = "patron.person.merged";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}
