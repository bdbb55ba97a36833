//! The days of the term, counted from today, so that the story is true whenever it is played.

use kernel::{Clock, clock::civil_day};
use time::{Date, Duration, Weekday};

/// How far ahead the term begins at least.
const AHEAD: Duration = Duration::days(120);

/// A term of half a year that begins some months from now.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    first_saturday: Date,
}

impl Calendar {
    /// As seen from today.
    pub fn from_today() -> Self {
        Self::after(civil_day(Clock::system().now()).saturating_add(AHEAD))
    }

    const fn after(day: Date) -> Self {
        Self { first_saturday: day.next_occurrence(Weekday::Saturday) }
    }

    pub fn starts_on(self) -> String {
        self.first_saturday.saturating_sub(Duration::days(2)).to_string()
    }

    /// Excluded.
    pub fn ends_on(self) -> String {
        self.first_saturday.saturating_add(Duration::days(182)).to_string()
    }

    /// The Saturdays of the term, from 0, and so many days after them.
    pub fn saturday(self, n: i64, later: i64) -> Date {
        self.first_saturday.saturating_add(Duration::weeks(n)).saturating_add(Duration::days(later))
    }
}

/// A time of a day in Japan.
pub fn at(day: Date, time: &str) -> String {
    format!("{day}T{time}:00+09:00")
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_term_begins_before_its_first_saturday_whatever_day_it_is() {
        for later in 0..14 {
            let term = Calendar::after(date!(2031 - 12 - 25).saturating_add(Duration::days(later)));
            assert_eq!(term.saturday(0, 0).weekday(), Weekday::Saturday);
            assert!(
                term.starts_on() < term.saturday(0, 0).to_string() && term.saturday(4, 1).to_string() < term.ends_on()
            );
        }
        assert_eq!(at(date!(2032 - 01 - 03), "10:00"), "2032-01-03T10:00:00+09:00");
    }
}
