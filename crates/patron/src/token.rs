//! Tokens that are mailed to prove that an address is somebody's.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Fault, sealed};

use crate::Keys;

/// `pvt_` and 43 letters, 256 random bits. Only its keyed hash is stored. It never prints by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(crate) fn random() -> Result<Self, Fault> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the system gives random numbers"))?;
        Ok(Self(format!("pvt_{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The token, for the message to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

pub(crate) fn hash(keys: Keys<'_>, token: &str) -> Vec<u8> {
    sealed::blind(keys.index, "patron.verification", token.trim())
}
