//! When a class is over.

use kernel::Instant;
use time::Duration;

/// For so long after the day of a cancelled session it is open what takes its place; nobody waits for it any longer then, though what
/// was paid for it can still go back. The same as in `course.is_over`.
pub const MAKE_UP_DAYS: i64 = 90;

/// What a class waits for, beside its sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openness {
    /// `draft`, `published`, `cancelled` or `completed`.
    pub state: String,
    /// Somebody is still to be decided, or has to accept or to pay.
    pub awaited: bool,
    /// Fewer are admitted than it needs, and nobody has decided that it runs.
    pub short: bool,
}

/// A session as far as the end of its class is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Excluded.
    pub ends_at: Instant,
    pub cancelled: bool,
    /// Another was to take its place, or nothing will.
    pub settled: bool,
}

impl Meeting {
    /// Until it ends or, when it is cancelled, until nobody waits any longer for what takes its place; absent: nothing of it is open.
    pub fn open_until(&self) -> Option<Instant> {
        match (self.cancelled, self.settled) {
            (false, _) => Some(self.ends_at),
            (true, false) => Some(self.ends_at.saturating_add(Duration::days(MAKE_UP_DAYS))),
            (true, true) => None,
        }
    }

    /// Whether the class waits for it.
    pub fn is_open(&self, now: Instant) -> bool {
        self.open_until().is_some_and(|until| now < until)
    }
}

/// A published class whose last session has ended, of which nobody is awaited and nothing is to be decided.
pub fn is_over(open: &Openness, meetings: &[Meeting], now: Instant) -> bool {
    let met = meetings.iter().any(|one| !one.cancelled);
    let waits = open.awaited || open.short || meetings.iter().any(|one| one.is_open(now));
    open.state == "published" && met && !waits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const LAST: Instant = datetime!(2027-06-26 12:00 +9);

    fn open() -> Openness {
        Openness { state: "published".to_owned(), awaited: false, short: false }
    }

    fn meeting(hours: i64, cancelled: bool, settled: bool) -> Meeting {
        Meeting { ends_at: LAST + Duration::hours(hours), cancelled, settled }
    }

    #[test]
    fn a_class_is_over_in_the_moment_in_which_its_last_session_ends() {
        let meetings = [meeting(-168, false, false), meeting(0, false, false)];
        assert!(!is_over(&open(), &meetings, LAST - Duration::microseconds(1)));
        assert!(is_over(&open(), &meetings, LAST));
        assert!(!is_over(&open(), &[], LAST), "a class that never met is not over");
        assert!(!is_over(&open(), &[meeting(0, true, true)], LAST), "nor is one that was cancelled day by day");
    }

    #[test]
    fn a_cancelled_session_of_which_nothing_is_decided_keeps_it_open_for_ninety_days() {
        let meetings = [meeting(-168, false, false), meeting(0, true, false)];
        let long = Duration::days(MAKE_UP_DAYS);
        assert!(!is_over(&open(), &meetings, LAST + long - Duration::microseconds(1)));
        assert!(is_over(&open(), &meetings, LAST + long));
        assert!(is_over(&open(), &[meetings[0], meeting(0, true, true)], LAST - Duration::hours(100)));
    }

    proptest! {
        #[test]
        fn a_class_that_is_over_has_nothing_ahead_and_waits_for_nobody(
            awaited in any::<bool>(), short in any::<bool>(), at in 0..4_usize, hours in -200..200_i64,
            all in proptest::collection::vec((-100..100_i64, any::<bool>(), any::<bool>()), 0..6),
        ) {
            let state = ["draft", "published", "cancelled", "completed"][at].to_owned();
            let meetings: Vec<Meeting> = all.iter().map(|(hours, gone, settled)| meeting(*hours, *gone, *settled)).collect();
            let (open, now) = (Openness { state, awaited, short }, LAST + Duration::hours(hours));
            let over = is_over(&open, &meetings, now);
            let ahead = meetings.iter().any(|one| !one.cancelled && one.ends_at > now);
            let undecided = meetings.iter().any(|one| one.cancelled && !one.settled);
            prop_assert!(!over || (open.state == "published" && !awaited && !short && !ahead && !undecided));
            // what is over stays over
            prop_assert!(!over || is_over(&open, &meetings, now + Duration::days(1)));
        }
    }
}
