//! The code on a paper, a permit or a certificate, that anybody can check it by.

/// Without I, L, O and U: read aloud and typed without doubt.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Sixty random bits in twelve characters: `7K3QX-9FMT2-H4`.
pub fn write(random: [u8; 8]) -> String {
    let mut bits = u64::from_be_bytes(random);
    let mut code = String::with_capacity(14);
    for at in 0..12 {
        if at == 5 || at == 10 {
            code.push('-');
        }
        let symbol = usize::try_from(bits & 31).ok().and_then(|index| SYMBOLS.get(index));
        code.push(char::from(symbol.copied().unwrap_or(b'0')));
        bits >>= 5;
    }
    code
}

/// A code as it is kept, from what somebody typed.
pub fn read(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(14);
    let mut count = 0;
    for letter in typed.chars().filter(|letter| !matches!(letter, '-' | ' ')) {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        };
        if count == 12 || !SYMBOLS.iter().any(|symbol| char::from(*symbol) == letter) {
            return None;
        }
        if count == 5 || count == 10 {
            code.push('-');
        }
        code.push(letter);
        count += 1;
    }
    (count == 12).then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(random: [u8; 8]) {
            let code = write(random);
            prop_assert_eq!(code.len(), 14);
            prop_assert_eq!(read(&code.to_lowercase().replace('-', " ").replace('0', "o")), Some(code.clone()));
            prop_assert_eq!(read(&code[1..]), None);
        }
    }
}
