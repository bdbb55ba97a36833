//! What the journal says about facts: which kind, never what it says.

use audit::{Event, Subject};
use kernel::ids::{PersonFactId, PersonId};
use serde::Serialize;

use super::Fact;

/// Something was said of a person, verified or taken back.
#[derive(Debug, Serialize)]
pub struct FactChanged {
    pub person: PersonId,
    pub fact: PersonFactId,
    pub kind: String,
    /// `claimed`, `recorded` (said and verified at once), `verified`, `withdrawn`.
    pub act: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<String>,
}

impl FactChanged {
    pub fn new(fact: &Fact, act: &'static str) -> Self {
        let expires_on = fact.expires_on.map(|day| day.to_string());
        Self { person: fact.person, fact: fact.id, kind: fact.kind.clone(), act, expires_on }
    }
}

impl Event for FactChanged {
    const NAME: &'static str = "patron.fact.changed";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person)
    }
}
