//! How texts are made alike before they are compared: nobody should have to know how a title is written.

use unicode_normalization::UnicodeNormalization as _;

/// Lower case, compatibility forms as the plain ones (Unicode NFKC: full width ASCII, half width カタカナ), ひらがな; one space
/// between words.
pub fn folded(text: &str) -> String {
    let plain: String = text.nfkc().map(hiragana).flat_map(char::to_lowercase).nfkc().collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every カタカナ that [`folded`] makes alike with its ひらがな, and these in the same order: for what is folded in the database.
pub fn kana() -> (String, String) {
    ('\u{30A1}'..='\u{30F6}').map(|one| (one, hiragana(one))).unzip()
}

/// カタカナ as ひらがな.
fn hiragana(one: char) -> char {
    match one {
        '\u{30A1}'..='\u{30F6}' => char::from_u32(u32::from(one).saturating_sub(0x60)).unwrap_or(one),
        _ => one,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn width_case_and_kana_make_no_difference() {
        assert_eq!(folded("ヨガ　ＡＢＣ"), folded("よが abc"));
        assert_eq!(folded("ﾖｶﾞ ﾊﾟｿｺﾝ"), "よが ぱそこん");
        assert_eq!(folded("  やさしい\tパソコン "), "やさしい ぱそこん");
    }

    #[test]
    fn what_is_folded_in_the_database_is_folded_as_here() {
        let (from, to) = kana();
        assert_eq!((from.chars().count(), folded(&from)), (86, to));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
