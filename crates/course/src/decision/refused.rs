//! Why it is not decided that a class runs.

use db::Fault;
use kernel::{Refusal, Refuse};

use super::rules::Shortfall;
use crate::{catalogue::CatalogueError, problems};

/// Why it is not decided that a class runs.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    #[error("{} are admitted, {} are needed", .0.admitted, .0.minimum)]
    Below(Shortfall),
    #[error("no reason is given")]
    NoReason,
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

impl From<Fault> for DecisionError {
    fn from(fault: Fault) -> Self {
        Self::Catalogue(fault.into())
    }
}

impl Refuse for DecisionError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Below(short) => short.facts(problems::BELOW_MINIMUM.refuse()),
            Self::NoReason => problems::NO_REASON.refuse(),
            Self::Catalogue(error) => error.refusal(),
        }
    }
}

impl Shortfall {
    /// A refusal with the numbers, and the day by which it is decided.
    pub(crate) fn facts(&self, refusal: Refusal) -> Refusal {
        let refusal = refusal.fact("minimum", self.minimum).fact("admitted", self.admitted);
        match self.decide_by {
            Some(day) => refusal.fact("decide_by", day.to_string()),
            None => refusal,
        }
    }
}
