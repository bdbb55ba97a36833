//! Until when whoever applied may change what they answered. The answers themselves are personal data, and kept with it.

use kernel::{Instant, Refusal, Refuse};

use super::Application;
use crate::{
    problems,
    rule::{Amendable, ClassRules},
    seats::State,
};
use db::Fault;

/// Why answers stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// The class lets answers change `while`, and the application is in `state`.
    #[error("answers change {}, and the application is {}", .rule.as_str(), .state.as_str())]
    Fixed { rule: Amendable, state: State },
    #[error("answers changed until {until}")]
    Late { until: Instant },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for AmendError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Fixed { rule, state } => {
                problems::ANSWERS_FIXED.refuse().fact("amendable", rule.as_str()).fact("state", state.as_str())
            }
            Self::Late { until } => {
                let until = kernel::clock::written(*until);
                problems::ANSWERS_LATE.refuse().fact("until", until)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes sure that whoever applied may change their answers at this moment; the house may while the application is active.
///
/// # Errors
/// [`AmendError`]: `Fixed`, `Late`.
pub fn expect_amendable(rules: &ClassRules, one: &Application, house: bool, now: Instant) -> Result<(), AmendError> {
    amendable(rules, one.standing(now)?, house, now)
}

fn amendable(rules: &ClassRules, state: State, house: bool, now: Instant) -> Result<(), AmendError> {
    let rule = rules.answers_amendable;
    let open = match rule {
        _ if house => true,
        Amendable::Never => false,
        Amendable::UntilDecided => matches!(state, State::Screening | State::Entered | State::Waitlisted),
        Amendable::UntilPaid => state != State::Admitted,
        Amendable::Always => true,
    };
    if !open || !state.active() {
        return Err(AmendError::Fixed { rule, state });
    }
    match rules.answers_until.filter(|until| !house && *until <= now) {
        Some(until) => Err(AmendError::Late { until }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    const NOW: Instant = datetime!(2026-12-01 0:00 UTC);

    fn open(rule: Amendable, until: Option<Instant>, house: bool) -> Vec<State> {
        let rules = ClassRules { answers_amendable: rule, answers_until: until, ..ClassRules::default() };
        State::every().filter(|state| amendable(&rules, *state, house, NOW).is_ok()).collect()
    }

    #[test]
    fn answers_change_as_long_as_the_class_says_and_never_after_the_end() {
        let waiting = [State::Screening, State::Entered, State::Waitlisted];
        assert_eq!(open(Amendable::Never, None, false), []);
        assert_eq!(open(Amendable::UntilDecided, None, false), waiting);
        let unpaid: Vec<_> = waiting.into_iter().chain([State::Offered, State::PaymentDue]).collect();
        assert_eq!(open(Amendable::UntilPaid, None, false), unpaid);
        let active: Vec<_> = State::every().filter(|state| state.active()).collect();
        assert_eq!(open(Amendable::Always, None, false), active);
        assert_eq!(open(Amendable::Never, None, true), active, "the house corrects what was misheard");
        assert_eq!(open(Amendable::Always, Some(NOW), false), []);
        assert_eq!(open(Amendable::Always, Some(NOW + Duration::SECOND), false), active);
    }
}
