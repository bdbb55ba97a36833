//! Where a tenant stands, from the dates of its contract and nothing else.

use time::{Date, Duration};

use crate::contract::Contract;

/// Where a tenant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No contract, or its first day has not come.
    NotStarted,
    /// Between the first and the last day, both included.
    Active,
    /// After the last day: nobody signs in, no key works; the data is still there.
    Ended,
    /// The retention days are over: the data is to be gone.
    Purged,
    /// The backup days are over: no copy is to be left.
    BackupsExpired,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Purged => "purged",
            Self::BackupsExpired => "backups_expired",
        }
    }
}

/// The status on a civil day in Japan. The day after the last day of service is day 0 of retention (white paper 4.4, 8.4).
pub fn status(contract: Option<&Contract>, today: Date) -> Status {
    let Some(contract) = contract else { return Status::NotStarted };
    let after = today - contract.ends_on - Duration::DAY;
    if today < contract.starts_on {
        Status::NotStarted
    } else if after.is_negative() {
        Status::Active
    } else if after < Duration::days(contract.retention_days.into()) {
        Status::Ended
    } else if after < Duration::days(contract.backup_days.into()) {
        Status::Purged
    } else {
        Status::BackupsExpired
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::ids::ContractId;
    use time::macros::{date, datetime};

    fn contract() -> Contract {
        Contract {
            id: ContractId::new(datetime!(2026-03-01 00:00 UTC)),
            version: 1,
            starts_on: date!(2026 - 04 - 01),
            ends_on: date!(2027 - 03 - 31),
            retention_days: 30,
            backup_days: 60,
            flags: vec![],
            document_ref: "契-1".to_owned(),
            recorded_at: datetime!(2026-03-01 00:00 UTC),
        }
    }

    #[test]
    fn a_tenant_lives_from_the_first_to_the_last_day_and_is_gone_thirty_and_sixty_days_after() {
        let on = |day| status(Some(&contract()), day);
        assert_eq!(on(date!(2026 - 03 - 31)), Status::NotStarted);
        assert_eq!(on(date!(2026 - 04 - 01)), Status::Active);
        assert_eq!(on(date!(2027 - 03 - 31)), Status::Active);
        assert_eq!(on(date!(2027 - 04 - 01)), Status::Ended);
        assert_eq!(on(date!(2027 - 04 - 30)), Status::Ended);
        assert_eq!(on(date!(2027 - 05 - 01)), Status::Purged);
        assert_eq!(on(date!(2027 - 05 - 30)), Status::Purged);
        assert_eq!(on(date!(2027 - 05 - 31)), Status::BackupsExpired);
        assert_eq!(status(None, date!(2027 - 05 - 31)), Status::NotStarted);
    }

    #[test]
    fn status_only_ever_moves_forward() {
        let rank = |status| match status {
            Status::NotStarted => 0,
            Status::Active => 1,
            Status::Ended => 2,
            Status::Purged => 3,
            Status::BackupsExpired => 4,
        };
        let mut day = date!(2026 - 01 - 01);
        let mut before = 0;
        while day < date!(2028 - 01 - 01) {
            let now = rank(status(Some(&contract()), day));
            assert!(now >= before, "{day}");
            before = now;
            day = day.next_day().unwrap();
        }
    }
}
