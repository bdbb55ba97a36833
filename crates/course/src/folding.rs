//! How texts are made alike before they are compared: nobody should have to know how a title is written.

/// Lower case, half width, ひらがな; one space between words.
pub fn folded(text: &str) -> String {
    let plain: String = text.chars().map(plain).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Full width ASCII as half width, カタカナ as ひらがな.
fn plain(one: char) -> char {
    let code = u32::from(one);
    let moved = match code {
        0x3000 => 0x20,
        0xFF01..=0xFF5E => code.saturating_sub(0xFEE0),
        0x30A1..=0x30F6 => code.saturating_sub(0x60),
        _ => code,
    };
    char::from_u32(moved).unwrap_or(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn width_case_and_kana_make_no_difference() {
        assert_eq!(folded("ヨガ　ＡＢＣ"), folded("よが abc"));
        assert_eq!(folded("  やさしい\tパソコン "), "やさしい ぱそこん");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
