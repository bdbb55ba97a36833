//! Which moment a deadline to pay is.

use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
};
use tariff::hire::PaymentRule;
use time::Date;

use super::{LEAST_TIME, PAID_WITHIN};
use crate::{
    application::{ApplicationError, rules::first_use},
    hire::Hire,
};

/// Until when hires that were held at a moment are paid at the latest: the first of them begins. What had begun by then, at the
/// counter, is paid before it ends.
pub(crate) fn latest(hires: &[Hire], held_at: Instant, now: Instant) -> Result<Instant, ApplicationError> {
    first_use(hires, held_at).filter(|latest| *latest > now).ok_or(ApplicationError::HireOver)
}

/// A deadline that somebody says lies between two moments: after the one, and not after the other.
pub(crate) fn expect_between(due: Instant, (after, latest): (Instant, Instant)) -> Result<(), ApplicationError> {
    if due <= after || due > latest {
        return Err(ApplicationError::Due { earliest: after, latest });
    }
    Ok(())
}

/// The end of the last day to pay, by the rule for a first use on a day. Where that is over, or less than [`LEAST_TIME`] is left of it,
/// there is time until `latest`.
pub(crate) fn by_rule(
    rule: &PaymentRule,
    (use_on, latest): (Date, Instant),
    now: Instant,
    next_open: impl Fn(Date) -> Date,
) -> Instant {
    let last = rule.day(civil_day(now), use_on, next_open);
    let ends = last.and_then(Date::next_day).map(start_of_day);
    ends.filter(|ends| *ends >= now.saturating_add(LEAST_TIME)).map_or(latest, |ends| ends.min(latest))
}

/// As long as everybody has.
pub(crate) fn without_rule(latest: Instant, now: Instant) -> Instant {
    now.saturating_add(PAID_WITHIN).min(latest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{
        Duration,
        macros::{date, datetime},
    };

    use super::*;

    fn rule(days_after: Option<u16>, days_before: Option<u16>) -> PaymentRule {
        PaymentRule { legal_reference: "規則第5条".to_owned(), days_after, days_before, next_open: false }
    }

    const USE: (Date, Instant) = (date!(2026 - 12 - 11), datetime!(2026-12-11 09:00 +9));

    fn due(rule: &PaymentRule, now: Instant) -> Instant {
        by_rule(rule, USE, now, |day| day)
    }

    #[test]
    fn a_last_day_ends_at_midnight_in_japan() {
        let utsunomiya = rule(None, Some(3));
        assert_eq!(due(&utsunomiya, datetime!(2026-11-21 10:00 +9)), datetime!(2026-12-09 00:00 +9));
        assert_eq!(due(&utsunomiya, datetime!(2026-12-08 22:59 +9)), datetime!(2026-12-09 00:00 +9));
        // it is still the seventh in Greenwich
        let numazu = rule(Some(0), None);
        assert_eq!(due(&numazu, datetime!(2026-12-07 15:30 UTC)), datetime!(2026-12-08 15:00 UTC));
    }

    #[test]
    fn what_is_granted_after_its_last_day_or_as_that_ends_is_paid_until_the_use_begins() {
        let utsunomiya = rule(Some(10), Some(3));
        for now in [datetime!(2026-12-08 23:01 +9), datetime!(2026-12-09 08:00 +9), datetime!(2026-12-11 08:59 +9)] {
            assert_eq!(due(&utsunomiya, now), USE.1, "{now}");
        }
    }

    #[test]
    fn nobody_pays_after_the_use_has_begun() {
        assert_eq!(due(&rule(Some(30), None), datetime!(2026-11-21 10:00 +9)), USE.1);
        assert_eq!(due(&rule(None, Some(0)), datetime!(2026-11-21 10:00 +9)), USE.1);
        assert_eq!(without_rule(USE.1, datetime!(2026-12-01 10:00 +9)), USE.1);
    }

    #[test]
    fn what_had_begun_when_it_was_held_is_paid_before_it_ends_and_everything_else_before_it_begins() {
        let (nine, noon) = (datetime!(2026-12-11 09:00 +9), datetime!(2026-12-11 12:00 +9));
        let hires =
            [Hire::example(nine, noon), Hire::example(datetime!(2026-12-12 09:00 +9), datetime!(2026-12-12 12:00 +9))];
        let ten = datetime!(2026-12-11 10:00 +9);
        assert_eq!(latest(&hires, datetime!(2026-12-01 10:00 +9), datetime!(2026-12-01 11:00 +9)).unwrap(), nine);
        assert_eq!(latest(&hires, ten, ten).unwrap(), noon);
        let begun = latest(&hires, datetime!(2026-12-01 10:00 +9), nine);
        assert!(matches!(begun, Err(ApplicationError::HireOver)), "it was held before it began");
        assert!(matches!(latest(&hires, ten, noon), Err(ApplicationError::HireOver)), "it is over");
    }

    #[test]
    fn a_deadline_that_is_said_is_after_the_one_and_not_after_the_other() {
        let (after, latest) = (datetime!(2026-12-01 10:00 +9), USE.1);
        assert!(expect_between(latest, (after, latest)).is_ok());
        for wrong in [after, latest.saturating_add(Duration::SECOND)] {
            let refused = expect_between(wrong, (after, latest));
            assert!(matches!(refused, Err(ApplicationError::Due { earliest, .. }) if earliest == after), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn there_is_always_time_to_pay_and_never_more_than_until_the_use(
            after in prop::option::of(0u16..40), before in prop::option::of(0u16..40), minutes in 1i64..60_000, moved in 0i64..5,
        ) {
            let now = USE.1.saturating_sub(Duration::minutes(minutes));
            let due = by_rule(&rule(after, before), USE, now, |day| day.saturating_add(Duration::days(moved)));
            prop_assert!(now < due && due <= USE.1);
            prop_assert!(due == USE.1 || due >= now.saturating_add(LEAST_TIME));
        }
    }
}
