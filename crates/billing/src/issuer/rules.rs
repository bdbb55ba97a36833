//! What a registration number is.

use super::{IssuerDraft, SetIssuerError};

/// The draft without blanks around it, if everything in it can be.
pub fn checked(draft: IssuerDraft) -> Result<IssuerDraft, SetIssuerError> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty()).ok_or(SetIssuerError::Blank);
    let registration_number = draft.registration_number;
    if registration_number.as_deref().is_some_and(|number| !is_registration_number(number)) {
        return Err(SetIssuerError::NoNumber);
    }
    Ok(IssuerDraft { name: given(&draft.name)?, address: given(&draft.address)?, registration_number })
}

/// 登録番号: `T` and thirteen digits, of which the first is the check digit of a corporate number
/// (法人番号の指定等に関する省令 第2条): 9 − (Σ Pₙ × Qₙ mod 9), where Pₙ is the n-th of the other twelve digits counted from the last,
/// and Qₙ is 1 for odd n and 2 for even n.
pub fn is_registration_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('T') else { return false };
    let digits: Vec<u32> = digits.chars().map_while(|c| c.to_digit(10)).collect();
    let [check, base @ ..] = digits.as_slice() else { return false };
    if text.len() != 14 || base.len() != 12 {
        return false;
    }
    let weighted = base.iter().rev().zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit * weight);
    *check == 9 - weighted.sum::<u32>() % 9
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn corporate_numbers_that_are_published_are_known() {
        // 国税庁, 東京都, デジタル庁
        for number in ["T7000012050002", "T8000020130001", "T8000012010038"] {
            assert!(is_registration_number(number), "{number}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "T",
            "7000012050002",
            "T700001205000",
            "T70000120500020",
            "T7000012050003",
            "t7000012050002",
            "T７000012050002",
        ] {
            assert!(!is_registration_number(text), "{text}");
        }
        let draft =
            |name: &str| IssuerDraft { name: name.into(), address: "ひかり市".into(), registration_number: None };
        assert!(matches!(checked(draft("  ")), Err(SetIssuerError::Blank)));
        assert_eq!(checked(draft(" ひかり市 ")).unwrap().name, "ひかり市");
    }

    proptest! {
        #[test]
        fn of_ten_first_digits_exactly_one_fits(base in 0u64..1_000_000_000_000) {
            let fitting = (0..10).filter(|check| is_registration_number(&format!("T{check}{base:012}"))).count();
            prop_assert_eq!(fitting, 1);
        }
    }
}
