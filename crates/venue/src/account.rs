//! 勘定: what came in for the hires of an application, and what follows when it costs something else. Money itself is not here: the
//! caller says what came in, and does what is decided.

pub mod rules;

use kernel::{Yen, ids::HireId};

use crate::hire::Hire;

/// What was paid for an application and has not gone back, by hire, yen. A bill that is not paid in full counts for nothing: it is
/// called off, and what came in for it goes back by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received(Vec<(HireId, Yen)>);

impl Received {
    /// Of lines of bills: of which hire, and what is left of it. A hire may have several.
    pub fn of_lines(lines: impl IntoIterator<Item = (HireId, Yen)>) -> Self {
        let mut found: Vec<(HireId, Yen)> = Vec::new();
        for (hire, left) in lines {
            match found.iter_mut().find(|(known, _)| *known == hire) {
                Some((_, sum)) => *sum = *sum + left,
                None => found.push((hire, left)),
            }
        }
        Self(found)
    }

    /// What of it came in for these.
    pub(crate) fn only(&self, hires: &[Hire]) -> Self {
        let among = |(id, _): &&(HireId, Yen)| hires.iter().any(|hire| hire.id == *id);
        Self(self.0.iter().filter(among).copied().collect())
    }

    /// For all hires.
    pub fn total(&self) -> Yen {
        self.0.iter().map(|(_, yen)| *yen).sum()
    }

    /// For one hire.
    pub fn of(&self, hire: HireId) -> Yen {
        self.0.iter().find(|(known, _)| *known == hire).map_or(Yen::ZERO, |(_, yen)| *yen)
    }
}

/// What follows from another charge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Still to be paid, yen: bills of an earlier difference that were open are called off, and this takes their place.
    pub due: Yen,
    /// What goes back, by hire, yen.
    pub refunds: Vec<(HireId, Yen)>,
    /// What is kept of what it became cheaper by, yen.
    pub fee: Yen,
}

impl Difference {
    /// What goes back of all hires, yen.
    pub fn refund(&self) -> Yen {
        self.refunds.iter().map(|(_, yen)| *yen).sum()
    }
}
