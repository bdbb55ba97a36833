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
        match part {
            Part::Room => self.reduced.room = true,
            Part::Equipment => self.reduced.equipment = true,
        }
        let off = together(self.ask.grants.iter().map(|grant| off(grant, part)), stack)?;
        let (num, den) = off.ratio()?;
        let names: Vec<&str> = self.ask.grants.iter().map(|grant| grant.legal_reference.as_str()).collect();
        for cell in self.book.cells_of(of_use) {
            let basis = self.book.sum(cell, Some(of))?;
            let why = format!("{off} off {}: {}", of.join(" and "), names.join(", "));
            self.book.change(at, cell, Step::scaled(basis, -num, den, why)?)?;
        }
        Ok(())
    }

    /// A reduction that was granted and that no component takes off would be paid for in full without anybody noticing.
    pub(super) fn everything_granted_is_taken_off(&self) -> Result<(), ChargeError> {
        let granted = |part: Part| self.ask.grants.iter().find(|grant| off(grant, part).num > 0);
        let equipped = self.book.cells.iter().any(|cell| cell.part == Part::Equipment);
        let lost = [(Part::Room, self.reduced.room), (Part::Equipment, self.reduced.equipment || !equipped)];
        let lost = lost.into_iter().find_map(|(part, taken)| granted(part).filter(|_| !taken));
        lost.map_or(Ok(()), |grant| Err(ChargeError::Unpriced { what: "reduction", code: grant.code.clone() }))
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
    for Ratio { num, den } in ratios {
        if den <= 0 || num < 0 || num > den {
            return Err(ChargeError::Senseless { what: "a reduction" });
        }
        let ratio = Exact::new(num.into(), den.into())?;
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
