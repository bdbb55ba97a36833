//! 減免: what was granted comes off the charges that the tariff lets it come off.

use kernel::Yen;

use super::{
    super::{
        Exact,
        charge::ChargeError,
        document::Stack,
        facts::{Grant, Ratio},
    },
    Evaluation,
    book::{At, Part, Step},
};
use crate::TooLarge;

impl Evaluation<'_> {
    /// Takes what was granted off these components' charges of one use: off rooms, or off equipment.
    pub(super) fn reduce(
        &mut self,
        at: At<'_>,
        of_use: usize,
        (part, of): (Part, &[String]),
        stack: Stack,
    ) -> Result<(), ChargeError> {
        if of.is_empty() || self.ask.grants.is_empty() {
            return Ok(());
        }
        self.reduced.note(part);
        let off = together(self.ask.grants.iter().map(|grant| off(grant, part)), stack)?;
        let (num, den) = off.ratio()?;
        let names: Vec<&str> = self.ask.grants.iter().map(|grant| grant.legal_reference.as_str()).collect();
        for cell in self.book.cells_of(of_use) {
            let basis = self.book.sum(cell, Some(of))?;
            if !basis.is_zero() {
                self.charged.note(part);
            }
            let why = format!("{off} off {}: {}", of.join(" and "), names.join(", "));
            self.book.change(at, cell, Step::scaled(basis, -num, den, why)?)?;
        }
        Ok(())
    }

    /// A reduction that was granted and that no component takes off has a line of nothing: what is paid in full is not paid without
    /// anybody noticing. Says which, by their codes.
    pub(super) fn not_taken_off(&mut self) -> Vec<String> {
        let (ask, equipped) = (self.ask, self.book.cells.iter().any(|cell| cell.part == Part::Equipment));
        let lost = [(Part::Room, !self.reduced.room), (Part::Equipment, equipped && !self.reduced.equipment)];
        let idle = |grant: &&Grant| lost.into_iter().any(|(part, lost)| lost && off(grant, part).num > 0);
        let mut codes = Vec::new();
        for grant in ask.grants.iter().filter(idle) {
            self.book.idle(grant);
            codes.push(grant.code.clone());
        }
        codes
    }

    /// What was granted in vain, by its code: not all of it is taken off where it is for, or there is nothing that it could come off, or it
    /// takes no part off anything.
    pub(super) fn in_vain(&self, idle: &[String]) -> Vec<String> {
        let charged = [(Part::Room, self.charged.room), (Part::Equipment, self.charged.equipment)];
        let comes_off = |grant: &Grant| charged.into_iter().any(|(part, charged)| charged && off(grant, part).num > 0);
        let in_vain = self.ask.grants.iter().filter(|grant| idle.contains(&grant.code) || !comes_off(grant));
        in_vain.map(|grant| grant.code.clone()).collect()
    }
}

const fn off(grant: &Grant, part: Part) -> Ratio {
    match part {
        Part::Room => grant.room,
        Part::Equipment => grant.equipment,
    }
}

/// What several grants take off, between nothing and everything.
fn together(ratios: impl Iterator<Item = Ratio>, stack: Stack) -> Result<Exact, ChargeError> {
    let whole = Exact::from(Yen(1));
    let greater =
        |one: Exact, other: Exact| -> Result<Exact, TooLarge> { Ok(if one.is_below(other)? { other } else { one }) };
    let mut off = Exact::ZERO;
    for part in ratios {
        if !part.is_part() {
            return Err(ChargeError::Senseless { what: "a reduction" });
        }
        let ratio = Exact::new(part.num.into(), part.den.into())?;
        off = match stack {
            Stack::Max => greater(off, ratio)?,
            Stack::Add => {
                let sum = off.plus(ratio)?;
                if whole.is_below(sum)? { whole } else { sum }
            }
            Stack::Compound => off.plus(whole.plus(-off)?.by(ratio)?)?,
        };
    }
    Ok(off)
}
