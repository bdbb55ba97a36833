//! 受付票: the code that opens an application to whoever has no sign-in, on paper as on a screen.

use db::Fault;
use sha2::{Digest, Sha256};

/// Letters and digits that nobody confuses, read aloud or typed: Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Sixteen letters in groups of four: 80 bits, shown once and kept as a hash. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptCode(String);

impl std::fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

impl ReceiptCode {
    /// # Errors
    /// A [`Fault`] when the system gives no random numbers.
    pub fn random() -> Result<Self, Fault> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the system gives random numbers"))?;
        let letter = |byte: &u8| LETTERS.get(usize::from(byte & 31)).copied().map(char::from);
        let letters: Vec<char> = bytes.iter().filter_map(letter).collect();
        Ok(Self(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")))
    }

    /// For the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

/// The hash of a code however it was typed: small letters, other groups, `O` for `0`, `I` and `L` for `1`.
pub fn hash(typed: &str) -> Vec<u8> {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    Sha256::digest(letters.collect::<String>().as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_opens_however_it_is_typed() {
        let code = ReceiptCode::random().unwrap();
        assert_eq!(code.expose().len(), 19);
        assert_eq!(hash(&code.expose().to_lowercase().replace('-', " ")), code.hash());
        assert_eq!(hash("o0il-1"), hash("00111"));
        assert_ne!(ReceiptCode::random().unwrap(), code);
    }
}
