//! What a client shows to prove that a hold or an order is its own: random, shown once, kept as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The secret of one hold, and of the order that comes of it. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

impl ClientSecret {
    /// 32 random bytes behind `cs_`; nothing when the machine has no randomness to give.
    pub(crate) fn random() -> Option<Self> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(format!("cs_{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// For the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Why a caller may see and change this hold or order.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The house itself: staff, a server, a till.
    Trusted,
    /// Anybody who shows the client secret.
    Secret(&'a str),
}

impl Proof<'_> {
    /// Whether it opens what is kept behind `stored`, in time that does not depend on where they differ.
    pub(crate) fn opens(&self, stored: Option<&[u8]>) -> bool {
        match (self, stored) {
            (Self::Trusted, _) => true,
            (Self::Secret(shown), Some(stored)) => bool::from(hash(shown).ct_eq(stored)),
            (Self::Secret(_), None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_opens() {
        let secret = ClientSecret::random().unwrap();
        let stored = secret.hash();
        assert!(Proof::Secret(secret.expose()).opens(Some(&stored)));
        assert!(!Proof::Secret("cs_guess").opens(Some(&stored)));
        assert!(!Proof::Secret(secret.expose()).opens(None));
        assert!(Proof::Trusted.opens(None));
        assert_eq!(format!("{secret:?}"), "ClientSecret(…)");
    }
}
