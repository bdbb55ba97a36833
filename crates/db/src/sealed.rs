//! Sealed columns: what only the tenant's key opens, and only in the place where it was written.
//!
//! XChaCha20-Poly1305 with a random nonce. Tenant, table, column and row are authenticated with it, so a sealed value that
//! is copied to another row, column or tenant does not open. Stored form: one version byte, 24 bytes nonce, ciphertext.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use kernel::{IndexKey, Refusal, Refuse, SealKey, ids::TenantId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The place a sealed value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub tenant: TenantId,
    /// With its schema: `patron.patrons`.
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
}

impl Cell {
    fn aad(&self) -> Vec<u8> {
        let mut aad = Vec::with_capacity(34 + self.table.len() + self.column.len());
        aad.extend_from_slice(self.tenant.uuid().as_bytes());
        aad.extend_from_slice(self.table.as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.column.as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.row.as_bytes());
        aad
    }
}

/// A row that has no uuid of its own, named by what finds it.
pub fn row_of(parts: &[&[u8]]) -> Uuid {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    Uuid::from_slice(digest.finalize().get(..16).unwrap_or_default()).unwrap_or_default()
}

/// Why a value is not sealed or not opened. It never says what the value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the system gives no random numbers")]
    NoEntropy,
    #[error("the value is too large to seal")]
    TooLarge,
    /// Another key, another place, or changed bytes.
    #[error("the sealed value does not open here")]
    Broken,
}

impl Refuse for SealError {
    fn refusal(&self) -> Refusal {
        crate::problems::INTERNAL.refuse()
    }
}

impl From<SealError> for crate::Fault {
    fn from(error: SealError) -> Self {
        Self::Unexpected(match error {
            SealError::NoEntropy => "the system gives no random numbers",
            SealError::TooLarge => "a value is too large to seal",
            SealError::Broken => "a sealed value does not open in its place",
        })
    }
}

/// Seals a value for its place. Two sealings of one value never look alike.
///
/// # Errors
/// [`SealError::NoEntropy`] or [`SealError::TooLarge`].
pub fn seal(key: &SealKey, cell: &Cell, value: &[u8]) -> Result<Vec<u8>, SealError> {
    wrap(key, &cell.aad(), value)
}

/// Opens what [`seal`] made for exactly this place.
///
/// # Errors
/// [`SealError::Broken`].
pub fn open(key: &SealKey, cell: &Cell, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    unwrap(key, &cell.aad(), sealed)
}

/// As [`seal`], for values that live outside the database, bound to `aad`.
///
/// # Errors
/// [`SealError::NoEntropy`] or [`SealError::TooLarge`].
pub fn wrap(key: &SealKey, aad: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| SealError::NoEntropy)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: value, aad }).map_err(|_| SealError::TooLarge)?;
    let mut out = Vec::with_capacity(1 + NONCE + body.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&body);
    Ok(out)
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// [`SealError::Broken`].
pub fn unwrap(key: &SealKey, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let rest = sealed.strip_prefix(&[VERSION]).ok_or(SealError::Broken)?;
    let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let value = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad }).map_err(|_| SealError::Broken)?;
    Ok(Zeroizing::new(value))
}

/// A blind index: finds equal values of one column without showing them. `what` keeps columns apart, `value` is normalised.
pub fn blind(key: &IndexKey, what: &'static str, value: &str) -> Vec<u8> {
    // a key of 32 bytes is always accepted; an empty index would find nothing
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.expose()) else { return Vec::new() };
    mac.update(what.as_bytes());
    mac.update(&[0]);
    mac.update(value.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(tenant: u128, row: u128) -> Cell {
        Cell {
            tenant: TenantId::from_uuid(Uuid::from_u128(tenant)),
            table: "patron.patrons",
            column: "personal",
            row: Uuid::from_u128(row),
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_in_its_place(key: [u8; 32], tenant: u128, row: u128, value: Vec<u8>) {
            let key = SealKey::new(key);
            let sealed = seal(&key, &cell(tenant, row), &value).unwrap();
            prop_assert_eq!(&**open(&key, &cell(tenant, row), &sealed).unwrap(), &value);
        }

        #[test]
        fn it_opens_nowhere_else(key: [u8; 32], other: [u8; 32], tenant: u128, row: u128, value: Vec<u8>) {
            prop_assume!(key != other);
            let (key, other) = (SealKey::new(key), SealKey::new(other));
            let here = cell(tenant, row);
            let sealed = seal(&key, &here, &value).unwrap();
            prop_assert_eq!(open(&other, &here, &sealed), Err(SealError::Broken));
            prop_assert_eq!(open(&key, &cell(tenant ^ 1, row), &sealed), Err(SealError::Broken));
            prop_assert_eq!(open(&key, &cell(tenant, row ^ 1), &sealed), Err(SealError::Broken));
            prop_assert_eq!(open(&key, &Cell { column: "note", ..here }, &sealed), Err(SealError::Broken));
            prop_assert_eq!(open(&key, &Cell { table: "notice.messages", ..here }, &sealed), Err(SealError::Broken));
        }

        #[test]
        fn one_changed_bit_is_noticed(key: [u8; 32], value: Vec<u8>, at: prop::sample::Index, bit in 0..8u32) {
            let key = SealKey::new(key);
            let mut sealed = seal(&key, &cell(1, 2), &value).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(open(&key, &cell(1, 2), &sealed), Err(SealError::Broken));
        }

        #[test]
        fn bytes_that_were_never_sealed_do_not_open(key: [u8; 32], bytes: Vec<u8>) {
            prop_assert_eq!(open(&SealKey::new(key), &cell(1, 2), &bytes), Err(SealError::Broken));
        }
    }

    #[test]
    fn a_row_is_named_by_each_part_of_what_finds_it() {
        assert_eq!(row_of(&[b"a", b"b"]), row_of(&[b"a", b"b"]));
        assert_ne!(row_of(&[b"a", b"b"]), row_of(&[b"ab"]));
        assert_ne!(row_of(&[b"a", b"b"]), row_of(&[b"b", b"a"]));
    }

    #[test]
    fn two_sealings_of_one_value_differ_and_two_indexes_do_not() {
        let (seal_key, index_key) = (SealKey::new([7; 32]), IndexKey::new([7; 32]));
        let here = cell(1, 2);
        assert_ne!(seal(&seal_key, &here, b"a").unwrap(), seal(&seal_key, &here, b"a").unwrap());
        assert_eq!(blind(&index_key, "email", "a"), blind(&index_key, "email", "a"));
        assert_ne!(blind(&index_key, "email", "a"), blind(&index_key, "phone", "a"));
        assert_ne!(blind(&index_key, "email", "a"), blind(&IndexKey::new([8; 32]), "email", "a"));
    }
}
