//! How long one waits after failures, and whether a contract lets somebody in.

use kernel::{Instant, clock::civil_day};
use time::{Date, Duration};

use super::SignInError;

/// Failures in a row that cost no waiting.
pub const FREE_FAILURES: usize = 5;
/// Failures in a row after which only a reset helps.
pub const HARD_STOP: usize = 100;
const LONGEST: i32 = 900;

/// Seconds to wait after this many failures in a row: nothing for the first five, then 1, 2, 4 … 900.
pub fn delay(failures: usize) -> i32 {
    let Some(doublings) = failures.checked_sub(FREE_FAILURES) else { return 0 };
    u32::try_from(doublings)
        .ok()
        .and_then(|n| 1_i32.checked_shl(n))
        .filter(|n| *n > 0)
        .map_or(LONGEST, |n| n.min(LONGEST))
}

/// The whole rule as the database applies it: the wait after 0, 1, 2 … failures; beyond its end, none is let through.
pub(super) fn delays() -> Vec<i32> {
    (0..HARD_STOP).map(delay).collect()
}

/// Why an attempt was not judged.
pub(super) fn wait(failures: i32, last_at: Instant, now: Instant) -> SignInError {
    let failures = usize::try_from(failures).unwrap_or(0);
    if failures >= HARD_STOP {
        return SignInError::Locked;
    }
    let until = last_at + Duration::seconds(delay(failures).into());
    let left = (until - now).max(Duration::ZERO);
    let seconds = left.whole_seconds() + i64::from(left.subsec_nanoseconds() > 0);
    SignInError::Throttled(u32::try_from(seconds).unwrap_or(1).max(1))
}

pub(super) fn in_period(starts_on: Option<Date>, ends_on: Option<Date>, now: Instant) -> Result<(), SignInError> {
    let today = civil_day(now);
    match (starts_on, ends_on) {
        (Some(starts_on), Some(ends_on)) if starts_on <= today && today <= ends_on => Ok(()),
        (_, Some(ends_on)) if today > ends_on => Err(SignInError::Ended),
        _ => Err(SignInError::NotStarted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i32> = (0..18).map(delay).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(delay(99), 900);
        assert_eq!(delay(usize::MAX), 900);
        assert_eq!(delays().len(), HARD_STOP);
    }

    #[test]
    fn waiting_never_gets_shorter_with_more_failures() {
        assert!(delays().is_sorted());
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_never_too_short() {
        let at = datetime!(2026-11-22 12:00 UTC);
        let told = |failures, passed| match wait(failures, at, at + passed) {
            SignInError::Throttled(seconds) => seconds,
            _ => 0,
        };
        assert_eq!(told(7, Duration::ZERO), 4);
        assert_eq!(told(7, Duration::milliseconds(3_100)), 1);
        assert!(matches!(wait(100, at, at + Duration::days(9)), SignInError::Locked));
    }
}
