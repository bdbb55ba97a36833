//! What is kept of a password: `$argon2id-hmac$v=19$m=47104,t=1,p=1,k=<pepper id>$<salt>$<tag>` (PHC string form), where
//! the tag is HMAC-SHA-256 under the pepper over the Argon2id output.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use kernel::Pepper;

use crate::{
    hasher::{MEMORY_KIB, PASSES},
    token::keyed_hash,
};

const NAME: &str = "argon2id-hmac";

pub(super) struct Stored {
    parameters: String,
    pub salt: [u8; 16],
    pub tag: [u8; 32],
}

fn parameters(pepper_id: &str) -> String {
    format!("m={MEMORY_KIB},t={PASSES},p=1,k={pepper_id}")
}

impl Stored {
    pub fn seal(pepper_id: &str, pepper: &Pepper, salt: [u8; 16], raw: &[u8; 32]) -> Self {
        let tag = keyed_hash(pepper, "password", raw).try_into().unwrap_or([0; 32]);
        Self { parameters: parameters(pepper_id), salt, tag }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('$').skip(1);
        let (name, version, parameters) = (parts.next()?, parts.next()?, parts.next()?);
        let salt = BASE64.decode(parts.next()?).ok()?.try_into().ok()?;
        let tag = BASE64.decode(parts.next()?).ok()?.try_into().ok()?;
        (name == NAME && version == "v=19" && parts.next().is_none()).then(|| Self {
            parameters: parameters.to_owned(),
            salt,
            tag,
        })
    }

    pub fn is_outdated(&self, pepper_id: &str) -> bool {
        self.parameters != parameters(pepper_id)
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${NAME}$v=19${}${}${}", self.parameters, BASE64.encode(self.salt), BASE64.encode(self.tag))
    }
}
