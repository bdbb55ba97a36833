//! What may be chosen as a password (NIST SP 800-63B-4): long enough, and not predictable. No composition rules, no expiry.

use super::Fault;

/// Code points at least; a password that stands alone needs 15 (NIST SP 800-63B-4).
pub const MIN_LENGTH: usize = 15;
/// Code points at most, so that hashing stays bounded.
pub const MAX_LENGTH: usize = 256;

/// What must be left of a password when everything predictable is taken out of it.
const SURPRISES: usize = 8;

/// Words that fill passwords, Japanese ones included. Lists of whole passwords would not do: hardly any common password
/// has 15 characters, so people reach them by stringing common words, years and runs together.
const COMMON: &str = include_str!("common.txt");

const ROWS: [&str; 4] = ["1234567890-^", "qwertyuiop@[", "asdfghjkl;:]", "zxcvbnm,./"];
const READABLE: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Everything that stands against a password.
pub(super) fn faults(password: &str, context: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let length = password.chars().count();
    if length < MIN_LENGTH {
        faults.push(Fault::TooShort);
    }
    if length > MAX_LENGTH {
        faults.push(Fault::TooLong);
    }
    // quadratic work is bounded by the length check
    else if surprises(password, context) < SURPRISES {
        faults.push(Fault::Predictable);
    }
    faults
}

/// How many steps of the password could not be guessed from what comes before: a common word counts two, what is known of
/// the account and what continues a run, a keyboard row or a repetition nothing, any other character one.
fn surprises(password: &str, context: &[&str]) -> usize {
    let plain: Vec<char> = password.to_lowercase().chars().collect();
    let folded: Vec<char> = plain.iter().copied().map(unleet).collect();
    let known: Vec<Vec<char>> = known(context);
    let common: Vec<Vec<char>> = COMMON.split_whitespace().map(|word| word.chars().collect()).collect();
    let (mut at, mut count) = (0, 0);
    while at < plain.len() {
        let rests = [plain.get(at..).unwrap_or_default(), folded.get(at..).unwrap_or_default()];
        let (free, word) = (repeated(&plain, at).max(longest(&known, rests)), longest(&common, rests));
        if free > 0 && free >= word {
            at += free;
        } else if word > 0 {
            (at, count) = (at + word, count + 2);
        } else {
            (at, count) = (at + 1, count + usize::from(!continues(&plain, at)));
        }
    }
    count
}

/// The words of what is known of an account, three characters at least.
fn known(context: &[&str]) -> Vec<Vec<char>> {
    let words = context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.map(|word| word.to_lowercase().chars().collect::<Vec<char>>()).filter(|word| word.len() >= 3).collect()
}

/// The length of the longest word that stands at the start of either text, 0 when none does.
fn longest(words: &[Vec<char>], texts: [&[char]; 2]) -> usize {
    let here = words.iter().filter(|word| texts.iter().any(|text| text.starts_with(word)));
    here.map(Vec::len).max().unwrap_or(0)
}

/// How many characters from here on have come before in the same order; three at least count.
fn repeated(text: &[char], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let longest = (0..at)
        .map(|start| text.iter().skip(start).zip(rest).take_while(|(before, now)| before == now).count())
        .max()
        .unwrap_or(0);
    if longest >= 3 { longest } else { 0 }
}

/// Whether a character follows from the one before: the same, its neighbour in code or on a keyboard row.
fn continues(text: &[char], at: usize) -> bool {
    let Some((before, now)) = at.checked_sub(1).and_then(|before| Some((text.get(before)?, text.get(at)?))) else {
        return false;
    };
    let place = |c: &char| ROWS.iter().enumerate().find_map(|(row, keys)| keys.find(*c).map(|column| (row, column)));
    let beside = match (place(before), place(now)) {
        (Some((row, column)), Some((other_row, other))) => row == other_row && column.abs_diff(other) <= 1,
        _ => false,
    };
    beside || u32::from(*before).abs_diff(u32::from(*now)) <= 1
}

fn unleet(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        c => c,
    }
}

/// Random characters that are not misread; five bits each.
#[expect(clippy::expect_used, reason = "without random numbers no request may be served")]
pub(super) fn readable(length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    bytes.iter().map(|byte| READABLE.get(usize::from(byte % 32)).copied().map_or('0', char::from)).collect()
}

#[expect(clippy::expect_used, reason = "without random numbers no request may be served")]
pub(super) fn salt() -> [u8; 16] {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).expect("the system gives random numbers");
    salt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_not_in_bytes() {
        assert_eq!(faults("いろはにほへとちりぬるを", &[]), [Fault::TooShort]);
        assert_eq!(faults("色は匂へど散りぬるを我が世誰ぞ常ならむ", &[]), []);
        assert!(faults(&"xk".repeat(129), &[]).contains(&Fault::TooLong));
    }

    #[test]
    fn what_is_strung_together_from_common_things_is_predictable() {
        for password in [
            "passwordpassword",
            "Passw0rd!Passw0rd!",
            "123456789012345",
            "aaaaaaaaaaaaaaaaaaaa",
            "qwertyuiopasdfghjkl",
            "abcdefghijklmnop",
            "iloveyou20242024",
            "sakurasakurasakura",
            "xyz9xyz9xyz9xyz9xyz9",
            "administrator2026",
            "password12345678",
        ] {
            assert_eq!(faults(password, &[]), [Fault::Predictable], "{password}");
        }
    }

    #[test]
    fn what_is_known_of_the_account_does_not_count() {
        let password = "chuo-bunka-kaikan-1!";
        assert_eq!(faults(password, &["chuo bunka kaikan"]), [Fault::Predictable]);
    }

    #[test]
    fn phrases_and_random_strings_pass() {
        for password in
            ["correct horse battery staple", "h7#kQ2mzP9!vRt4x", "taiko drums behind the moat", "k3m97xqd5v2w8rt"]
        {
            assert_eq!(faults(password, &[]), [], "{password}");
        }
    }
}
