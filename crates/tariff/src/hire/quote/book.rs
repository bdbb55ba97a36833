//! What a quote has come to so far: the parts of every use, and the lines that made them.

use super::super::{
    Exact,
    charge::{ChargeError, Line},
    document::{Component, HireTariff, Label},
    facts::{Grant, ManualCharge},
};
use crate::TooLarge;

/// What a part of a use is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Room,
    Equipment,
}

/// What one priced part of a use has come to. It is never less than nothing.
pub(super) struct Cell {
    pub of_use: usize,
    pub part: Part,
    /// None for the use as a whole.
    slot: Option<usize>,
    span: String,
    /// By component, in the order of evaluation; [`BY_HAND`] for none.
    items: Vec<(usize, Exact)>,
}

/// The place of what no component gave.
const BY_HAND: usize = usize::MAX;

/// One step as its component gives it.
pub(super) struct Step {
    pub basis: Exact,
    pub num: i64,
    pub den: i64,
    pub amount: Exact,
    pub why: String,
}

impl Step {
    pub fn scaled(basis: Exact, num: i64, den: i64, why: String) -> Result<Self, TooLarge> {
        Ok(Self { basis, num, den, amount: basis.times(num, den)?, why })
    }
}

/// A component in its place.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub index: usize,
    pub component: &'a Component,
}

pub(super) struct Book<'a> {
    pub tariff: &'a HireTariff,
    pub cells: Vec<Cell>,
    pub lines: Vec<Line>,
}

impl<'a> Book<'a> {
    pub const fn new(tariff: &'a HireTariff) -> Self {
        Self { tariff, cells: Vec::new(), lines: Vec::new() }
    }

    pub fn cells_of(&self, of_use: usize) -> Vec<usize> {
        self.cells.iter().enumerate().filter(|(_, cell)| cell.of_use == of_use).map(|(at, _)| at).collect()
    }

    /// What a cell has come to: by these components, or altogether.
    pub fn sum(&self, at: usize, named: Option<&[String]>) -> Result<Exact, TooLarge> {
        let counts = |index: usize| named.is_none_or(|codes| self.is_one_of(index, codes));
        self.items(at).iter().filter(|(index, _)| counts(*index)).try_fold(Exact::ZERO, |sum, (_, one)| sum.plus(*one))
    }

    /// Whether one of these components gave something to a cell, were it 0 yen.
    pub fn names(&self, at: usize, codes: &[String]) -> bool {
        self.items(at).iter().any(|(index, _)| self.is_one_of(*index, codes))
    }

    fn items(&self, at: usize) -> &[(usize, Exact)] {
        self.cells.get(at).map(|cell| cell.items.as_slice()).unwrap_or_default()
    }

    fn is_one_of(&self, index: usize, codes: &[String]) -> bool {
        self.tariff.components.get(index).is_some_and(|component| codes.contains(&component.code))
    }

    /// Something beside the slots: a cell of its own.
    pub fn extra(&mut self, at: At<'_>, of_use: usize, part: Part, step: Step) {
        self.cells.push(Cell { of_use, part, slot: None, span: String::new(), items: Vec::new() });
        self.put(at, self.cells.len() - 1, step);
    }

    /// Something for a slot, a span or a room as it is: where an earlier table priced the same, together with it.
    pub fn add(&mut self, at: At<'_>, of_use: usize, (slot, span): (Option<usize>, &str), step: Step) {
        let same =
            |cell: &Cell| cell.of_use == of_use && cell.part == Part::Room && cell.slot == slot && cell.span == span;
        let cell = self.cells.iter().position(same).unwrap_or_else(|| {
            self.cells.push(Cell { of_use, part: Part::Room, slot, span: span.to_owned(), items: Vec::new() });
            self.cells.len() - 1
        });
        self.put(at, cell, step);
    }

    /// Changes a cell, which never has less than nothing: of what would take away more, as much counts as is there.
    pub fn change(&mut self, at: At<'_>, cell: usize, step: Step) -> Result<(), ChargeError> {
        let left = self.sum(cell, None)?;
        let step = if left.plus(step.amount)?.is_negative() {
            Step { basis: left, num: -1, den: 1, amount: -left, why: format!("{}, no more than is left", step.why) }
        } else {
            step
        };
        if !step.amount.is_zero() {
            self.put(at, cell, step);
        }
        Ok(())
    }

    /// What the house charges beside the tariff: a cell of its own, and a line of no component.
    pub fn manual(&mut self, of_use: usize, charge: &ManualCharge) {
        let amount = Exact::from(charge.yen);
        let items = vec![(BY_HAND, amount)];
        self.cells.push(Cell { of_use, part: Part::Room, slot: None, span: String::new(), items });
        self.lines.push(Line {
            seq: self.lines.len() + 1,
            component: String::new(),
            label: Label { ja: charge.label.clone(), en: None },
            of_use,
            span: String::new(),
            basis: amount,
            num: 1,
            den: 1,
            amount,
            legal_reference: charge.legal_reference.clone().unwrap_or_default(),
            why: charge.reason.clone(),
        });
    }

    /// A reduction that comes off nothing: a line of no component.
    pub fn idle(&mut self, grant: &Grant) {
        self.lines.push(Line {
            seq: self.lines.len() + 1,
            component: String::new(),
            label: Label { ja: format!("減免 {}（対象なし）", grant.code), en: None },
            of_use: 0,
            span: String::new(),
            basis: Exact::ZERO,
            num: 0,
            den: 1,
            amount: Exact::ZERO,
            legal_reference: grant.legal_reference.clone(),
            why: format!("{} was granted and comes off nothing of this", grant.code),
        });
    }

    pub fn put(&mut self, at: At<'_>, cell: usize, step: Step) {
        let Some(cell) = self.cells.get_mut(cell) else { return };
        cell.items.push((at.index, step.amount));
        self.lines.push(Line {
            seq: self.lines.len() + 1,
            component: at.component.code.clone(),
            label: at.component.label.clone(),
            of_use: cell.of_use,
            span: cell.span.clone(),
            basis: step.basis,
            num: step.num,
            den: step.den,
            amount: step.amount,
            legal_reference: self.tariff.reference(at.component).to_owned(),
            why: step.why,
        });
    }
}
