//! How the state of seats is packed.

use sha2::{Digest, Sha256};

use super::SeatMap;

/// Packs one digit a seat (`0` free, `1` held, `2` sold, anything else not for sale) into two bits a seat.
pub fn seat_map(states: &str) -> SeatMap {
    let states = states.as_bytes();
    let bits: Vec<u8> = states
        .chunks(4)
        .map(|four| {
            four.iter().rev().fold(0u8, |byte, state| {
                byte << 2
                    | match state {
                        b'0' => 0,
                        b'1' => 1,
                        b'2' => 2,
                        _ => 3,
                    }
            })
        })
        .collect();
    let mut digest = Sha256::new();
    digest.update(u64::try_from(states.len()).unwrap_or(u64::MAX).to_be_bytes());
    digest.update(&bits);
    let version = digest.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    SeatMap { seats: states.len(), bits, version }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_seat_is_in_the_lowest_bits() {
        let map = seat_map("0123" /* free, held, sold, not for sale */);
        assert_eq!(map.bits, [0b11_10_01_00]);
        assert_eq!(seat_map("20").bits, [0b00_10]);
    }

    proptest! {
        #[test]
        fn every_seat_reads_back(states in "[0-3]{0,2000}") {
            let map = seat_map(&states);
            prop_assert_eq!(map.seats, states.len());
            for (at, state) in states.bytes().enumerate() {
                prop_assert_eq!((map.bits[at / 4] >> (at % 4 * 2)) & 3, state - b'0');
            }
        }
    }
}
