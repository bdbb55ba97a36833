//! What callers show: an opaque random token, recognisable by its prefix and checkable by its tail without a look-up.
//!
//! `<prefix><43 base62 digits of 256 random bits><6 base62 digits of CRC-32 over all before>`. The database keeps only
//! HMAC-SHA-256 of it under a key that the database does not have.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use kernel::Pepper;
use sha2::Sha256;
use zeroize::Zeroizing;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 43;
const TAIL: usize = 6;

/// What a token is for; it can be read off its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    SecretLive,
    SecretTest,
    PublishableLive,
    PublishableTest,
    Device,
    StaffSession,
    PatronSession,
    OperatorSession,
}

impl TokenKind {
    pub const ALL: [Self; 8] = [
        Self::SecretLive,
        Self::SecretTest,
        Self::PublishableLive,
        Self::PublishableTest,
        Self::Device,
        Self::StaffSession,
        Self::PatronSession,
        Self::OperatorSession,
    ];

    pub const fn prefix(self) -> &'static str {
        match self {
            Self::SecretLive => "sk_live_",
            Self::SecretTest => "sk_test_",
            Self::PublishableLive => "pk_live_",
            Self::PublishableTest => "pk_test_",
            Self::Device => "dev_",
            Self::StaffSession => "ses_",
            Self::PatronSession => "pts_",
            Self::OperatorSession => "ops_",
        }
    }
}

/// A token in clear. It exists when it is made and when it is shown, never at rest; it does not print.
#[derive(Clone)]
pub struct Token {
    kind: TokenKind,
    text: Zeroizing<String>,
}

/// The text is no token of ours: wrong prefix, length, alphabet or check digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of ours")]
pub struct NotAToken;

impl Token {
    /// A new token from the system's random numbers.
    ///
    /// # Panics
    /// When the system has no random numbers; then nothing here is safe.
    pub fn random(kind: TokenKind) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        #[expect(clippy::expect_used, reason = "without random numbers no request may be served")]
        getrandom::fill(bytes.as_mut_slice()).expect("the system gives random numbers");
        Self::from_bytes(kind, &bytes)
    }

    fn from_bytes(kind: TokenKind, bytes: &[u8; 32]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(kind.prefix().len() + BODY + TAIL));
        text.push_str(kind.prefix());
        text.push_str(&base62(bytes, BODY));
        let tail = base62(&crc32fast::hash(text.as_bytes()).to_be_bytes(), TAIL);
        text.push_str(&tail);
        Self { kind, text }
    }

    /// Reads what a caller shows; costs no look-up when it was mistyped or cut off.
    ///
    /// # Errors
    /// [`NotAToken`].
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let (kind, rest) = TokenKind::ALL
            .into_iter()
            .find_map(|kind| text.strip_prefix(kind.prefix()).map(|rest| (kind, rest)))
            .ok_or(NotAToken)?;
        if rest.len() != BODY + TAIL || !rest.bytes().all(|byte| DIGITS.contains(&byte)) {
            return Err(NotAToken);
        }
        let (before, tail) = text.split_at_checked(text.len() - TAIL).ok_or(NotAToken)?;
        if base62(&crc32fast::hash(before.as_bytes()).to_be_bytes(), TAIL) != tail {
            return Err(NotAToken);
        }
        Ok(Self { kind, text: Zeroizing::new(text.to_owned()) })
    }

    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The token itself, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The prefix and the first four digits, to recognise it in a list.
    pub fn hint(&self) -> String {
        self.text.chars().take(self.kind.prefix().len() + 4).collect()
    }

    /// What the database keeps instead of the token.
    pub fn hash(&self, pepper: &Pepper) -> Vec<u8> {
        keyed_hash(pepper, "token", self.text.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.kind.prefix())
    }
}

/// HMAC-SHA-256 of a purpose and a text, under the pepper.
pub(crate) fn keyed_hash(pepper: &Pepper, purpose: &str, text: &[u8]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper.expose()).expect("HMAC takes keys of every length");
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The number that the bytes spell, in base 62, with leading zeros up to `width` digits.
fn base62(bytes: &[u8], width: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = Vec::with_capacity(width);
    for _ in 0..width {
        let mut remainder = 0_u16;
        for byte in &mut number {
            let value = remainder * 256 + u16::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(0);
            remainder = value % 62;
        }
        digits.push(DIGITS.get(usize::from(remainder)).copied().map_or('0', char::from));
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_itself() {
        for kind in TokenKind::ALL {
            let token = Token::random(kind);
            let read = Token::parse(token.reveal()).unwrap();
            assert_eq!(read.kind(), kind);
            assert_eq!(read.reveal(), token.reveal());
            assert_eq!(token.reveal().len(), kind.prefix().len() + 49);
        }
    }

    #[test]
    fn the_largest_number_fits_its_digits() {
        let token = Token::from_bytes(TokenKind::Device, &[0xff; 32]);
        assert!(Token::parse(token.reveal()).is_ok());
        assert_ne!(
            Token::from_bytes(TokenKind::Device, &[0xff; 32]).reveal(),
            Token::from_bytes(TokenKind::Device, &[0xfe; 32]).reveal()
        );
    }

    #[test]
    fn one_wrong_character_is_noticed_without_a_look_up() {
        let token = Token::random(TokenKind::SecretLive);
        for at in 0..token.reveal().len() {
            let mut text = token.reveal().to_owned().into_bytes();
            text[at] = if text[at] == b'x' { b'y' } else { b'x' };
            assert!(Token::parse(std::str::from_utf8(&text).unwrap()).is_err(), "position {at}");
        }
    }

    #[test]
    fn no_text_crashes_the_reader() {
        for text in
            ["", "sk_live_", "sk_live_é", "ses_ああああああああああああああああああああああああああああ", "pk_test_\0"]
        {
            assert!(Token::parse(text).is_err());
        }
    }

    #[test]
    fn another_pepper_gives_another_hash_and_printing_shows_nothing() {
        let token = Token::random(TokenKind::StaffSession);
        assert_ne!(token.hash(&Pepper::new([1; 32])), token.hash(&Pepper::new([2; 32])));
        assert_eq!(format!("{token:?}"), "ses_…");
    }
}
