//! Time as the office keeps it: instants to the microsecond, civil days in Japan, fiscal years from April.

use std::sync::{Arc, Mutex};

use time::{Date, Duration, Month, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A moment, in UTC, to the microsecond (what PostgreSQL stores).
pub type Instant = OffsetDateTime;

/// Japan Standard Time. Japan has no daylight saving time, so no zone table is needed.
pub const JST: UtcOffset = match UtcOffset::from_hms(9, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// The civil day in Japan at this moment.
pub fn civil_day(at: Instant) -> Date {
    at.to_offset(JST).date()
}

/// The last civil day in Japan that has a moment before this one.
pub fn last_day(until: Instant) -> Date {
    civil_day(until.saturating_sub(Duration::MICROSECOND))
}

/// The first moment of a civil day in Japan.
pub fn start_of_day(day: Date) -> Instant {
    day.midnight().assume_offset(JST).to_offset(UtcOffset::UTC)
}

/// A moment as answers and refusals write it: RFC 3339, in Japan's time.
pub fn written(at: Instant) -> String {
    at.to_offset(JST).format(&Rfc3339).unwrap_or_default()
}

/// Whether a day is in a part of the year, told by its first and last day as month × 100 + day: over New Year when the first is the
/// greater.
pub fn is_in_season((from, until): (i32, i32), day: Date) -> bool {
    let key = i32::from(u8::from(day.month())) * 100 + i32::from(day.day());
    if from <= until { (from..=until).contains(&key) } else { key >= from || key <= until }
}

/// 年度: the fiscal year of a civil day, named by the calendar year in which its April falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiscalYear(pub i32);

impl FiscalYear {
    pub fn of(day: Date) -> Self {
        let before_april = u8::from(day.month()) < u8::from(Month::April);
        Self(if before_april { day.year() - 1 } else { day.year() })
    }
}

/// Drops what PostgreSQL cannot store, so that a moment reads back as it was written.
pub fn truncate(at: Instant) -> Instant {
    let micros = at.nanosecond() / 1_000 * 1_000;
    at.to_offset(UtcOffset::UTC).replace_nanosecond(micros).unwrap_or(at)
}

/// Where `now` comes from: the system, or a test's own hand.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<Mutex<Instant>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::advance`] or [`Clock::set`] moves it.
    pub fn manual(at: Instant) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(truncate(at)))))
    }

    /// This moment, to the microsecond.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::System => truncate(OffsetDateTime::now_utc()),
            Source::Manual(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Moves a manual clock forward; the system's clock is not ours to move.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(at) = &self.0 {
            let mut at = at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *at = truncate(at.saturating_add(by));
        }
    }

    /// Puts a manual clock to `to`.
    pub fn set(&self, to: Instant) {
        if let Source::Manual(at) = &self.0 {
            *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = truncate(to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn the_fiscal_year_turns_on_the_first_of_april() {
        assert_eq!(FiscalYear::of(date!(2027 - 03 - 31)), FiscalYear(2026));
        assert_eq!(FiscalYear::of(date!(2027 - 04 - 01)), FiscalYear(2027));
    }

    #[test]
    fn the_civil_day_turns_at_midnight_in_japan() {
        assert_eq!(civil_day(datetime!(2026-11-22 14:59:59 UTC)), date!(2026 - 11 - 22));
        assert_eq!(civil_day(datetime!(2026-11-22 15:00:00 UTC)), date!(2026 - 11 - 23));
        assert_eq!(start_of_day(date!(2026 - 11 - 23)), datetime!(2026-11-22 15:00:00 UTC));
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = Clock::manual(datetime!(2026-11-22 00:00:00.123456789 UTC));
        assert_eq!(clock.now().nanosecond(), 123_456_000);
        clock.advance(Duration::minutes(5));
        assert_eq!(clock.now(), datetime!(2026-11-22 00:05:00.123456 UTC));
    }
}
