//! Who has completed a class.

use kernel::{
    Instant,
    ids::{CertificateId, EnrolmentId, PersonId},
};

use super::CertificateError;
use crate::conclusion::rules::Meeting;

/// What a class says of its completion.
#[derive(Debug, Clone)]
pub struct Terms {
    pub state: String,
    /// Percent of the sessions held that completes it.
    pub percent: Option<i32>,
}

/// A session of a class.
#[derive(Debug, Clone)]
pub struct Session {
    pub number: i32,
    /// When it ends, and what became of it.
    pub meeting: Meeting,
    /// Whether it was marked as held, or anybody's attendance of it.
    pub recorded: bool,
}

impl Session {
    /// Whether it was held: it has ended and who attended is known.
    fn is_over(&self, now: Instant) -> bool {
        !self.meeting.cancelled && self.recorded && !self.meeting.is_open(now)
    }

    /// Whether it may still count for or against somebody: also one that was cancelled, as long as the class waits for what takes its
    /// place.
    fn is_open(&self, now: Instant) -> bool {
        self.meeting.is_open(now) || !(self.meeting.cancelled || self.recorded)
    }
}

/// Somebody enrolled, and how many sessions of the class they attended, whether or not they withdrew from it in between.
#[derive(Debug, Clone)]
pub struct Attended {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub attended: i32,
    /// The valid certificate that they have already.
    pub certificate: Option<CertificateId>,
}

/// What somebody is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Earned,
    /// Has a valid one already.
    HasOne(CertificateId),
    Missed,
}

/// How somebody stands towards a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub attended: i32,
    pub held: i32,
    /// How many of those held complete the class.
    pub needed: i32,
    pub verdict: Verdict,
}

impl Attended {
    /// Holds attendance against the threshold. Who joined late is measured by the whole class, as the certificate says.
    pub fn judge(self, held: i32, percent: i32) -> Standing {
        let needed = needed(held, percent);
        let verdict = match self.certificate {
            Some(certificate) => Verdict::HasOne(certificate),
            None if held > 0 && self.attended >= needed => Verdict::Earned,
            None => Verdict::Missed,
        };
        let Self { enrolment, person, attended, .. } = self;
        Standing { enrolment, person, attended: attended.min(held), held, needed, verdict }
    }
}

/// How many of so many sessions reach a percentage, rounded up: six tenths of seven are five.
pub fn needed(held: i32, percent: i32) -> i32 {
    let hundredths = i64::from(held).saturating_mul(i64::from(percent));
    i32::try_from(hundredths.saturating_add(99).div_euclid(100)).unwrap_or(i32::MAX)
}

/// The percentage of a class that gives certificates.
///
/// # Errors
/// [`CertificateError`]: `ClassState` unless it ran or runs, `NoThreshold`.
pub fn threshold(terms: &Terms) -> Result<i32, CertificateError> {
    if !matches!(terms.state.as_str(), "published" | "completed") {
        return Err(CertificateError::ClassState(terms.state.clone()));
    }
    terms.percent.ok_or(CertificateError::NoThreshold)
}

/// How many sessions were held by now.
pub fn over(sessions: &[Session], now: Instant) -> i32 {
    i32::try_from(sessions.iter().filter(|one| one.is_over(now)).count()).unwrap_or(i32::MAX)
}

/// How many sessions were held, once all of them are over and nothing takes the place of one that was cancelled any more.
///
/// # Errors
/// [`CertificateError`]: `NothingHeld`, `SessionsOpen`.
pub fn held(sessions: &[Session], now: Instant) -> Result<i32, CertificateError> {
    let open: Vec<&Session> = sessions.iter().filter(|one| one.is_open(now)).collect();
    if !open.is_empty() {
        return Err(CertificateError::SessionsOpen {
            sessions: open.iter().map(|one| one.number).collect(),
            possible_at: open.iter().filter_map(|one| one.meeting.open_until()).max().filter(|at| *at > now),
        });
    }
    match over(sessions, now) {
        0 => Err(CertificateError::NothingHeld),
        held => Ok(held),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};

    use super::*;
    use crate::conclusion::rules::MAKE_UP_DAYS;

    const LAST: Instant = datetime!(2027-06-26 12:00 +9);

    #[test]
    fn a_session_that_is_to_be_made_up_for_holds_certificates_up_as_long_as_the_class_waits_for_it() {
        let session = |number: i32, cancelled, settled| {
            let ends_at = LAST + Duration::weeks(number.into());
            Session { number, meeting: Meeting { ends_at, cancelled, settled }, recorded: true }
        };
        let (first, owed) = (session(-1, false, false), session(0, true, false));
        let waits_until = LAST + Duration::days(MAKE_UP_DAYS);
        let refused = held(&[first.clone(), owed.clone()], waits_until - Duration::SECOND);
        assert!(
            matches!(refused, Err(CertificateError::SessionsOpen { sessions, possible_at }) if sessions == [0] && possible_at == Some(waits_until))
        );
        assert!(matches!(held(&[first.clone(), owed.clone()], waits_until), Ok(1)));
        assert!(matches!(held(&[first.clone(), session(0, true, true)], LAST), Ok(1)));
        assert!(matches!(held(&[session(0, true, true)], LAST), Err(CertificateError::NothingHeld)));
        assert_eq!(over(&[first, owed], LAST), 1, "and it is not counted among those held");
    }

    proptest! {
        #[test]
        fn the_threshold_is_the_fewest_sessions_that_reach_the_percentage(held in 1..200_i32, percent in 1..=100_i32) {
            let needed = needed(held, percent);
            prop_assert!(needed * 100 >= held * percent && (needed - 1) * 100 < held * percent);
            prop_assert!((1..=held).contains(&needed));
        }
    }

    /// 3分の2以上: what a house cannot say in whole percent it says by the percent below.
    #[test]
    fn sixty_six_percent_are_two_thirds_of_up_to_forty_nine_sessions() {
        assert!((1..=49).all(|held| needed(held, 66) == (held * 2 + 2).div_euclid(3)));
        assert_eq!((needed(3, 66), needed(3, 67)), (2, 3));
    }

    #[test]
    fn six_tenths_of_seven_are_five() {
        assert_eq!((needed(7, 60), needed(10, 60), needed(5, 60), needed(0, 60)), (5, 6, 3, 0));
    }
}
