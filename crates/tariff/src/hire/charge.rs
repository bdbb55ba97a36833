//! What a quote answers: the amount with every line that led to it, or what has no price.

use kernel::Yen;
use serde::Serialize;
use time::Date;

use super::{
    Exact,
    document::{HireTariff, Label, Rule},
};
use crate::{Rounding, TaxRate, TooLarge};

/// Why something has no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChargeError {
    #[error("{component} has no row for {wanted}")]
    MissingRow { component: String, wanted: String },
    #[error("no band holds an admission of {admission} yen")]
    MissingBand { admission: i64 },
    #[error("no season holds {date}")]
    MissingSeason { date: Date },
    #[error("nothing in the tariff prices {what} {code}")]
    Unpriced { what: &'static str, code: String },
    #[error("{what} makes no sense")]
    Senseless { what: &'static str },
    #[error("the total is {0} yen, and no component rounds it")]
    NotWhole(Exact),
    #[error("the document was written for edition {0} of the rules")]
    Engine(u16),
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// What a hire costs, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    pub lines: Vec<Line>,
    /// What each use of the ask comes to, in their order; roundings over several uses are with the first of them.
    pub uses: Vec<Exact>,
    /// Yen to be paid.
    pub total: Yen,
    pub tax: TaxBlock,
    /// SHA-256 over the JSON text of the ask, in hexadecimal.
    pub inputs_hash: String,
}

/// What one use of the ask has of the total, in whole yen, tax included. The shares of all uses add up to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Everything but equipment.
    pub room: Yen,
    /// What equipment components gave before anything was taken off or rounded, but never more than the use came to.
    pub equipment: Yen,
}

impl Charge {
    /// The total, by use: as much as the sums up to each use differ by, so that no yen is lost or made.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn shares(&self, tariff: &HireTariff) -> Result<Vec<Share>, TooLarge> {
        let mut sum = Exact::ZERO;
        for of_use in &self.uses {
            sum = sum.plus(*of_use)?;
        }
        let whole = sum.whole().ok_or(TooLarge)?;
        let (mut reached, mut given) = (Exact::ZERO, Yen::ZERO);
        let mut shares = Vec::with_capacity(self.uses.len());
        for (at, of_use) in self.uses.iter().enumerate() {
            reached = reached.plus(*of_use)?;
            let until = match whole.0 {
                0 => Yen::ZERO,
                whole => reached.times(self.total.0, whole)?.rounded(Rounding::Down, 1)?,
            };
            let amount = until - given;
            given = until;
            let equipment = self.equipment_of(tariff, at)?.clamp(Yen::ZERO, amount.max(Yen::ZERO));
            shares.push(Share { room: amount - equipment, equipment });
        }
        Ok(shares)
    }

    fn equipment_of(&self, tariff: &HireTariff, of_use: usize) -> Result<Yen, TooLarge> {
        let is_equipment = |code: &str| {
            tariff.components.iter().any(|one| one.code == code && matches!(one.rule, Rule::Equipment { .. }))
        };
        let mut sum = Exact::ZERO;
        for line in self.lines.iter().filter(|line| line.of_use == of_use && is_equipment(&line.component)) {
            sum = sum.plus(line.amount)?;
        }
        sum.rounded(Rounding::Down, 1)
    }
}

/// 消費税 of the whole charge, rounded once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TaxBlock {
    pub rate: TaxRate,
    pub net: Yen,
    pub tax: Yen,
    pub gross: Yen,
}

/// One step that changed the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// From 1.
    pub seq: usize,
    pub component: String,
    pub label: Label,
    /// The use, counted from 0; with a rounding over several, the first of them.
    pub of_use: usize,
    /// The slots that it is for; empty for the whole use.
    pub span: String,
    /// What was multiplied.
    pub basis: Exact,
    /// By what: a fraction, or a quantity over 1.
    pub num: i64,
    pub den: i64,
    /// What it changes, in yen: `basis × num ÷ den`, or what a rounding added or took away.
    pub amount: Exact,
    pub legal_reference: String,
    /// In one sentence.
    pub why: String,
}

/// One rounding of the tax for the whole charge (消費税法基本通達1-8-15).
pub(super) fn tax_block(tariff: &HireTariff, sum: Yen) -> Result<TaxBlock, TooLarge> {
    let (rate, rounding) = (tariff.tax.rate, tariff.tax.rounding);
    let (net, tax) = if tariff.tax.inclusive {
        let tax = rate.within(sum, rounding)?;
        (sum - tax, tax)
    } else {
        (sum, rounding.divide(i128::from(sum.0) * i128::from(rate.percent()), 100)?)
    };
    Ok(TaxBlock { rate, net, tax, gross: net.checked_add(tax).ok_or(TooLarge)? })
}
