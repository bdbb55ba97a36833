//! What an instructor may be paid for, and what is withheld from it.

use std::collections::BTreeSet;

use kernel::{
    Instant, Yen,
    ids::{CourseSessionId, HonorariumId},
};

use super::HonorariumError;
use crate::MOST_YEN;

/// Who is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payee {
    /// Income tax is withheld.
    Individual,
    Company,
    /// Paid nothing, or by somebody else: nothing is withheld.
    Nobody,
}

impl Payee {
    pub fn from_kept(text: &str) -> Option<Self> {
        match text {
            "individual" => Some(Self::Individual),
            "company" => Some(Self::Company),
            "none" => Some(Self::Nobody),
            _ => None,
        }
    }

    pub const fn kept(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Company => "company",
            Self::Nobody => "none",
        }
    }
}

/// A session that the instructor is asked to be paid for.
#[derive(Debug, Clone)]
pub struct Taught {
    pub session: CourseSessionId,
    pub cancelled: bool,
    pub ends_at: Instant,
    /// What was agreed for it; absent: unpaid.
    pub honorarium: Option<Yen>,
    /// What pays for it already.
    pub approved: Option<HonorariumId>,
}

/// The sessions with what was agreed for each, when all of them can be paid now.
///
/// # Errors
/// [`HonorariumError`]: `NotAssigned`, `Taken`, `Unpaid`, `NotHeld`, the first that applies with all its sessions.
pub fn payable(
    asked: &BTreeSet<CourseSessionId>,
    taught: &[Taught],
    now: Instant,
) -> Result<Vec<(CourseSessionId, Yen)>, HonorariumError> {
    let assigned: BTreeSet<_> = taught.iter().map(|one| one.session).collect();
    let strange: Vec<_> = asked.difference(&assigned).copied().collect();
    if !strange.is_empty() {
        return Err(HonorariumError::NotAssigned(strange));
    }
    let taken: Vec<_> = taught.iter().filter(|one| one.approved.is_some()).collect();
    if !taken.is_empty() {
        let honoraria: BTreeSet<_> = taken.iter().filter_map(|one| one.approved).collect();
        let sessions = taken.iter().map(|one| one.session).collect();
        return Err(HonorariumError::Taken { sessions, honoraria: honoraria.into_iter().collect() });
    }
    let unpaid: Vec<_> = taught.iter().filter(|one| one.honorarium.is_none()).map(|one| one.session).collect();
    if !unpaid.is_empty() {
        return Err(HonorariumError::Unpaid(unpaid));
    }
    let meetings =
        taught.iter().map(|one| Meeting { session: one.session, cancelled: one.cancelled, ends_at: one.ends_at });
    expect_held(&meetings.collect::<Vec<_>>(), now)?;
    Ok(taught.iter().filter_map(|one| Some((one.session, one.honorarium?))).collect())
}

/// When a session ends, and whether it was cancelled.
#[derive(Debug, Clone, Copy)]
pub struct Meeting {
    pub session: CourseSessionId,
    pub cancelled: bool,
    pub ends_at: Instant,
}

/// All of these sessions are over and were not cancelled.
///
/// # Errors
/// [`HonorariumError::NotHeld`].
pub fn expect_held(meetings: &[Meeting], now: Instant) -> Result<(), HonorariumError> {
    let open: Vec<_> = meetings.iter().filter(|one| one.cancelled || one.ends_at > now).collect();
    if open.is_empty() {
        return Ok(());
    }
    let possible_at = open.iter().filter(|one| !one.cancelled).map(|one| one.ends_at).max();
    Err(HonorariumError::NotHeld { sessions: open.iter().map(|one| one.session).collect(), possible_at })
}

/// The sum, or `None` beyond what can be withheld from.
pub fn gross(mut amounts: impl Iterator<Item = Yen>) -> Option<Yen> {
    amounts.try_fold(Yen::ZERO, Yen::checked_add).filter(|sum| sum.0 <= MOST_YEN)
}

/// Income tax withheld from one payment, in yen: 10.21 % up to a million, 20.42 % of what is above, fractions of a yen dropped
/// (所得税法204条1項1号・205条, 復興財確法28条; 国税庁タックスアンサー No.2795).
pub fn withheld(payee: Payee, gross: Yen) -> Yen {
    if payee != Payee::Individual {
        return Yen::ZERO;
    }
    let million = 1_000_000;
    let above = gross.0.saturating_sub(million).max(0);
    let below = gross.0.clamp(0, million);
    let parts = below.saturating_mul(1_021).saturating_add(above.saturating_mul(2_042));
    Yen(parts.div_euclid(10_000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(gross: i64) -> i64 {
        withheld(Payee::Individual, Yen(gross)).0
    }

    #[test]
    fn tax_is_withheld_as_the_tax_office_works_it_out() {
        assert_eq!((of(0), of(9), of(10), of(30_000)), (0, 0, 1, 3_063));
        assert_eq!((of(11_111), of(100_000), of(1_000_000)), (1_134, 10_210, 102_100));
        // No.2795: (1,500,000 - 1,000,000) × 20.42 % + 102,100
        assert_eq!((of(1_500_000), of(1_000_001)), (204_200, 102_100));
        assert_eq!(withheld(Payee::Company, Yen(30_000)), Yen::ZERO);
        assert_eq!(withheld(Payee::Nobody, Yen(30_000)), Yen::ZERO);
    }

    proptest! {
        #[test]
        fn what_is_withheld_grows_with_the_payment_and_never_exceeds_it(
            gross in 0..MOST_YEN, more in 0..1_000_000_i64,
        ) {
            prop_assert!(of(gross) <= of(gross + more));
            prop_assert!(of(gross) * 10_000 <= gross * 2_042 && of(gross) >= 0);
            prop_assert!((of(gross) + 1) * 10_000 > gross * 1_021);
        }
    }
}
