//! Who gets a place: decided over what is known under the lock, without a database.

use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
};
use time::Duration;

use super::{State, Way};

/// The places of a class as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub capacity: i32,
    /// 関係者枠: of the capacity, for nobody but whom the staff seats.
    pub held_back: i32,
    pub taken: i32,
    pub waiting: i64,
    pub waiting_capacity: Option<i32>,
}

impl Standing {
    /// Places that anybody may have; below zero after a capacity was lowered.
    pub const fn free(&self) -> i32 {
        self.capacity.saturating_sub(self.held_back).saturating_sub(self.taken)
    }

    fn line_is_full(&self) -> bool {
        self.waiting_capacity.is_some_and(|most| self.waiting >= i64::from(most))
    }
}

/// What becomes of a party that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Seat,
    Wait,
    Enter,
    Screen,
    /// Neither a place nor room in the line.
    Full,
}

/// Nobody passes whoever waits, even when there are places; only the staff may seat somebody past the line.
pub fn place(way: Way, standing: &Standing, units: i32) -> Place {
    match way {
        Way::Draw => Place::Enter,
        Way::Screening => Place::Screen,
        Way::Staff if units <= standing.capacity.saturating_sub(standing.taken) => Place::Seat,
        Way::Staff => Place::Full,
        Way::FirstCome if standing.waiting == 0 && units <= standing.free() => Place::Seat,
        Way::FirstCome if standing.line_is_full() => Place::Full,
        Way::FirstCome => Place::Wait,
    }
}

/// Which of a line are promoted into so many free places, by their places in it. `strict`: the first who does not fit keeps
/// everybody behind from passing; otherwise the next that fits is taken.
pub fn promoted(line: &[i32], free: i32, strict: bool) -> Vec<usize> {
    let mut left = free;
    let mut chosen = Vec::new();
    for (at, units) in line.iter().enumerate() {
        if *units <= left {
            left = left.saturating_sub(*units);
            chosen.push(at);
        } else if strict {
            break;
        }
    }
    chosen
}

/// The state in which somebody has a place at once, and until when it is to be paid: the end of the civil day in Japan that
/// is so many days from now.
pub fn seated(total: i64, payment_days: i32, now: Instant) -> (State, Option<Instant>) {
    if total == 0 {
        return (State::Admitted, None);
    }
    let last = civil_day(now).saturating_add(Duration::days(i64::from(payment_days)));
    (State::PaymentDue, Some(start_of_day(last.next_day().unwrap_or(last))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn standing(capacity: i32, taken: i32, waiting: i64) -> Standing {
        Standing { capacity, held_back: 0, taken, waiting, waiting_capacity: None }
    }

    #[test]
    fn a_newcomer_never_passes_who_waits() {
        assert_eq!(place(Way::FirstCome, &standing(10, 5, 1), 1), Place::Wait);
        assert_eq!(place(Way::FirstCome, &standing(10, 5, 0), 5), Place::Seat);
        assert_eq!(place(Way::FirstCome, &standing(10, 5, 0), 6), Place::Wait);
        assert_eq!(place(Way::Staff, &standing(10, 5, 1), 5), Place::Seat);
        assert_eq!(place(Way::Staff, &standing(10, 5, 1), 6), Place::Full);
    }

    #[test]
    fn places_held_back_are_for_nobody_but_whom_the_staff_seats() {
        let held = Standing { held_back: 3, ..standing(10, 7, 0) };
        assert_eq!((place(Way::FirstCome, &held, 1), place(Way::Staff, &held, 3)), (Place::Wait, Place::Seat));
    }

    #[test]
    fn a_line_has_an_end() {
        let full = Standing { waiting_capacity: Some(2), ..standing(10, 10, 2) };
        assert_eq!(place(Way::FirstCome, &full, 1), Place::Full);
    }

    #[test]
    fn a_payment_is_due_by_the_end_of_a_day_in_japan() {
        // 00:30 in Japan, still the day before in UTC
        let now = datetime!(2026-11-20 15:30 UTC);
        assert_eq!(seated(1_000, 7, now), (State::PaymentDue, Some(datetime!(2026-11-28 15:00 UTC))));
        assert_eq!(seated(1_000, 0, now), (State::PaymentDue, Some(datetime!(2026-11-21 15:00 UTC))));
        assert_eq!(seated(0, 7, now), (State::Admitted, None));
    }

    proptest! {
        #[test]
        fn no_more_are_promoted_than_fit_and_none_is_left_who_would(
            line in proptest::collection::vec(1_i32..6, 0..20), free in -5_i32..20, strict: bool,
        ) {
            let chosen = promoted(&line, free, strict);
            let used: i32 = chosen.iter().map(|at| line[*at]).sum();
            prop_assert!(used <= free.max(0));
            let left = free - used;
            if strict {
                prop_assert!(chosen.iter().enumerate().all(|(place, at)| place == *at));
                prop_assert!(line.get(chosen.len()).is_none_or(|units| *units > left));
            } else {
                prop_assert!(line.iter().enumerate().all(|(at, units)| chosen.contains(&at) || *units > left));
            }
        }
    }
}
