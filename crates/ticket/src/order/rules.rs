//! Decisions about orders: numbers, deadlines, what is kept of the terms.

use db::Fault;
use kernel::{
    Instant,
    ids::{OrderId, OrderLineId, PerformanceId},
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::{Channel, Order, OrderState};
use crate::line::{self, Line};

/// What was promised when it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// 開場.
    #[serde(with = "time::serde::rfc3339")]
    pub enter_from: Instant,
    /// 終演.
    #[serde(with = "time::serde::rfc3339")]
    pub enter_until: Instant,
    /// How it may be paid; empty: in every way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_methods: Vec<String>,
}

/// What people read to each other and type: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn symbol(value: u64) -> char {
    let at = usize::try_from(value & 31).unwrap_or(0);
    ALPHABET.get(at).copied().map_or('0', char::from)
}

/// A number of 45 random bits and a check character (Luhn's rule in base 32): one wrong character and nearly every swap of
/// two neighbours are noticed.
pub fn number(random: u64) -> String {
    let digits: Vec<u64> = (0..9).map(|place| (random >> (place * 5)) & 31).collect();
    let check = (32 - luhn(&digits) % 32) % 32;
    let mut number: String = digits.iter().copied().map(symbol).collect();
    number.push(symbol(check));
    number.insert(5, '-');
    number
}

/// The number as it is kept, from what somebody typed: any case, with or without the hyphen. Nothing when it checks wrong.
pub fn read_number(typed: &str) -> Option<String> {
    let mut digits = Vec::with_capacity(10);
    for typed in typed.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
        let meant = match typed.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        digits.push(u64::try_from(ALPHABET.iter().position(|&known| known == meant)?).ok()?);
    }
    let (&check, body) = digits.split_last()?;
    if body.len() != 9 || !(luhn(body) + check).is_multiple_of(32) {
        return None;
    }
    let mut number: String = digits.iter().copied().map(symbol).collect();
    number.insert(5, '-');
    Some(number)
}

fn luhn(digits: &[u64]) -> u64 {
    digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| {
            let weighted = if place % 2 == 0 { digit * 2 } else { digit };
            weighted / 32 + weighted % 32
        })
        .sum()
}

/// Until when it must be paid: so many minutes from now, but not beyond the end of the performance.
pub fn due(policy: &Policy, payment_minutes: i64, now: Instant) -> Instant {
    (now + Duration::minutes(payment_minutes)).min(policy.enter_until).max(now)
}

/// A new order of these lines, unpaid, with ids and a number of its own.
///
/// # Errors
/// A [`Fault`] when the machine has no randomness to give.
pub fn draft(
    performance: PerformanceId,
    lines: Vec<Line>,
    channel: Channel,
    policy: Policy,
    now: Instant,
) -> Result<Order, Fault> {
    let lines: Vec<Line> = lines.into_iter().map(|line| Line { id: Some(OrderLineId::new(now)), ..line }).collect();
    Ok(Order {
        id: OrderId::new(now),
        number: number(random()?),
        performance,
        hold: None,
        patron: None,
        channel,
        state: OrderState::AwaitingPayment,
        total: line::total(&lines),
        lines,
        voided: 0,
        due_at: now,
        placed_at: now,
        paid_at: None,
        cancelled_at: None,
        version: 1,
        policy,
    })
}

/// # Errors
/// A [`Fault`] when the machine has no randomness to give.
pub(crate) fn random() -> Result<u64, Fault> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the machine gives randomness"))?;
    Ok(u64::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_reads_back_however_it_is_typed(random: u64) {
            let number = number(random);
            prop_assert_eq!(number.len(), 11);
            prop_assert_eq!(read_number(&number), Some(number.clone()));
            prop_assert_eq!(read_number(&number.to_lowercase().replace('-', " ")), Some(number));
        }

        #[test]
        fn one_wrong_character_is_noticed(random: u64, place in 0usize..11, other in 0usize..32) {
            let right = number(random);
            let mut wrong = right.clone().into_bytes();
            prop_assume!(wrong[place] != b'-' && wrong[place] != ALPHABET[other]);
            wrong[place] = ALPHABET[other];
            prop_assert_eq!(read_number(std::str::from_utf8(&wrong).unwrap()), None);
        }

        #[test]
        fn no_text_crashes_the_reader(text: String) {
            let _ = read_number(&text);
        }
    }
}
