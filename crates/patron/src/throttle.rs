//! Slows repetition down, per address, whether anybody has that address or not: the answer gives nothing away.

mod sql;

use db::{Fault, TenantTx};
use kernel::Instant;
use time::Duration;

/// How often something may be repeated without success.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// So many times at once; the first pause follows the last of them.
    pub free: i32,
    /// The first pause; it doubles each time.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

/// After a day of quiet everything is forgotten.
const MEMORY: Duration = Duration::DAY;

/// One row of `patron.throttles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub attempts: i32,
    pub blocked_until: Instant,
    pub last_at: Instant,
}

/// Counts an attempt before it is made, so that attempts made at once are all counted.
///
/// Gives the seconds to wait when it may not be made; it is not counted then.
pub async fn count(tx: &mut TenantTx, subject: &[u8], policy: Policy, now: Instant) -> Result<Result<(), u32>, Fault> {
    let before = sql::locked(tx, subject, now).await?;
    match next(before, policy, now) {
        Ok(after) => {
            sql::update(tx, subject, after).await?;
            Ok(Ok(()))
        }
        Err(seconds) => Ok(Err(seconds)),
    }
}

/// Forgets the attempts: the last one succeeded.
pub async fn clear(tx: &mut TenantTx, subject: &[u8]) -> Result<(), Fault> {
    sql::delete(tx, subject).await
}

/// Drops what is forgotten anyway, and says how many.
pub async fn sweep(tx: &mut TenantTx, now: Instant) -> Result<usize, Fault> {
    sql::delete_before(tx, now.saturating_sub(MEMORY)).await
}

fn next(before: Count, policy: Policy, now: Instant) -> Result<Count, u32> {
    if now < before.blocked_until {
        let wait = (before.blocked_until - now).whole_seconds().saturating_add(1);
        return Err(u32::try_from(wait).unwrap_or(u32::MAX));
    }
    let fresh = now - before.last_at > MEMORY;
    let attempts = if fresh { 1 } else { before.attempts.saturating_add(1) };
    let pause = u32::try_from(attempts.saturating_sub(policy.free)).map_or(Duration::ZERO, |doublings| {
        policy.first.saturating_mul(2i32.saturating_pow(doublings)).min(policy.longest)
    });
    Ok(Count { attempts, blocked_until: now.saturating_add(pause), last_at: now })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);
    const POLICY: Policy = Policy { free: 5, first: Duration::SECOND, longest: Duration::minutes(15) };

    #[test]
    fn after_the_fifth_attempt_there_is_a_pause_and_each_pause_is_twice_the_last_up_to_a_quarter_of_an_hour() {
        let mut count = Count { attempts: 0, blocked_until: NOW, last_at: NOW };
        let mut pauses = Vec::new();
        for _ in 0..20 {
            let now = count.blocked_until;
            count = next(count, POLICY, now).unwrap();
            pauses.push((count.blocked_until - now).whole_seconds());
        }
        assert_eq!(pauses[..4], [0, 0, 0, 0]);
        assert_eq!(pauses[4..15], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
        assert!(pauses[15..].iter().all(|&pause| pause == 900));
    }

    #[test]
    fn during_a_pause_nothing_is_counted_and_the_rest_of_it_is_told() {
        let blocked = Count { attempts: 9, blocked_until: NOW + Duration::seconds(8), last_at: NOW };
        assert_eq!(next(blocked, POLICY, NOW + Duration::seconds(3)), Err(6));
        assert!(next(blocked, POLICY, NOW + Duration::seconds(8)).is_ok());
    }

    #[test]
    fn a_day_of_quiet_forgives() {
        let old = Count { attempts: 50, blocked_until: NOW, last_at: NOW };
        assert_eq!(next(old, POLICY, NOW + Duration::hours(25)).unwrap().attempts, 1);
    }
}
