//! What the journal says about patrons: ids, names of fields, never their contents.

use audit::{Event, Subject};
use kernel::ids::PatronId;
use serde::Serialize;

use super::PatronFilter;

/// Somebody opened one patron's personal data.
#[derive(Debug, Serialize)]
pub struct PatronRead {
    pub patron: PatronId,
    /// The patron did.
    pub own: bool,
}

impl Event for PatronRead {
    const NAME: &'static str = "patron.patron.read";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}

/// Staff opened the personal data of these.
#[derive(Debug, Serialize)]
pub struct PatronsListed {
    pub patrons: Vec<PatronId>,
    /// What they were looked up by.
    pub by: Vec<&'static str>,
}

impl PatronsListed {
    pub fn new(patrons: Vec<PatronId>, filter: &PatronFilter<'_>) -> Self {
        let by = [
            ("kind", filter.kind.is_some()),
            ("email", filter.email.is_some()),
            ("phone", filter.phone.is_some()),
            ("kana", filter.kana.is_some()),
        ];
        Self { patrons, by: by.into_iter().filter_map(|(name, used)| used.then_some(name)).collect() }
    }
}

impl Event for PatronsListed {
    const NAME: &'static str = "patron.patron.listed";

    fn subject(&self) -> Subject {
        match self.patrons.as_slice() {
            [only] => Subject::new("patron", only),
            _ => Subject::new("patrons", self.patrons.len()),
        }
    }
}

/// Staff entered a patron into the register.
#[derive(Debug, Serialize)]
pub struct PatronCreated {
    pub patron: PatronId,
}

impl Event for PatronCreated {
    const NAME: &'static str = "patron.patron.created";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}

/// A patron was changed.
#[derive(Debug, Serialize)]
pub struct PatronUpdated {
    pub patron: PatronId,
    pub fields: Vec<&'static str>,
    pub version: i64,
    /// By their own hand.
    pub own: bool,
}

impl Event for PatronUpdated {
    const NAME: &'static str = "patron.patron.updated";

    fn subject(&self) -> Subject {
        Subject::new("patron", self.patron)
    }
}
