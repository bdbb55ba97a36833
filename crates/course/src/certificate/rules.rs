//! Who has completed a class.

use kernel::{
    Instant,
    ids::{CertificateId, EnrolmentId, PersonId},
};

use super::CertificateError;

/// What a class says of its completion.
#[derive(Debug, Clone)]
pub struct Terms {
    pub state: String,
    /// Percent of the sessions held that completes it.
    pub percent: Option<i32>,
}

/// A session that was not cancelled.
#[derive(Debug, Clone)]
pub struct Session {
    pub number: i32,
    pub ends_at: Instant,
    /// Whether it was marked as held, or anybody's attendance of it.
    pub recorded: bool,
}

impl Session {
    /// Whether it has ended and who attended is known.
    pub fn is_over(&self, now: Instant) -> bool {
        self.recorded && self.ends_at <= now
    }
}

/// Somebody enrolled, and how many sessions they attended.
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

/// How many sessions were held, once all of them are over.
///
/// # Errors
/// [`CertificateError`]: `NothingHeld`, `SessionsOpen`.
pub fn held(sessions: &[Session], now: Instant) -> Result<i32, CertificateError> {
    let open: Vec<&Session> = sessions.iter().filter(|one| !one.is_over(now)).collect();
    if !open.is_empty() {
        return Err(CertificateError::SessionsOpen {
            sessions: open.iter().map(|one| one.number).collect(),
            possible_at: open.iter().map(|one| one.ends_at).max().filter(|at| *at > now),
        });
    }
    if sessions.is_empty() {
        return Err(CertificateError::NothingHeld);
    }
    Ok(i32::try_from(sessions.len()).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_threshold_is_the_fewest_sessions_that_reach_the_percentage(held in 1..200_i32, percent in 1..=100_i32) {
            let needed = needed(held, percent);
            prop_assert!(needed * 100 >= held * percent && (needed - 1) * 100 < held * percent);
            prop_assert!((1..=held).contains(&needed));
        }
    }

    #[test]
    fn six_tenths_of_seven_are_five() {
        assert_eq!((needed(7, 60), needed(10, 60), needed(5, 60), needed(0, 60)), (5, 6, 3, 0));
    }
}
