//! The states of an application, and what each of them means for places.

use db::Fault;
use serde::Serialize;

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 書類選考: the staff decides.
    Screening,
    /// 抽選待ち: the draw decides.
    Entered,
    /// 空席待ち, 補欠.
    Waitlisted,
    /// 繰上当選: a place is kept until it is accepted.
    Offered,
    /// A place is kept until it is paid for.
    PaymentDue,
    Admitted,
    /// 落選, and not on the waiting list.
    Lost,
    Rejected,
    Declined,
    Expired,
    Withdrawn,
    ClassCancelled,
    Revoked,
}

impl State {
    const ALL: [Self; 13] = [
        Self::Screening,
        Self::Entered,
        Self::Waitlisted,
        Self::Offered,
        Self::PaymentDue,
        Self::Admitted,
        Self::Lost,
        Self::Rejected,
        Self::Declined,
        Self::Expired,
        Self::Withdrawn,
        Self::ClassCancelled,
        Self::Revoked,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Screening => "screening",
            Self::Entered => "entered",
            Self::Waitlisted => "waitlisted",
            Self::Offered => "offered",
            Self::PaymentDue => "payment_due",
            Self::Admitted => "admitted",
            Self::Lost => "lost",
            Self::Rejected => "rejected",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::ClassCancelled => "class_cancelled",
            Self::Revoked => "revoked",
        }
    }

    /// All of them.
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    /// Reads what the database keeps.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] for a word that is no state.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == text);
        known.ok_or(Fault::Unexpected("an application is in a known state"))
    }

    /// Whether places are kept for it.
    pub const fn holds_places(self) -> bool {
        matches!(self, Self::Offered | Self::PaymentDue | Self::Admitted)
    }

    /// Whether a draw or the staff has still to decide it.
    pub const fn undecided(self) -> bool {
        matches!(self, Self::Screening | Self::Entered)
    }

    /// Whether its people cannot apply to the class again.
    pub const fn active(self) -> bool {
        matches!(self, Self::Waitlisted) || self.undecided() || self.holds_places()
    }

    /// Whether an application may end this way from here.
    pub const fn may_end_as(self, end: Self) -> bool {
        match end {
            Self::Withdrawn | Self::Revoked => self.active(),
            Self::Rejected => matches!(self, Self::Screening),
            Self::Declined => matches!(self, Self::Offered),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_as_itself() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()).unwrap(), state);
        }
        assert!(State::parse("seated").is_err());
    }

    #[test]
    fn what_is_over_ends_no_second_time() {
        for over in State::ALL.into_iter().filter(|state| !state.active()) {
            assert!(State::ALL.into_iter().all(|end| !over.may_end_as(end)), "{over:?}");
        }
    }
}
