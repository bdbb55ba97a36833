//! Search keys: one form for everything people type alike. They are only compared, never shown or printed; names stay as
//! typed, because normalisation changes them (㈱ becomes (株), compatibility ideographs change).

use unicode_normalization::UnicodeNormalization as _;

/// An e-mail address as it is stored: full-width letters narrowed, spaces around it dropped, domain in lower case.
/// Nothing for what no mail server would take. Addresses are ASCII: look-alikes of other scripts are not addresses here.
pub fn email(typed: &str) -> Option<String> {
    let narrow: String = typed.trim().nfkc().collect();
    let (local, domain) = narrow.rsplit_once('@')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    // dots anywhere: addresses like `taro..@` exist at Japanese carriers
    if local.is_empty() || local.len() > 64 || domain.len() > 253 || !local.chars().all(plain) {
        return None;
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let labels = domain.split('.').count();
    (labels >= 2 && domain.split('.').all(label)).then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// The key under which an address is found: capitals never tell two mailboxes apart.
pub fn email_key(typed: &str) -> Option<String> {
    email(typed).map(|address| address.to_ascii_lowercase())
}

/// A telephone number in E.164: `03-1234-5678` and `+81 3 1234 5678` are both `+81312345678`. Nothing for what is no number.
pub fn phone(typed: &str) -> Option<String> {
    let narrow: String = typed
        .nfkc()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー'))
        .collect();
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    // +81 (0)3 …: the trunk zero is not dialled from abroad
    let national =
        narrow.strip_prefix("+810").or_else(|| narrow.strip_prefix("+81")).or_else(|| narrow.strip_prefix('0'));
    let (country, rest, lengths) = match (national, narrow.strip_prefix('+')) {
        (Some(rest), _) => ("81", rest, 9..=10),
        (None, Some(rest)) => ("", rest, 7..=15),
        (None, None) => return None,
    };
    (digits(rest, lengths) && !rest.starts_with('0')).then(|| format!("+{country}{rest}"))
}

/// A reading in full-width katakana without spaces: やまだ　たろう, ﾔﾏﾀﾞ ﾀﾛｳ and ヤマダタロウ are one.
pub fn kana(typed: &str) -> String {
    // once more at the end, because letters that a space kept apart may compose
    let narrow = typed.nfkc().filter(|c| !c.is_whitespace()).map(katakana).nfkc();
    narrow.map(|c| c.to_ascii_uppercase()).collect()
}

fn katakana(letter: char) -> char {
    match letter {
        // U+3041…U+3096 and the iteration marks lie 0x60 below their katakana
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(letter) + 0x60).unwrap_or(letter),
        other => other,
    }
}

/// A postal code as seven digits; nothing for anything else.
pub fn postal_code(typed: &str) -> Option<String> {
    let narrow: String = typed.nfkc().filter(|c| !matches!(c, ' ' | '-' | '〒' | 'ー' | '−' | '‐')).collect();
    (narrow.len() == 7 && narrow.bytes().all(|byte| byte.is_ascii_digit())).then_some(narrow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_found_however_it_was_typed() {
        for typed in ["Taro@Example.JP", " taro@example.jp ", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"] {
            assert_eq!(email_key(typed).as_deref(), Some("taro@example.jp"), "{typed}");
        }
        assert_eq!(email("Taro@Example.JP").as_deref(), Some("Taro@example.jp"));
        assert_eq!(email("taro..hall.@docomo.example.jp").as_deref(), Some("taro..hall.@docomo.example.jp"));
    }

    #[test]
    fn what_no_server_would_take_is_no_address() {
        for typed in [
            "",
            "taro",
            "@example.jp",
            "taro@",
            "taro@localhost",
            "ta ro@example.jp",
            "taro@-a.jp",
            "taro@a..jp",
            "taro\n@example.jp",
            "<taro@example.jp>",
            "tаro@example.jp", /* Cyrillic а */
        ] {
            assert_eq!(email(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_was_typed() {
        for typed in [
            "03-1234-5678",
            "０３－１２３４－５６７８",
            "(03) 1234 5678",
            "+81 3 1234 5678",
            "+81 (0)3-1234-5678",
            "03ー1234ー5678",
        ] {
            assert_eq!(phone(typed).as_deref(), Some("+81312345678"), "{typed}");
        }
        assert_eq!(phone("090-1234-5678").as_deref(), Some("+819012345678"));
        assert_eq!(phone("+1 212 555 0100").as_deref(), Some("+12125550100"));
        for typed in ["", "110", "312345678", "03-1234-56789a", "+0123456789", "abc"] {
            assert_eq!(phone(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_reading_is_found_however_it_was_typed() {
        for typed in ["やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダタロウ"] {
            assert_eq!(kana(typed), "ヤマダタロウ", "{typed}");
        }
        assert_eq!(kana("ゔゝゞゕ"), "ヴヽヾヵ");
    }

    #[test]
    fn a_postal_code_is_seven_digits() {
        assert_eq!(postal_code("〒１００－０００１").as_deref(), Some("1000001"));
        assert_eq!(postal_code("100-001"), None);
    }

    proptest! {
        #[test]
        fn a_search_key_is_its_own_key(typed: String) {
            if let Some(key) = email_key(&typed) { prop_assert_eq!(email_key(&key), Some(key)); }
            if let Some(key) = phone(&typed) { prop_assert_eq!(phone(&key), Some(key)); }
            let key = kana(&typed);
            prop_assert_eq!(kana(&key), key);
        }
    }
}
