//! What may be done with a registration in which state, and which state the clock makes of it.

use kernel::{Instant, JST};
use time::{Date, format_description::well_known::Rfc3339};

use crate::fact::{FactValue, PersonFacts};

/// Whether somebody lives, works or goes to school in the municipality, by papers that the staff has seen and that count.
pub(super) fn belongs_here(known: &PersonFacts) -> bool {
    let proven =
        |kind: &str, value: &FactValue| known.facts.get(kind).is_some_and(|fact| fact.proven() && fact.value == *value);
    let yes = FactValue::Yes(true);
    proven("residence", &FactValue::Text("city".to_owned()))
        || proven("work_in_city", &yes)
        || proven("school_in_city", &yes)
}

/// What was decided about a registration, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Draft,
    Pending,
    Returned,
    Refused,
    Active,
    Closed,
}

impl Kept {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match text {
            "draft" => Self::Draft,
            "pending" => Self::Pending,
            "returned" => Self::Returned,
            "refused" => Self::Refused,
            "active" => Self::Active,
            _ => Self::Closed,
        }
    }
}

/// The state of a registration at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingState {
    /// Being written.
    Draft,
    /// 審査中.
    Pending,
    /// 差戻し: waits for the patron to mend it.
    Returned,
    Refused,
    /// Approved and not over.
    Active,
    /// 利用停止中.
    Suspended,
    /// Its period has ended.
    Expired,
    /// 抹消, or withdrawn.
    Closed,
}

impl StandingState {
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Pending,
        Self::Returned,
        Self::Refused,
        Self::Active,
        Self::Suspended,
        Self::Expired,
        Self::Closed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            other => other.kept().as_str(),
        }
    }

    /// What is kept of it: what the clock says is not.
    pub const fn kept(self) -> Kept {
        match self {
            Self::Draft => Kept::Draft,
            Self::Pending => Kept::Pending,
            Self::Returned => Kept::Returned,
            Self::Refused => Kept::Refused,
            Self::Active | Self::Suspended | Self::Expired => Kept::Active,
            Self::Closed => Kept::Closed,
        }
    }
}

/// The civil day in Asia/Tokyo.
pub fn day(now: Instant) -> Date {
    now.to_offset(JST).date()
}

/// A moment as problems tell it.
pub(super) fn told(at: Instant) -> Option<String> {
    at.to_offset(JST).format(&Rfc3339).ok()
}

/// What the clock makes of what is kept: suspension outweighs the end of the period.
pub fn state_at(
    kept: Kept,
    valid_until: Option<Date>,
    suspended_until: Option<Instant>,
    now: Instant,
) -> StandingState {
    match kept {
        Kept::Draft => StandingState::Draft,
        Kept::Pending => StandingState::Pending,
        Kept::Returned => StandingState::Returned,
        Kept::Refused => StandingState::Refused,
        Kept::Closed => StandingState::Closed,
        Kept::Active if suspended_until.is_some_and(|until| now < until) => StandingState::Suspended,
        Kept::Active if valid_until.is_some_and(|until| until <= day(now)) => StandingState::Expired,
        Kept::Active => StandingState::Active,
    }
}

/// What is done with a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Mend,
    Submit,
    Approve,
    Return,
    Refuse,
    Suspend,
    Reinstate,
    Renew,
    Close,
}

impl Act {
    pub const ALL: [Self; 9] = [
        Self::Mend,
        Self::Submit,
        Self::Approve,
        Self::Return,
        Self::Refuse,
        Self::Suspend,
        Self::Reinstate,
        Self::Renew,
        Self::Close,
    ];

    /// The states in which it is possible.
    pub const fn possible_in(self) -> &'static [StandingState] {
        use StandingState as S;
        match self {
            Self::Mend | Self::Submit => &[S::Draft, S::Returned],
            Self::Approve | Self::Return | Self::Refuse => &[S::Pending],
            Self::Suspend => &[S::Active, S::Suspended],
            Self::Reinstate => &[S::Suspended],
            Self::Renew => &[S::Active, S::Expired],
            Self::Close => &[S::Draft, S::Pending, S::Returned, S::Active, S::Suspended, S::Expired],
        }
    }

    /// As the journal tells it.
    pub const fn past(self) -> &'static str {
        match self {
            Self::Mend => "mended",
            Self::Submit => "submitted",
            Self::Approve => "approved",
            Self::Return => "returned",
            Self::Refuse => "refused",
            Self::Suspend => "suspended",
            Self::Reinstate => "reinstated",
            Self::Renew => "renewed",
            Self::Close => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, OffsetDateTime};

    use super::*;

    proptest! {
        #[test]
        fn the_clock_only_moves_what_is_active(seconds in 0_i64..4_000_000_000, days in -400_i64..400, wait in -400_i64..400) {
            let now = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let (until, suspended) = (day(now) + Duration::days(days), now + Duration::days(wait));
            for state in StandingState::ALL {
                let seen = state_at(state.kept(), Some(until), Some(suspended), now);
                prop_assert_eq!(seen.kept(), state.kept());
            }
            let seen = state_at(Kept::Active, Some(until), Some(suspended), now);
            prop_assert_eq!(seen == StandingState::Suspended, wait > 0);
            prop_assert_eq!(seen == StandingState::Expired, wait <= 0 && days <= 0);
        }
    }

    #[test]
    fn what_is_refused_or_closed_stays_so() {
        for act in Act::ALL {
            let over = [StandingState::Refused, StandingState::Closed];
            assert!(over.iter().all(|state| !act.possible_in().contains(state)), "{act:?}");
        }
    }
}
