//! The sums of a document: per tax rate, rounded once each.
//!
//! 消費税法施行令70条の10 and 基本通達1-8-15: a qualified invoice may round the tax once per rate per document, and not per line.

use kernel::Yen;

use crate::{PricedLine, Rounding, TaxRate, TooLarge};

/// What a document holds under one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateTotal {
    pub rate: TaxRate,
    /// 税込, yen.
    pub gross: Yen,
    /// The tax inside `gross`, yen, rounded once.
    pub tax: Yen,
}

impl RateTotal {
    /// 税抜, yen.
    pub fn net(&self) -> Yen {
        self.gross - self.tax
    }
}

/// The sums of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTotals {
    /// One entry per rate that occurs, in the order of [`TaxRate`].
    pub per_rate: Vec<RateTotal>,
    /// Everything, tax included.
    pub total: Yen,
    /// Σ of the tax of each rate.
    pub tax: Yen,
    pub rounding: Rounding,
}

impl DocumentTotals {
    /// Sums up priced lines.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn of(lines: &[PricedLine], rounding: Rounding) -> Result<Self, TooLarge> {
        let amounts = lines.iter().map(|line| Ok((line.tax, line.amount()?))).collect::<Result<Vec<_>, TooLarge>>()?;
        Self::of_amounts(amounts, rounding)
    }

    /// Sums up tax-included amounts, each under its rate.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn of_amounts(amounts: impl IntoIterator<Item = (TaxRate, Yen)>, rounding: Rounding) -> Result<Self, TooLarge> {
        // wide sums: whether a document can be summed up must not depend on the order of its lines
        let mut buckets = TaxRate::ALL.map(|rate| (rate, 0i128, false));
        for (rate, amount) in amounts {
            for (_, gross, occurs) in buckets.iter_mut().filter(|bucket| bucket.0 == rate) {
                *gross = gross.checked_add(i128::from(amount.0)).ok_or(TooLarge)?;
                *occurs = true;
            }
        }
        let mut per_rate = Vec::new();
        let (mut total, mut tax) = (0i128, 0i128);
        for (rate, gross, _) in buckets.into_iter().filter(|bucket| bucket.2) {
            let gross = Yen(i64::try_from(gross).map_err(|_| TooLarge)?);
            let rounded = rate.within(gross, rounding)?;
            total += i128::from(gross.0);
            tax += i128::from(rounded.0);
            per_rate.push(RateTotal { rate, gross, tax: rounded });
        }
        let fits = |sum: i128| i64::try_from(sum).map(Yen).map_err(|_| TooLarge);
        Ok(Self { per_rate, total: fits(total)?, tax: fits(tax)?, rounding })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amounts() -> impl Strategy<Value = Vec<(TaxRate, Yen)>> {
        let amount = (0usize..4, 0i64..10_000_000).prop_map(|(rate, yen)| (TaxRate::ALL[rate], Yen(yen)));
        proptest::collection::vec(amount, 0..40)
    }

    #[test]
    fn tax_is_rounded_once_per_rate_and_not_per_line() {
        // three lines of 105 yen: 9.54… each; floored per line 27, once per document 28
        let lines = vec![(TaxRate::Standard, Yen(105)); 3];
        assert_eq!(DocumentTotals::of_amounts(lines, Rounding::Down).unwrap().tax, Yen(28));
    }

    #[test]
    fn rates_are_kept_apart() {
        let lines = [(TaxRate::Reduced, Yen(540)), (TaxRate::Standard, Yen(5_500)), (TaxRate::Exempt, Yen(100))];
        let totals = DocumentTotals::of_amounts(lines, Rounding::Down).unwrap();
        let per_rate: Vec<_> = totals.per_rate.iter().map(|r| (r.rate, r.gross.0, r.tax.0, r.net().0)).collect();
        assert_eq!(
            per_rate,
            [(TaxRate::Standard, 5_500, 500, 5_000), (TaxRate::Reduced, 540, 40, 500), (TaxRate::Exempt, 100, 0, 100),]
        );
        assert_eq!((totals.total, totals.tax), (Yen(6_140), Yen(540)));
    }

    #[test]
    fn a_document_beyond_64_bits_is_refused() {
        let lines = vec![(TaxRate::Standard, Yen(i64::MAX)); 2];
        assert_eq!(DocumentTotals::of_amounts(lines, Rounding::Down), Err(TooLarge));
    }

    proptest! {
        #[test]
        fn the_lines_add_up_to_the_total(lines in amounts(), rounding in 0usize..3) {
            let totals = DocumentTotals::of_amounts(lines.clone(), Rounding::ALL[rounding]).unwrap();
            prop_assert_eq!(totals.total, lines.iter().map(|(_, amount)| *amount).sum::<Yen>());
            prop_assert_eq!(totals.total, totals.per_rate.iter().map(|rate| rate.gross).sum::<Yen>());
            prop_assert_eq!(totals.tax, totals.per_rate.iter().map(|rate| rate.tax).sum::<Yen>());
        }

        #[test]
        fn each_rate_is_rounded_exactly_once(lines in amounts(), rounding in 0usize..3) {
            let rounding = Rounding::ALL[rounding];
            let totals = DocumentTotals::of_amounts(lines, rounding).unwrap();
            for rate in &totals.per_rate {
                prop_assert_eq!(rate.rate.within(rate.gross, rounding), Ok(rate.tax));
            }
        }

        #[test]
        fn the_order_of_the_lines_does_not_matter(lines in amounts(), seed: u64) {
            let mut shuffled = lines.clone();
            let mut state = seed;
            for at in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                shuffled.swap(at, (state >> 33) as usize % (at + 1));
            }
            prop_assert_eq!(DocumentTotals::of_amounts(lines, Rounding::Down), DocumentTotals::of_amounts(shuffled, Rounding::Down));
        }
    }
}
