//! 振込番号: the number a payer gives the bank, so that a transfer says which bill it pays.
//!
//! Ten digits and two check digits by ISO 7064 MOD 97-10, the rule of IBAN and of creditor references (ISO 11649): one wrong
//! digit and two digits in the wrong order never make another bill's number.

use kernel::ids::BillId;

const STEMS: u64 = 10_000_000_000;

/// The number of a bill. It follows from the random part of its id; that a tenant has it once is the database's promise.
pub(crate) fn of(bill: BillId) -> String {
    let (_, random) = bill.uuid().as_u64_pair();
    let stem = (random & 0x3fff_ffff_ffff_ffff) % STEMS;
    format!("{stem:010}{:02}", check(stem))
}

fn check(stem: u64) -> u64 {
    98 - stem * 100 % 97
}

/// A number as somebody typed it, without what people put between digits: letters are capital, spaces, hyphens, points and
/// slashes are gone. Nothing when nothing is left.
pub fn normal(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    (!kept.is_empty()).then_some(kept)
}

/// Whether this is a number of ours, by its check digits.
pub fn valid(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit()) && text.parse::<u64>().is_ok_and(|n| n % 97 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    #[test]
    fn what_people_put_between_digits_does_not_count() {
        assert_eq!(normal(" 0123-4567 89/01."), Some("012345678901".into()));
        assert_eq!(normal("ab12"), Some("AB12".into()));
        assert_eq!(normal(" - "), None);
    }

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // 98 − (794 × 100 mod 97) = 44, the example of ISO 7064
        assert_eq!(check(794), 44);
    }

    proptest! {
        #[test]
        fn every_bill_has_a_number_that_proves_itself(id: u128) {
            let number = of(BillId::from_uuid(Uuid::from_u128(id)));
            prop_assert!(valid(&number), "{}", number);
            prop_assert_eq!(normal(&number), Some(number));
        }

        #[test]
        fn a_wrong_digit_or_a_swap_of_neighbours_is_no_number_of_ours(id: u128, at in 0usize..11, digit in 0u8..10) {
            let number = of(BillId::from_uuid(Uuid::from_u128(id)));
            let mut wrong = number.clone().into_bytes();
            wrong[at] = b'0' + digit;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(wrong == number || !valid(&wrong));
            let mut swapped = number.clone().into_bytes();
            swapped.swap(at, at + 1);
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert!(swapped == number || !valid(&swapped));
        }
    }
}
