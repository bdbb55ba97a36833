//! How a provider's notice proves that it is one: HMAC-SHA-256 over the time and the body, under a secret per tenant.
//!
//! The header reads `t=1795000000,kid=ten_…,v1=<64 hexadecimal digits>`. The key id names the tenant whose secret signed, so
//! the tenant comes from the credential here as everywhere.

use hmac::{Hmac, KeyInit, Mac};
use kernel::{IndexKey, Instant, Refusal, Refuse, ids::TenantId};
use sha2::Sha256;

use crate::problems;

/// A notice older or newer than this is refused, in seconds.
const TOLERANCE: u64 = 300;

/// The shared secret of a tenant and a provider.
#[derive(Clone)]
pub struct NoticeSecret([u8; 32]);

impl NoticeSecret {
    /// The secret follows from the tenant's key material, so that nothing more has to be kept.
    pub fn derive(key: &IndexKey, provider: &str) -> Self {
        Self(digest(key.expose(), &[b"billing.notice.", provider.as_bytes()]))
    }

    /// Lower-case hexadecimal, for the contractor to set at the provider.
    pub fn reveal(&self) -> String {
        hex(&self.0)
    }

    /// The header that signs `body` at `at`.
    pub fn sign(&self, tenant: TenantId, at: Instant, body: &[u8]) -> String {
        let t = at.unix_timestamp();
        format!("t={t},kid={tenant},v1={}", hex(&self.mac(t, body)))
    }

    fn mac(&self, t: i64, body: &[u8]) -> [u8; 32] {
        digest(&self.0, &[t.to_string().as_bytes(), b".", body])
    }
}

/// The notice does not prove where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the notice is not signed by its provider")]
pub struct Unproven;

impl Refuse for Unproven {
    fn refusal(&self) -> Refusal {
        problems::NOTICE_UNPROVEN.refuse()
    }
}

/// What a signature header claims.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Whose secret is said to have signed.
    pub tenant: TenantId,
    t: i64,
    mac: Vec<u8>,
}

impl Claim {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Unproven`].
    pub fn read(header: &str) -> Result<Self, Unproven> {
        let part = |name: &str| {
            let mut found =
                header.split(',').filter_map(|part| part.trim().split_once('=')).filter(|(key, _)| *key == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Ok(value),
                _ => Err(Unproven),
            }
        };
        let tenant = part("kid")?.parse().map_err(|_| Unproven)?;
        let t = part("t")?.parse().map_err(|_| Unproven)?;
        let mac = bytes(part("v1")?).ok_or(Unproven)?;
        Ok(Self { tenant, t, mac })
    }

    /// Whether it holds: signed with this secret, over this body, not long ago. Compares in constant time.
    ///
    /// # Errors
    /// [`Unproven`].
    pub fn prove(&self, secret: &NoticeSecret, body: &[u8], now: Instant) -> Result<(), Unproven> {
        let mut mac = hmac(&secret.0);
        for part in [self.t.to_string().as_bytes(), b".", body] {
            mac.update(part);
        }
        let fresh = self.t.abs_diff(now.unix_timestamp()) <= TOLERANCE;
        if mac.verify_slice(&self.mac).is_ok() && fresh { Ok(()) } else { Err(Unproven) }
    }
}

fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to the block of its hash
    let mut block = [0; 64];
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    Hmac::<Sha256>::new(&block.into())
}

fn digest(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = hmac(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.bytes().map(|digit| char::from(digit).to_digit(16)).collect::<Option<Vec<_>>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    const NOW: Instant = datetime!(2026-11-22 03:00:00 UTC);

    fn secret() -> NoticeSecret {
        NoticeSecret::derive(&IndexKey::new([7; 32]), "sandbox")
    }

    fn tenant() -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(1))
    }

    #[test]
    fn a_signed_notice_is_believed_for_five_minutes() {
        let header = secret().sign(tenant(), NOW, b"{}");
        let claim = Claim::read(&header).unwrap();
        assert_eq!(claim.tenant, tenant());
        assert_eq!(claim.prove(&secret(), b"{}", NOW + Duration::minutes(5)), Ok(()));
        assert_eq!(claim.prove(&secret(), b"{}", NOW + Duration::seconds(301)), Err(Unproven));
        assert_eq!(claim.prove(&secret(), b"{} ", NOW), Err(Unproven));
        let other = NoticeSecret::derive(&IndexKey::new([8; 32]), "sandbox");
        assert_eq!(claim.prove(&other, b"{}", NOW), Err(Unproven));
        let elsewhere = NoticeSecret::derive(&IndexKey::new([7; 32]), "elsewhere");
        assert_eq!(claim.prove(&elsewhere, b"{}", NOW), Err(Unproven));
    }

    #[test]
    fn a_header_that_says_two_things_is_refused() {
        let header = secret().sign(tenant(), NOW, b"{}");
        assert!(Claim::read(&format!("{header},t=1")).is_err());
        assert!(Claim::read("").is_err());
        assert!(Claim::read("t=1,kid=ten_x,v1=00").is_err());
    }

    proptest! {
        #[test]
        fn no_header_crashes_the_reader(header: String) {
            let _ = Claim::read(&header);
        }
    }
}
