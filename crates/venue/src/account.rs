//! 勘定: what came in for the hires of an application, and what follows when it costs something else. Money itself is not here: the
//! caller says what came in, and does what is decided.

pub mod rules;

use db::TenantTx;
use kernel::{Yen, ids::HireId};

use crate::{
    application::{self, ApplicationError, Applied},
    hire::{self, Hire},
    hire_quote,
};

/// What was paid for an application and has not gone back, by hire, yen. A bill that is not paid in full pays for nothing: it is called
/// off, and what came in for it goes back by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    by_hire: Vec<(HireId, Yen)>,
    /// What came in for hires that were given up and pays for the others.
    beside: Yen,
    /// What came in for bills that are not paid in full.
    in_part: Vec<(HireId, Yen)>,
    /// What the last change asked for and is not paid.
    unpaid: Vec<(HireId, Yen)>,
}

/// The amounts of each hire together.
fn sums(amounts: impl IntoIterator<Item = (HireId, Yen)>) -> Vec<(HireId, Yen)> {
    let mut found: Vec<(HireId, Yen)> = Vec::new();
    for (hire, yen) in amounts {
        match found.iter_mut().find(|(known, _)| *known == hire) {
            Some((_, sum)) => *sum = *sum + yen,
            None => found.push((hire, yen)),
        }
    }
    found
}

impl Received {
    /// Of lines of bills: of which hire, and what is left of it. A hire may have several.
    pub fn of_lines(lines: impl IntoIterator<Item = (HireId, Yen)>) -> Self {
        Self { by_hire: sums(lines), ..Self::default() }
    }

    /// With what came in for lines of bills that are not paid in full: that goes back when they are called off.
    #[must_use]
    pub fn with_parts(self, lines: impl IntoIterator<Item = (HireId, Yen)>) -> Self {
        Self { in_part: sums(lines), ..self }
    }

    /// With what the last change asked for, by lines of bills, as long as that is not paid: nothing else that came in pays for it.
    #[must_use]
    pub fn with_unpaid(self, lines: impl IntoIterator<Item = (HireId, Yen)>) -> Self {
        Self { unpaid: sums(lines), ..self }
    }

    /// What of it is for those hires of an application that were not given up: what came in for them, and what came in for the others
    /// beyond what is kept of those.
    pub(crate) fn left(&self, hires: &[Hire]) -> Self {
        let ended: Vec<&Hire> = hires.iter().filter(|one| one.state == "released").collect();
        let kept = |one: &&Hire| {
            let came_in = self.of(one.id);
            one.kept.map_or(came_in, |kept| came_in.min(Yen(kept))) + Yen(one.kept_elsewhere)
        };
        let spent = ended.iter().map(kept).sum();
        let ended: Vec<HireId> = ended.iter().map(|one| one.id).collect();
        Self { unpaid: self.unpaid.clone(), ..self.without(&ended, spent) }
    }

    /// What of it is for the others when these are given up, and so much goes back or is kept: of what came in for them first.
    pub(crate) fn without(&self, ended: &[HireId], spent: Yen) -> Self {
        let came_in: Yen = ended.iter().map(|hire| self.of(*hire)).sum();
        let there = self.beside + came_in;
        let mut missing = (spent - there).max(Yen::ZERO);
        let others = self.by_hire.iter().filter(|(hire, _)| !ended.contains(hire));
        let less = |(hire, yen): &(HireId, Yen)| {
            let taken = missing.min(*yen);
            missing = missing - taken;
            (*hire, *yen - taken)
        };
        Self { by_hire: others.map(less).collect(), beside: (there - spent).max(Yen::ZERO), ..Self::default() }
    }

    /// What of it pays for what it was charged for: without what was kept of each hire. What that exceeds, came in for those that were
    /// given up.
    pub(crate) fn beyond(&self, kept: &[(HireId, Yen)]) -> Self {
        let mut beside = self.beside;
        let mut by_hire = self.by_hire.clone();
        for (hire, kept) in kept {
            let there = by_hire.iter_mut().find(|(known, _)| known == hire);
            let taken = there.map_or(Yen::ZERO, |(_, yen)| {
                let taken = (*kept).min(*yen);
                *yen = *yen - taken;
                taken
            });
            beside = (beside - (*kept - taken)).max(Yen::ZERO);
        }
        Self { by_hire, beside, ..Self::default() }
    }

    /// For all hires.
    pub fn total(&self) -> Yen {
        self.by_hire.iter().map(|(_, yen)| *yen).sum::<Yen>() + self.beside
    }

    /// For one hire.
    pub fn of(&self, hire: HireId) -> Yen {
        rules::of(&self.by_hire, hire)
    }

    /// For all hires, of bills that are not paid in full.
    pub(crate) fn in_parts(&self) -> Yen {
        self.in_part.iter().map(|(_, yen)| *yen).sum()
    }

    /// For one hire, of bills that are not paid in full.
    pub(crate) fn in_part(&self, hire: HireId) -> Yen {
        rules::of(&self.in_part, hire)
    }
}

/// What is to stay on the lines of each hire of an application when money goes back, yen: of those that were given up what is kept of
/// them, of the others what they cost now.
///
/// # Errors
/// [`ApplicationError`]: what its quote is not found with.
pub async fn stays(tx: &mut TenantTx, of: &Applied) -> Result<Vec<(HireId, Yen)>, ApplicationError> {
    let live = hire::live(&of.hires);
    let shares = if live.is_empty() {
        Vec::new()
    } else {
        let quote = application::quote_of(tx, &of.application).await?;
        application::rules::shares(&live, &hire_quote::priced(tx, quote).await?)?
    };
    let costs: Vec<(HireId, Yen)> = shares.iter().map(|(hire, share)| (*hire, share.sum())).collect();
    Ok(rules::stays(&of.hires, &costs))
}

/// What follows from another charge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Still to be paid, by hire, yen: bills of an earlier difference that were open are called off, and this takes their place.
    pub owed: Vec<(HireId, Yen)>,
    /// What goes back, by hire, yen.
    pub refunds: Vec<(HireId, Yen)>,
    /// What is kept of what it became cheaper by, yen.
    pub fee: Yen,
    /// What others became dearer by, by hire, yen, when the house took something back: nobody is asked for that.
    pub waived: Vec<(HireId, Yen)>,
}

impl Difference {
    /// What is still to be paid for all hires, yen.
    pub fn due(&self) -> Yen {
        self.owed.iter().map(|(_, yen)| *yen).sum()
    }

    /// What goes back of all hires, yen.
    pub fn refund(&self) -> Yen {
        self.refunds.iter().map(|(_, yen)| *yen).sum()
    }
}
