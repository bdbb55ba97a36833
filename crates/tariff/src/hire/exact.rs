//! Fractions of a yen, exactly.

use std::fmt;

use kernel::Yen;
use serde::{Serialize, Serializer};

use crate::{Rounding, TooLarge};

/// A rational number of yen, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    /// Positive.
    denominator: i128,
}

const fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common(b, a % b) }
}

impl Exact {
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// # Errors
    /// [`TooLarge`], also for a denominator that is not positive.
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, TooLarge> {
        let (size, shared) = (numerator.checked_abs().ok_or(TooLarge)?, denominator);
        if shared <= 0 {
            return Err(TooLarge);
        }
        let shared = common(size, shared);
        Ok(Self { numerator: numerator / shared, denominator: denominator / shared })
    }

    /// # Errors
    /// [`TooLarge`].
    pub fn plus(self, other: Self) -> Result<Self, TooLarge> {
        let left = self.numerator.checked_mul(other.denominator).ok_or(TooLarge)?;
        let right = other.numerator.checked_mul(self.denominator).ok_or(TooLarge)?;
        let denominator = self.denominator.checked_mul(other.denominator).ok_or(TooLarge)?;
        Self::new(left.checked_add(right).ok_or(TooLarge)?, denominator)
    }

    /// # Errors
    /// [`TooLarge`], also for a denominator that is not positive.
    pub fn times(self, numerator: i64, denominator: i64) -> Result<Self, TooLarge> {
        let above = self.numerator.checked_mul(i128::from(numerator)).ok_or(TooLarge)?;
        let below = self.denominator.checked_mul(i128::from(denominator)).ok_or(TooLarge)?;
        Self::new(above, below)
    }

    /// # Errors
    /// [`TooLarge`].
    pub fn by(self, other: Self) -> Result<Self, TooLarge> {
        let above = self.numerator.checked_mul(other.numerator).ok_or(TooLarge)?;
        Self::new(above, self.denominator.checked_mul(other.denominator).ok_or(TooLarge)?)
    }

    /// The nearest multiple of `unit` yen in the direction of `rounding`.
    ///
    /// # Errors
    /// [`TooLarge`], also for a unit that is not positive.
    pub fn rounded(self, rounding: Rounding, unit: i64) -> Result<Yen, TooLarge> {
        let below = self.denominator.checked_mul(i128::from(unit)).ok_or(TooLarge)?;
        rounding.divide(self.numerator, below)?.times(unit).ok_or(TooLarge)
    }

    /// Whether it is less than another.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn is_below(self, other: Self) -> Result<bool, TooLarge> {
        Ok(self.plus(-other)?.is_negative())
    }

    /// Above and below the line, where both fit into 64 bits.
    pub(super) fn ratio(self) -> Result<(i64, i64), TooLarge> {
        let fits = |part: i128| i64::try_from(part).map_err(|_| TooLarge);
        Ok((fits(self.numerator)?, fits(self.denominator)?))
    }

    /// The amount, when it is whole yen.
    pub fn whole(self) -> Option<Yen> {
        (self.denominator == 1).then_some(self.numerator).and_then(|yen| i64::try_from(yen).ok()).map(Yen)
    }

    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    pub const fn is_negative(self) -> bool {
        self.numerator < 0
    }
}

impl From<Yen> for Exact {
    fn from(yen: Yen) -> Self {
        Self { numerator: i128::from(yen.0), denominator: 1 }
    }
}

impl std::ops::Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Self { numerator: self.numerator.saturating_neg(), ..self }
    }
}

/// `28652`, or `2223/2`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            below => write!(f, "{}/{below}", self.numerator),
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_and_halves_stay_exact_until_they_are_rounded() {
        let third = Exact::from(Yen(28_430)).times(1, 3).unwrap();
        assert_eq!(third.to_string(), "28430/3");
        assert_eq!(third.rounded(Rounding::Down, 10), Ok(Yen(9_470)));
        assert_eq!(third.plus(third).unwrap().plus(third).unwrap().whole(), Some(Yen(28_430)));
        assert_eq!(third.whole(), None);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let most = Exact::new(i128::MAX, 1).unwrap();
        assert_eq!(most.plus(most), Err(TooLarge));
        assert_eq!(most.times(2, 1), Err(TooLarge));
        assert_eq!(Exact::from(Yen(1)).times(1, 0), Err(TooLarge));
        assert_eq!(Exact::new(i128::MIN, 1), Err(TooLarge));
    }
}
