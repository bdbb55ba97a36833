//! 消費税: the rates, and how the tax inside a tax-included amount is rounded.

use kernel::Yen;
use serde::{Deserialize, Serialize};

use crate::TooLarge;

/// 税区分: under which rate of consumption tax something is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRate {
    /// 標準税率 10 %.
    Standard,
    /// 軽減税率 8 %: food and drink to take away, newspapers.
    Reduced,
    /// 非課税: taxable in kind, exempt by law.
    Exempt,
    /// 不課税: outside of consumption tax, such as deposits and donations.
    OutOfScope,
}

impl TaxRate {
    pub const ALL: [Self; 4] = [Self::Standard, Self::Reduced, Self::Exempt, Self::OutOfScope];

    /// Per cent on the amount without tax.
    pub const fn percent(self) -> u8 {
        match self {
            Self::Standard => 10,
            Self::Reduced => 8,
            Self::Exempt | Self::OutOfScope => 0,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Exempt => "exempt",
            Self::OutOfScope => "out_of_scope",
        }
    }

    /// The tax inside a tax-included amount: `gross × r / (100 + r)`, rounded by magnitude, so that what goes back
    /// mirrors what came in.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn within(self, gross: Yen, rounding: Rounding) -> Result<Yen, TooLarge> {
        let percent = i128::from(self.percent());
        rounding.divide(i128::from(gross.0) * percent, 100 + percent)
    }
}

impl std::str::FromStr for TaxRate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|rate| rate.as_str() == text).ok_or(())
    }
}

/// 端数処理: what happens to the fraction of a yen. The law leaves the choice to the seller; ours is down unless the
/// tenant says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 切捨て.
    #[default]
    Down,
    /// 四捨五入.
    HalfUp,
    /// 切上げ.
    Up,
}

impl Rounding {
    pub const ALL: [Self; 3] = [Self::Down, Self::HalfUp, Self::Up];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::HalfUp => "half_up",
            Self::Up => "up",
        }
    }

    /// `numerator / denominator` in whole yen, rounded by magnitude.
    ///
    /// # Errors
    /// [`TooLarge`], also for a denominator that is not positive.
    pub fn divide(self, numerator: i128, denominator: i128) -> Result<Yen, TooLarge> {
        if denominator <= 0 {
            return Err(TooLarge);
        }
        let size = numerator.checked_abs().ok_or(TooLarge)?;
        let (whole, rest) = (size / denominator, size % denominator);
        let up = match self {
            Self::Down => false,
            Self::HalfUp => rest >= denominator - rest,
            Self::Up => rest > 0,
        };
        let rounded = (whole + i128::from(up)) * numerator.signum();
        i64::try_from(rounded).map(Yen).map_err(|_| TooLarge)
    }
}

impl std::str::FromStr for Rounding {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|rounding| rounding.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tax_inside_an_amount_follows_the_chosen_rounding() {
        // 35,490 × 10/110 = 3,226.36…
        assert_eq!(TaxRate::Standard.within(Yen(35_490), Rounding::Down), Ok(Yen(3_226)));
        assert_eq!(TaxRate::Standard.within(Yen(35_490), Rounding::HalfUp), Ok(Yen(3_226)));
        assert_eq!(TaxRate::Standard.within(Yen(35_490), Rounding::Up), Ok(Yen(3_227)));
        assert_eq!(TaxRate::Reduced.within(Yen(1_000), Rounding::Down), Ok(Yen(74)));
        assert_eq!(TaxRate::Exempt.within(Yen(1_000), Rounding::Up), Ok(Yen(0)));
    }

    #[test]
    fn exactly_half_a_yen_goes_up() {
        assert_eq!(Rounding::HalfUp.divide(1, 2), Ok(Yen(1)));
        assert_eq!(Rounding::HalfUp.divide(-1, 2), Ok(Yen(-1)));
        assert_eq!(Rounding::HalfUp.divide(49, 100), Ok(Yen(0)));
    }

    #[test]
    fn names_read_back() {
        for rate in TaxRate::ALL {
            assert_eq!(rate.as_str().parse(), Ok(rate));
            assert_eq!(serde_json::to_value(rate).unwrap(), rate.as_str());
        }
        for rounding in Rounding::ALL {
            assert_eq!(rounding.as_str().parse(), Ok(rounding));
            assert_eq!(serde_json::to_value(rounding).unwrap(), rounding.as_str());
        }
    }

    proptest! {
        #[test]
        fn what_goes_back_mirrors_what_came_in(gross in -1_000_000_000_000i64..1_000_000_000_000, rate in 0usize..4, rounding in 0usize..3) {
            let (rate, rounding) = (TaxRate::ALL[rate], Rounding::ALL[rounding]);
            let there = rate.within(Yen(gross), rounding).unwrap();
            let back = rate.within(Yen(-gross), rounding).unwrap();
            prop_assert_eq!(there, -back);
        }

        #[test]
        fn rounding_moves_less_than_a_yen_and_in_order(gross in 0i64..=i64::MAX, rate in 0usize..4) {
            let rate = TaxRate::ALL[rate];
            let [down, half, up] = Rounding::ALL.map(|rounding| rate.within(Yen(gross), rounding).unwrap().0);
            prop_assert!(down <= half && half <= up && up - down <= 1);
        }

        #[test]
        fn no_amount_breaks_the_arithmetic(gross: i64, rate in 0usize..4, rounding in 0usize..3) {
            prop_assert!(TaxRate::ALL[rate].within(Yen(gross), Rounding::ALL[rounding]).is_ok());
        }
    }
}
