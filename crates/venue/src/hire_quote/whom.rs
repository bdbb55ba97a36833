//! Whom a quote is for: a price that depends on who somebody is does not travel to somebody else.

use db::TenantTx;
use kernel::{Instant, Refusal, ids::PatronId};
use tariff::hire::HireAsk;

use super::{HireQuote, PlannedUse, QuoteError};
use crate::{problems, tariff_version};

/// A registration that holds no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRegistration {
    /// 利用者区分.
    pub user_class: String,
    /// Since when it does not.
    pub at: Instant,
}

impl EndedRegistration {
    /// That it has ended, and since when.
    pub(super) fn refusal(&self) -> Refusal {
        problems::REGISTRATION_ENDED
            .refuse()
            .fact("user_class", self.user_class.as_str())
            .fact("ended_at", kernel::clock::written(self.at))
    }
}

/// As whom somebody is priced, and whether they are registered: at the moment of asking, whatever day the use is on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountsAs {
    /// 利用者区分, by a registration that holds; nothing for who is not registered.
    pub user_class: Option<String>,
    /// Whether they live or work in the municipality.
    pub resident: bool,
    /// 主催者の種別: `person`, `group`.
    pub organiser_kind: Option<String>,
    /// The registration that ended last.
    pub ended: Option<EndedRegistration>,
}

impl CountsAs {
    /// What is asked for, is asked for as them.
    pub(crate) fn ask(&self, asked: &mut HireAsk) {
        asked.user_class.clone_from(&self.user_class);
        asked.resident = self.resident;
        asked.organiser_kind.clone_from(&self.organiser_kind);
    }

    /// The same of what was agreed on and of which so many uses change. Where all of them do, it is asked for as them; where any stays,
    /// as it was: nobody pays more or less for what stays because something else moves.
    pub(crate) fn ask_again(&self, asked: &mut HireAsk, changed: usize) {
        if changed == asked.uses.len() {
            self.ask(asked);
        }
    }

    /// That they are registered where one of these uses is only for who is; the refusal tells its place among them.
    ///
    /// # Errors
    /// [`QuoteError::Unregistered`].
    pub(crate) fn expect_registered(&self, uses: &[PlannedUse]) -> Result<(), QuoteError> {
        match uses.iter().position(|one| one.registered) {
            Some(at) if self.user_class.is_none() => Err(QuoteError::Unregistered { at, ended: self.ended.clone() }),
            _ => Ok(()),
        }
    }

    /// Whether the registration by whose class something was priced has ended since.
    fn has_lost(&self, class: &str, priced_at: Instant) -> Option<&EndedRegistration> {
        let lost = |ended: &&EndedRegistration| ended.user_class == class && priced_at < ended.at;
        self.ended.as_ref().filter(lost).filter(|_| self.user_class.as_deref() != Some(class))
    }
}

/// Whom a quote is held or applied with for: whom it was asked for, and nobody else. One that was asked for nobody is for
/// whoever pays the same by who they are; one for a class or a resident is for somebody. No price outlives the registration it is
/// by: where that has ended since, and it would not cost the same without, it is quoted anew.
///
/// # Errors
/// [`QuoteError`]: `OtherPatron`, `Ended`.
pub(crate) async fn holder(
    tx: &mut TenantTx,
    quote: &HireQuote,
    whom: Option<(PatronId, &CountsAs)>,
) -> Result<Option<PatronId>, QuoteError> {
    match (quote.patron_id, whom) {
        (Some(of), Some((patron, _))) if of != patron => Err(QuoteError::OtherPatron),
        (Some(of), Some((_, counts_as))) => expect_still(tx, quote, counts_as).await.map(|()| Some(of)),
        (Some(of), None) => Ok(Some(of)),
        (None, Some((patron, counts_as))) => {
            let mut asked = quote.asked()?;
            counts_as.ask(&mut asked);
            if same_price(tx, quote, &asked).await? { Ok(Some(patron)) } else { Err(QuoteError::OtherPatron) }
        }
        (None, None) => {
            let asked = quote.asked()?;
            if asked.user_class.is_some() || asked.resident { Err(QuoteError::OtherPatron) } else { Ok(None) }
        }
    }
}

/// A class that the house named for somebody who never had it stays as the house said.
async fn expect_still(tx: &mut TenantTx, quote: &HireQuote, whom: &CountsAs) -> Result<(), QuoteError> {
    let mut asked = quote.asked()?;
    let lost = asked.user_class.as_deref().and_then(|class| whom.has_lost(class, quote.created_at));
    let Some(lost) = lost else { return Ok(()) };
    asked.user_class.clone_from(&whom.user_class);
    if same_price(tx, quote, &asked).await? { Ok(()) } else { Err(QuoteError::Ended(lost.clone())) }
}

/// Whether what is asked so costs what was quoted.
async fn same_price(tx: &mut TenantTx, quote: &HireQuote, asked: &HireAsk) -> Result<bool, QuoteError> {
    let version = tariff_version::sql::find(tx, quote.tariff_version_id).await?.ok_or(QuoteError::Absent)?;
    Ok(tariff::hire::quote(&version.read()?, asked).is_ok_and(|charge| charge.total.0 == quote.total))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};

    use super::*;

    const PRICED: Instant = datetime!(2026-11-21 23:55 +9);

    fn ended(class: &str, at: Instant) -> EndedRegistration {
        EndedRegistration { user_class: class.to_owned(), at }
    }

    proptest! {
        #[test]
        fn a_class_is_lost_when_it_ended_after_the_price_and_does_not_hold_again(
            class in 0..3usize, now in prop::option::of(0..3usize), before in prop::option::of((0..3usize, -9i64..9)),
        ) {
            let code = |n: usize| ["CHOIR", "CLUB", "SCHOOL"][n];
            let whom = CountsAs {
                user_class: now.map(|now| code(now).to_owned()),
                ended: before.map(|(of, minutes)| ended(code(of), PRICED + Duration::minutes(minutes))),
                ..CountsAs::default()
            };
            let lost = before.is_some_and(|(of, minutes)| of == class && minutes > 0) && now != Some(class);
            prop_assert_eq!(whom.has_lost(code(class), PRICED).is_some(), lost);
        }
    }
}
