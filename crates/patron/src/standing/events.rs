//! What the journal says about registrations of a class. No answer and no reason: both may tell of a person.

use audit::{Event, Subject};
use kernel::ids::{PatronId, StandingId, UserClassId};
use serde::Serialize;

use super::Registration;

/// Something was done with a registration.
#[derive(Debug, Serialize)]
pub struct StandingChanged {
    pub standing: StandingId,
    pub patron: PatronId,
    pub user_class: UserClassId,
    /// `drafted`, `mended`, `submitted`, `approved`, `returned`, `refused`, `suspended`, `reinstated`, `renewed`, `closed`.
    pub act: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<StandingId>,
    pub version: i64,
}

impl StandingChanged {
    pub fn new(one: &Registration, act: &'static str) -> Self {
        Self {
            standing: one.id,
            patron: one.patron,
            user_class: one.user_class,
            act,
            valid_from: one.valid_from.map(|day| day.to_string()),
            valid_until: one.valid_until.map(|day| day.to_string()),
            suspended_until: one.suspended_until.and_then(super::rules::told),
            follows: one.follows,
            version: one.version,
        }
    }
}

impl Event for StandingChanged {
    const NAME: &'static str = "patron.standing.changed";

    fn subject(&self) -> Subject {
        Subject::new("standing", self.standing)
    }
}

/// Somebody read a registration with its answers.
#[derive(Debug, Serialize)]
pub struct StandingRead {
    pub standing: StandingId,
    pub patron: PatronId,
    /// By the patron.
    pub own: bool,
}

impl Event for StandingRead {
    const NAME: &'static str = "patron.standing.read";

    fn subject(&self) -> Subject {
        Subject::new("standing", self.standing)
    }
}

/// Somebody was shown a list of registrations.
#[derive(Debug, Serialize)]
pub struct StandingsListed {
    pub standings: Vec<StandingId>,
    /// By the patron.
    pub own: bool,
}

impl Event for StandingsListed {
    const NAME: &'static str = "patron.standing.listed";

    fn subject(&self) -> Subject {
        match self.standings.as_slice() {
            [only] => Subject::new("standing", only),
            _ => Subject::new("standings", self.standings.len()),
        }
    }
}
