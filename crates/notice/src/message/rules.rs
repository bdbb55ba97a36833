//! Decisions about messages: no clock, no database.

use serde::{Deserialize, Serialize};
use time::Duration;

/// What is sealed of a message.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub to: String,
    pub house: String,
    pub subject: String,
    pub body: String,
}

/// How long a worker has for a message it took; longer than any delivery may last.
pub(super) const LEASE: Duration = Duration::minutes(5);

/// How long to wait after the n-th attempt; nothing once it is given up, after about three days or at a final refusal.
pub(super) fn pause(attempts: i32, permanent: bool) -> Option<Duration> {
    const PAUSES: [Duration; 9] = [
        Duration::minutes(1),
        Duration::minutes(5),
        Duration::minutes(30),
        Duration::hours(2),
        Duration::hours(5),
        Duration::hours(10),
        Duration::hours(14),
        Duration::hours(20),
        Duration::hours(24),
    ];
    let made = usize::try_from(attempts.max(1)).unwrap_or(1);
    if permanent { None } else { PAUSES.get(made - 1).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_a_message_is_given_up() {
        let pauses: Vec<_> = (1..=10).map(|attempts| pause(attempts, false)).collect();
        assert!(pauses[..9].is_sorted());
        assert_eq!((pauses[0], pauses[9]), (Some(Duration::MINUTE), None));
        assert_eq!(pause(1, true), None);
    }
}
