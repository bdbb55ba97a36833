//! What staff decide about a registration.

use db::TenantTx;
use kernel::{Instant, ids::StandingId};
use time::Date;

use super::{
    Act, Content, Hand, Kept, Registration, StandingError, StandingState, expect_class, expect_period, kept, locked,
    rules, sql, tell,
};
use crate::Keys;

/// What staff decide about a registration. Reasons are told to the patron.
#[derive(Debug, Clone)]
pub enum Decision {
    /// 承認: for a period, half-open in days; without an end it never expires.
    Approve {
        from: Option<Date>,
        until: Option<Date>,
    },
    /// 差戻し, with what to mend.
    Return {
        reason: String,
    },
    Refuse {
        reason: String,
    },
    /// 利用停止. It counts for the patron whatever registration follows.
    Suspend {
        until: Instant,
        reason: String,
    },
    Reinstate {
        reason: String,
    },
    /// 抹消.
    Close {
        reason: String,
    },
}

impl Decision {
    const fn act(&self) -> Act {
        match self {
            Self::Approve { .. } => Act::Approve,
            Self::Return { .. } => Act::Return,
            Self::Refuse { .. } => Act::Refuse,
            Self::Suspend { .. } => Act::Suspend,
            Self::Reinstate { .. } => Act::Reinstate,
            Self::Close { .. } => Act::Close,
        }
    }
}

/// Decides about a registration.
///
/// # Errors
/// [`StandingError`]: `Absent`, `State`, and by the decision `NoSuchClass` on the first day, `Period`, `Overlaps`,
/// `SuspensionPast`.
pub async fn decide(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    decision: Decision,
    now: Instant,
) -> Result<Registration, StandingError> {
    let act = decision.act();
    let mut one = locked(tx, keys, (id, Hand::Office), act, now).await?;
    one.content.reason = None;
    match decision {
        Decision::Approve { from, until } => {
            let from = from.unwrap_or_else(|| rules::day(now));
            expect_period(from, until)?;
            expect_class(tx, one.user_class, from).await?;
            (one.state, one.valid_from, one.valid_until) = (StandingState::Active, Some(from), until);
        }
        Decision::Return { reason } => (one.state, one.content.reason) = (StandingState::Returned, Some(reason)),
        Decision::Refuse { reason } => (one.state, one.content.reason) = (StandingState::Refused, Some(reason)),
        Decision::Suspend { until, .. } if until <= now => return Err(StandingError::SuspensionPast),
        Decision::Suspend { until, reason } => {
            (one.suspended_until, one.content.reason) = (Some(until), Some(reason));
        }
        Decision::Reinstate { reason } => (one.suspended_until, one.content.reason) = (None, Some(reason)),
        Decision::Close { reason } => (one.state, one.content.reason) = (StandingState::Closed, Some(reason)),
    }
    kept(tx, keys, one, act, now).await
}

/// 更新: a new registration of the same class that begins on the day on which the old one ends.
///
/// # Errors
/// [`StandingError`]: `Absent`, `State`, `NoSuchClass` on the first day, `Period` when the old one has no end, `Overlaps`
/// when it is renewed already.
pub async fn renew(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: StandingId,
    until: Option<Date>,
    now: Instant,
) -> Result<Registration, StandingError> {
    let old = locked(tx, keys, (id, Hand::Office), Act::Renew, now).await?;
    let from = old.valid_until.ok_or(StandingError::Period)?;
    expect_period(from, until)?;
    expect_class(tx, old.user_class, from).await?;
    let mut made = Registration {
        id: StandingId::new(now),
        state: StandingState::Active,
        valid_from: Some(from),
        valid_until: until,
        suspended_until: None,
        follows: Some(id),
        content: Content { reason: None, ..old.content },
        version: 1,
        created_at: now,
        updated_at: now,
        ..old
    };
    sql::insert(tx, keys, &made).await?;
    tell(tx, &made, Act::Renew.past(), now).await?;
    made.state = rules::state_at(Kept::Active, made.valid_until, None, now);
    Ok(made)
}
