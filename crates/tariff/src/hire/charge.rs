//! What a quote answers: the amount with every line that led to it, or what has no price.

use kernel::Yen;
use serde::Serialize;
use time::Date;

use super::{
    Exact,
    document::{HireTariff, Label},
    facts::DayClass,
};
use crate::{Rounding, TaxRate, TooLarge};

/// Why something has no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChargeError {
    /// What the row would be of, by the names that the tariff has for it.
    #[error("{component} has no row for {}", named(.key))]
    MissingRow { component: String, key: Vec<(&'static str, String)> },
    #[error("no band holds an admission of {admission} yen")]
    MissingBand { admission: i64 },
    #[error("no season holds {date}")]
    MissingSeason { date: Date },
    #[error("nothing in the tariff prices {what} {code}")]
    Unpriced { what: &'static str, code: String },
    #[error("{what} makes no sense")]
    Senseless { what: &'static str },
    /// Of a use over several days, that has its price by its first, with all of them.
    #[error("the days of the use have not all the same price")]
    DaysDiffer { days: Vec<DayOfUse> },
    /// The tariff asks for it, and the ask does not say.
    #[error("the tariff asks for {what}, which was not said")]
    Unsaid { what: &'static str },
    /// Nothing in the tariff is about such people.
    #[error("the tariff knows no kind of people {kind}, but {}", .known.join(", "))]
    UnknownKind { kind: String, known: Vec<String> },
    #[error("the total is {0} yen, and no component rounds it")]
    NotWhole(Exact),
    #[error("the document was written for edition {0} of the rules")]
    Engine(u16),
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

fn named(key: &[(&'static str, String)]) -> String {
    key.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

/// One day of a use over several, as far as its price goes by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOfUse {
    pub date: Date,
    pub day_class: DayClass,
    /// Absent where the tariff knows no season that holds it.
    pub season: Option<String>,
}

/// What a hire costs, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    pub lines: Vec<Line>,
    /// What each use of the ask comes to, in their order; a rounding over several uses is with the largest of their parts.
    pub uses: Vec<UseCharge>,
    /// Yen to be paid.
    pub total: Yen,
    pub tax: TaxBlock,
    /// Codes of what was granted and comes off nothing; each has a line of nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<String>,
    /// Codes of what was granted in vain: those, and what there is nothing for that it could come off, or no part to take off it. What is
    /// new of them is not granted.
    #[serde(skip)]
    pub in_vain: Vec<String>,
}

/// What one use of the ask comes to, exactly, before a tax that is added. Neither part is below nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UseCharge {
    /// Everything but equipment.
    pub room: Exact,
    /// Equipment, after what came off it.
    pub equipment: Exact,
}

/// What one use of the ask has of the total, in whole yen, tax included. The shares of all uses add up to the total, and none of
/// them is below nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Everything but equipment.
    pub room: Yen,
    /// Equipment, after what came off it.
    pub equipment: Yen,
}

impl Share {
    /// The whole share.
    pub fn sum(self) -> Yen {
        self.room + self.equipment
    }
}

impl Charge {
    /// That everything that is `new` of what was granted, by its code, is taken off by some component.
    ///
    /// # Errors
    /// [`ChargeError::Unpriced`] with the first that is not.
    pub fn expect_taken_off(&self, new: impl Fn(&str) -> bool) -> Result<(), ChargeError> {
        let lost = self.idle.iter().find(|code| new(code.as_str()));
        lost.map_or(Ok(()), |code| Err(ChargeError::Unpriced { what: "reduction", code: code.clone() }))
    }

    /// The total, by use: as much as the sums up to each part differ by, so that no yen is lost or made.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn shares(&self) -> Result<Vec<Share>, TooLarge> {
        let parts = self.uses.iter().flat_map(|one| [one.room, one.equipment]);
        let whole = parts.clone().try_fold(Exact::ZERO, Exact::plus)?.whole().ok_or(TooLarge)?;
        let (mut reached, mut given) = (Exact::ZERO, Yen::ZERO);
        let mut next = |part: Exact| -> Result<Yen, TooLarge> {
            reached = reached.plus(part)?;
            let until = match whole.0 {
                0 => Yen::ZERO,
                whole => reached.times(self.total.0, whole)?.rounded(Rounding::Down, 1)?,
            };
            let amount = until - given;
            given = until;
            Ok(amount)
        };
        self.uses.iter().map(|one| Ok(Share { room: next(one.room)?, equipment: next(one.equipment)? })).collect()
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
    /// Its code; empty for what the house charges beside the tariff, and for what was granted and comes off nothing.
    pub component: String,
    pub label: Label,
    /// The use, counted from 0; of a rounding over several, the one that it is with.
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
