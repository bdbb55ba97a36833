//! Passwords: what is accepted, how it is kept, how it is compared. Nothing here ever prints one.

mod rules;
mod stored;

use std::{fmt, sync::Arc};

use kernel::{Pepper, Refusal, Refuse};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use crate::hasher::{Busy, Lane};
pub use rules::{MAX_LENGTH, MIN_LENGTH};
use stored::Stored;

use crate::{hasher::Hasher, problems};

/// A password in clear, in NFKC, as it came in or as it is about to be shown once.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes what somebody typed. Anything may be tried; [`Password::check`] says what may be chosen.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.nfkc().collect()))
    }

    /// A one-time password: 20 characters, 100 bits, nothing that is misread aloud or from paper.
    pub fn one_time() -> Self {
        Self(Zeroizing::new(rules::readable(20)))
    }

    /// Whether this may be chosen as a password by somebody of whom the `context` is known: login id, tenant, name.
    ///
    /// # Errors
    /// [`PasswordRefused`] with every reason at once.
    pub fn check(&self, context: &[&str]) -> Result<(), PasswordRefused> {
        let reasons = rules::faults(&self.0, context);
        if reasons.is_empty() { Ok(()) } else { Err(PasswordRefused { reasons }) }
    }

    /// The text, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A login id for an account: ten characters that are not misread.
pub(crate) fn login_id() -> String {
    let text = rules::readable(10);
    let (left, right) = text.split_at_checked(5).unwrap_or((&text, ""));
    format!("{left}-{right}")
}

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Fewer than 15 characters.
    TooShort,
    /// More than 256 characters.
    TooLong,
    /// Made of common words, names of ours, sequences or repetitions, so that little of it is a surprise.
    Predictable,
}

impl Fault {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Predictable => "predictable",
        }
    }
}

/// The password may not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password may not be chosen")]
pub struct PasswordRefused {
    pub reasons: Vec<Fault>,
}

impl Refuse for PasswordRefused {
    fn refusal(&self) -> Refusal {
        let reasons: Vec<&str> = self.reasons.iter().map(|reason| reason.as_str()).collect();
        problems::PASSWORD_REFUSED.refuse().fact("reasons", reasons)
    }
}

/// How a password compares with what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub right: bool,
    /// It is right, and stored under old parameters or an old pepper: store it anew.
    pub outdated: bool,
}

/// The hasher together with the key that the database does not have. Cloning is cheap.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    hasher: Hasher,
    pepper_id: String,
    pepper: Pepper,
}

impl Passwords {
    pub fn new(hasher: Hasher, pepper_id: &str, pepper: Pepper) -> Self {
        Self(Arc::new(Inner { hasher, pepper_id: pepper_id.to_owned(), pepper }))
    }

    /// What to store of a password.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn keep(&self, lane: Lane, password: &Password) -> Result<String, Busy> {
        let salt = rules::salt();
        let raw = self.0.hasher.hash(lane, password.0.as_bytes(), salt).await?;
        Ok(Stored::seal(&self.0.pepper_id, &self.0.pepper, salt, &raw).to_string())
    }

    /// Compares a password with what is stored; with nothing stored it does the same work and says no.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn compare(&self, lane: Lane, password: &Password, stored: Option<&str>) -> Result<Verdict, Busy> {
        let stored = stored.and_then(Stored::parse);
        let salt = stored.as_ref().map_or([0; 16], |stored| stored.salt);
        let raw = self.0.hasher.hash(lane, password.0.as_bytes(), salt).await?;
        let sealed = Stored::seal(&self.0.pepper_id, &self.0.pepper, salt, &raw);
        let expected = stored.as_ref().map_or([0; 32], |stored| stored.tag);
        let equal = bool::from(sealed.tag.ct_eq(&expected));
        let right = equal && stored.is_some();
        Ok(Verdict { right, outdated: right && stored.is_some_and(|stored| stored.is_outdated(&self.0.pepper_id)) })
    }

    /// How many passwords have been hashed, for tests of equal work.
    pub fn hashed(&self) -> u64 {
        self.0.hasher.hashed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(Hasher::with_threads(1).unwrap(), "p1", Pepper::new([3; 32]))
    }

    #[tokio::test]
    async fn a_kept_password_is_recognised_and_nothing_else() {
        let passwords = passwords();
        let right = Password::new("correct horse battery");
        let stored = passwords.keep(Lane::HOUSE, &right).await.unwrap();
        assert!(!stored.contains("horse"));
        let compare =
            async |password: &Password| passwords.compare(Lane::HOUSE, password, Some(&stored)).await.unwrap().right;
        assert!(compare(&right).await);
        assert!(!compare(&Password::new("correct horse batterz")).await);
        // full-width letters are the same letters
        assert!(compare(&Password::new("ｃorrect horse battery")).await);
    }

    #[tokio::test]
    async fn unknown_and_wrong_cost_the_same_number_of_hashes() {
        let passwords = passwords();
        let stored = passwords.keep(Lane::HOUSE, &Password::new("correct horse battery")).await.unwrap();
        for stored in [Some(stored.as_str()), Some("no such format"), None] {
            let before = passwords.hashed();
            assert!(!passwords.compare(Lane::HOUSE, &Password::new("wrong"), stored).await.unwrap().right);
            assert_eq!(passwords.hashed() - before, 1, "{stored:?}");
        }
    }

    #[tokio::test]
    async fn without_the_pepper_the_stored_hash_is_worthless() {
        let password = Password::new("correct horse battery");
        let stored = passwords().keep(Lane::HOUSE, &password).await.unwrap();
        let others = Passwords::new(Hasher::with_threads(1).unwrap(), "p1", Pepper::new([4; 32]));
        assert!(!others.compare(Lane::HOUSE, &password, Some(&stored)).await.unwrap().right);
    }

    #[test]
    fn a_one_time_password_may_be_chosen_by_the_same_rules() {
        for _ in 0..50 {
            let password = Password::one_time();
            assert_eq!(password.reveal().chars().count(), 20);
            assert_eq!(password.check(&[]), Ok(()), "{}", password.reveal());
        }
        assert_eq!(format!("{:?}", Password::one_time()), "Password(…)");
    }
}
