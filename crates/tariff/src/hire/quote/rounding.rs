//! 端数処理: sums over parts of a quote, rounded.

use super::{
    super::{Exact, charge::ChargeError, document::Scope},
    Evaluation,
    book::{At, Step},
};
use crate::{Rounding, TooLarge};

impl Evaluation<'_> {
    /// Rounds what the uses that the component is for have come to. What it adds or takes away is with the largest part of each
    /// sum, so that no part becomes less than nothing.
    pub(super) fn round(&mut self, at: At<'_>, scope: Scope, (mode, unit): (Rounding, i64)) -> Result<(), ChargeError> {
        let for_uses = self.uses_of(at.component)?;
        let counts = |cell: usize| self.book.cells.get(cell).is_some_and(|cell| for_uses.contains(&cell.of_use));
        let mut open: Vec<usize> = (0..self.book.cells.len()).filter(|cell| counts(*cell)).collect();
        while let Some(first) = open.first().copied() {
            let (group, others): (Vec<usize>, _) = open.into_iter().partition(|one| self.together(scope, first, *one));
            open = others;
            let mut sum = Exact::ZERO;
            for cell in &group {
                sum = sum.plus(self.book.sum(*cell, None)?)?;
            }
            let rounded = Exact::from(sum.rounded(mode, unit)?);
            let why = format!("{sum} is {rounded} in steps of {unit} yen, {}", mode.as_str());
            self.spread(at, &group, rounded.plus(-sum)?, (sum, &why))?;
        }
        Ok(())
    }

    /// Books a difference on the largest part; what would leave it with less than nothing is taken from the next largest.
    fn spread(
        &mut self,
        at: At<'_>,
        group: &[usize],
        difference: Exact,
        (sum, why): (Exact, &str),
    ) -> Result<(), ChargeError> {
        let mut rest: Vec<(usize, Exact)> =
            group.iter().map(|cell| Ok((*cell, self.book.sum(*cell, None)?))).collect::<Result<_, TooLarge>>()?;
        let mut left = difference;
        while !left.is_zero() {
            let Some(largest) = largest(&rest)? else { break };
            let (cell, has) = rest.swap_remove(largest);
            let amount = if has.plus(left)?.is_negative() { -has } else { left };
            left = left.plus(-amount)?;
            if !amount.is_zero() {
                self.book.put(at, cell, Step { basis: sum, num: 1, den: 1, amount, why: why.to_owned() });
            }
        }
        Ok(())
    }

    fn together(&self, scope: Scope, one: usize, other: usize) -> bool {
        let of_use = |cell: usize| self.book.cells.get(cell).map(|cell| cell.of_use);
        let room = |cell: usize| of_use(cell).and_then(|of_use| self.ask.uses.get(of_use));
        match scope {
            Scope::Slot => one == other,
            Scope::RoomDay => {
                room(one).map(|room| (&room.space, room.date)) == room(other).map(|room| (&room.space, room.date))
            }
            Scope::Hire => room(one).map(|room| room.hire) == room(other).map(|room| room.hire),
            Scope::Application => true,
        }
    }
}

/// The place of the largest amount; of several, of the part that came first.
fn largest(parts: &[(usize, Exact)]) -> Result<Option<usize>, TooLarge> {
    let mut found: Option<(usize, usize, Exact)> = None;
    for (at, (cell, amount)) in parts.iter().enumerate() {
        let better = match found {
            None => true,
            Some((_, other, most)) => most.is_below(*amount)? || (most == *amount && *cell < other),
        };
        if better {
            found = Some((at, *cell, *amount));
        }
    }
    Ok(found.map(|(at, ..)| at))
}
