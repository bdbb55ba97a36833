//! One line of a priced document.

use kernel::Yen;
use serde::{Deserialize, Serialize};

use crate::{Explanation, TaxRate, TooLarge};

/// What sort of line it is; fees are reported and refunded apart from what they go with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The thing itself.
    Sale,
    /// 手数料.
    Fee,
}

impl LineKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Fee => "fee",
        }
    }
}

impl std::str::FromStr for LineKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Sale, Self::Fee].into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// So many of one thing at one price, tax included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    pub kind: LineKind,
    pub label: String,
    /// At least 1.
    pub quantity: i64,
    /// Yen for one, tax included.
    pub unit_amount: Yen,
    pub tax: TaxRate,
    /// How `unit_amount` came about.
    pub why: Explanation,
}

impl PricedLine {
    /// A line whose price is what its explanation computes.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn explained(
        kind: LineKind,
        label: impl Into<String>,
        quantity: i64,
        tax: TaxRate,
        why: Explanation,
    ) -> Result<Self, TooLarge> {
        let unit_amount = why.amount()?;
        unit_amount.times(quantity).ok_or(TooLarge)?;
        Ok(Self { kind, label: label.into(), quantity, unit_amount, tax, why })
    }

    /// Yen for all of them, tax included.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn amount(&self) -> Result<Yen, TooLarge> {
        self.unit_amount.times(self.quantity).ok_or(TooLarge)
    }
}
