//! How an amount came about, step by step, so that anybody can compute it again.

use kernel::Yen;
use serde::{Deserialize, Serialize};

use crate::{Rounding, TooLarge};

/// One step from the basis to the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Adds an amount in yen; negative for a reduction.
    Add {
        /// Which rule of the tenant says so.
        rule: String,
        amount: Yen,
    },
    /// Multiplies by a fraction and rounds to a multiple of `unit` yen.
    Scale {
        /// Which rule of the tenant says so.
        rule: String,
        numerator: i64,
        denominator: i64,
        /// 1 for whole yen, 10 for 十円未満切捨て and its kin.
        unit: i64,
        rounding: Rounding,
    },
}

impl Step {
    fn apply(&self, amount: Yen) -> Result<Yen, TooLarge> {
        match self {
            Self::Add { amount: more, .. } => amount.checked_add(*more).ok_or(TooLarge),
            Self::Scale { numerator, denominator, unit, rounding, .. } => {
                let scaled = i128::from(amount.0) * i128::from(*numerator);
                let parts = i128::from(*denominator).checked_mul(i128::from(*unit)).ok_or(TooLarge)?;
                rounding.divide(scaled, parts)?.times(*unit).ok_or(TooLarge)
            }
        }
    }
}

/// From which basis, by which rule and through which steps an amount came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The amount in yen that the rule starts from, tax included.
    pub basis: Yen,
    /// The price, charge or fee of the tenant that gives the basis: its id or code.
    pub rule: String,
    /// What was done to the basis, in order. Empty when the basis is the amount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

impl Explanation {
    /// An amount that stands in a list as it is.
    pub fn listed(rule: impl Into<String>, amount: Yen) -> Self {
        Self { basis: amount, rule: rule.into(), steps: Vec::new() }
    }

    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Computes the amount again.
    ///
    /// # Errors
    /// [`TooLarge`], also for a step that divides by nothing.
    pub fn amount(&self) -> Result<Yen, TooLarge> {
        self.steps.iter().try_fold(self.basis, |amount, step| step.apply(amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_can_be_computed_again_from_its_explanation() {
        // 展示室 1,710 × ½ × 1.3 = 1,111.5, below ten yen dropped: 1,110
        let why = Explanation::listed("charge:exhibition_room:am", Yen(1_710))
            .then(Step::Scale {
                rule: "half_room".into(),
                numerator: 1,
                denominator: 2,
                unit: 1,
                rounding: Rounding::Down,
            })
            .then(Step::Scale {
                rule: "weekend".into(),
                numerator: 13,
                denominator: 10,
                unit: 10,
                rounding: Rounding::Down,
            });
        assert_eq!(why.amount(), Ok(Yen(1_110)));
        let kept = serde_json::to_string(&why).unwrap();
        assert_eq!(serde_json::from_str::<Explanation>(&kept).unwrap().amount(), Ok(Yen(1_110)));
    }

    #[test]
    fn a_step_that_cannot_be_computed_says_so() {
        let by_zero = Step::Scale { rule: "x".into(), numerator: 1, denominator: 0, unit: 1, rounding: Rounding::Down };
        assert_eq!(Explanation::listed("x", Yen(1)).then(by_zero).amount(), Err(TooLarge));
        let more = Step::Add { rule: "x".into(), amount: Yen(i64::MAX) };
        assert_eq!(Explanation::listed("x", Yen(1)).then(more).amount(), Err(TooLarge));
    }
}
