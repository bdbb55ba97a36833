//! 開催日自動設定: the days on which a class meets, from a period and days of the week; and the same days in another term.

use kernel::{
    Instant,
    clock::{FiscalYear, start_of_day},
};
use time::{Date, Duration};

/// Days that a period has at most.
pub const LONGEST_PERIOD: i64 = 400;

/// When a class meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Civil days in Asia/Tokyo, the second excluded.
    pub from: Date,
    pub until: Date,
    /// ISO 8601: 1 is Monday, 7 Sunday.
    pub weekdays: Vec<u8>,
    /// Minutes after midnight; the second at most 1,440.
    pub starts_minute: u16,
    pub ends_minute: u16,
    /// Days on which it does not meet in any case.
    pub except: Vec<Date>,
    /// How many sessions at most.
    pub most: usize,
}

/// Why there is no session on a day that the pattern means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayOff {
    /// 祝日, with its name.
    Holiday(String),
    /// 休館日, with what the house says about it.
    Closed(Option<String>),
    /// Left out by whoever asked.
    Excluded,
}

/// A pattern laid over the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaidOut {
    /// The sessions in the order of time: half-open.
    pub sessions: Vec<(Instant, Instant)>,
    /// Days that the pattern means, before the last session, on which there is none.
    pub skipped: Vec<(Date, DayOff)>,
}

impl Pattern {
    /// What contradicts itself in it, as a word: `period`, `weekdays` or `times`.
    pub fn fault(&self) -> Option<&'static str> {
        let days = (self.until - self.from).whole_days();
        let checks = [
            (!(1..=LONGEST_PERIOD).contains(&days), "period"),
            (self.weekdays.is_empty() || self.weekdays.iter().any(|day| !(1..=7).contains(day)), "weekdays"),
            (self.starts_minute >= self.ends_minute || self.ends_minute > 1_440, "times"),
        ];
        checks.into_iter().find(|(wrong, _)| *wrong).map(|(_, fault)| fault)
    }

    /// The sessions, with every day that is left out and why. `off` says of the house's days.
    pub fn lay_out(&self, off: impl Fn(Date) -> Option<DayOff>) -> LaidOut {
        let mut laid = LaidOut::default();
        let days =
            (0..(self.until - self.from).whole_days()).map_while(|more| self.from.checked_add(Duration::days(more)));
        for day in days.filter(|day| self.weekdays.contains(&day.weekday().number_from_monday())) {
            if laid.sessions.len() >= self.most {
                break;
            }
            let left_out = self.except.contains(&day).then_some(DayOff::Excluded).or_else(|| off(day));
            match left_out {
                Some(why) => laid.skipped.push((day, why)),
                None => laid.sessions.push((at(day, self.starts_minute), at(day, self.ends_minute))),
            }
        }
        laid
    }
}

fn at(day: Date, minute: u16) -> Instant {
    start_of_day(day).saturating_add(Duration::minutes(minute.into()))
}

/// How far things of one term move to be in another: whole weeks, so that they stay on their day of the week, and as near to the
/// difference of the beginnings as weeks come.
pub fn shift(from: Date, to: Date) -> Duration {
    let days = (to - from).whole_days();
    Duration::weeks(days.saturating_add(3).div_euclid(7))
}

/// A day of the year of one term, in that of another: the same day as many fiscal years later as they are apart, so that what is
/// judged on 1 April is judged on 1 April. The last day of February for one that the year does not have.
pub fn same_day(day: Date, from: Date, to: Date) -> Date {
    let years = FiscalYear::of(to).0.saturating_sub(FiscalYear::of(from).0);
    let year = day.year().saturating_add(years);
    day.replace_year(year).or_else(|_| day.replace_day(28).and_then(|day| day.replace_year(year))).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use kernel::clock::civil_day;
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;

    fn saturdays() -> Pattern {
        Pattern {
            from: date!(2027 - 04 - 01),
            until: date!(2027 - 06 - 01),
            weekdays: vec![6],
            starts_minute: 600,
            ends_minute: 690,
            except: vec![date!(2027 - 04 - 17)],
            most: 5,
        }
    }

    #[test]
    fn a_day_that_counts_stays_the_same_day_of_its_year() {
        let (spring, autumn, next) = (date!(2027 - 04 - 03), date!(2027 - 10 - 02), date!(2028 - 04 - 01));
        let april = date!(2027 - 04 - 01);
        assert_eq!((same_day(april, spring, autumn), same_day(april, autumn, next)), (april, date!(2028 - 04 - 01)));
        assert_eq!(same_day(april, next, date!(2027 - 01 - 09)), date!(2025 - 04 - 01), "two fiscal years before");
        assert_eq!(same_day(date!(2028 - 02 - 29), spring, next), date!(2029 - 02 - 28));
        assert_eq!(same_day(date!(2024 - 02 - 29), date!(2024 - 04 - 01), next), date!(2028 - 02 - 29));
    }

    #[test]
    fn closed_days_and_holidays_do_not_count_among_the_sessions() {
        let off = |day: Date| match day {
            day if day == date!(2027 - 04 - 10) => Some(DayOff::Closed(Some("館内整理日".into()))),
            day if day == date!(2027 - 05 - 01) => Some(DayOff::Holiday("休日".into())),
            _ => None,
        };
        let laid = saturdays().lay_out(off);
        let days: Vec<Date> = laid.sessions.iter().map(|(starts, _)| civil_day(*starts)).collect();
        let expected = [(4, 3), (4, 24), (5, 8), (5, 15), (5, 22)];
        let expected =
            expected.map(|(month, day): (u8, u8)| Date::from_calendar_date(2027, month.try_into().unwrap(), day));
        assert_eq!(days, expected.map(Result::unwrap));
        assert_eq!(laid.sessions[0], (datetime!(2027-04-03 10:00 +9), datetime!(2027-04-03 11:30 +9)));
        let skipped: Vec<_> = laid.skipped.into_iter().map(|(_, why)| why).collect();
        let why = [DayOff::Closed(Some("館内整理日".into())), DayOff::Excluded, DayOff::Holiday("休日".into())];
        assert_eq!(skipped, why);
    }

    #[test]
    fn what_contradicts_itself_is_named() {
        assert_eq!(saturdays().fault(), None);
        assert_eq!(Pattern { until: date!(2027 - 04 - 01), ..saturdays() }.fault(), Some("period"));
        assert_eq!(Pattern { weekdays: vec![8], ..saturdays() }.fault(), Some("weekdays"));
        assert_eq!(Pattern { ends_minute: 600, ..saturdays() }.fault(), Some("times"));
        assert_eq!(Pattern { ends_minute: 1_441, ..saturdays() }.fault(), Some("times"));
    }

    proptest! {
        #[test]
        fn every_day_that_is_meant_has_a_session_or_a_reason_until_there_are_enough(
            start in 0_i64..1_000, length in 1_i64..LONGEST_PERIOD, weekdays in proptest::collection::vec(1_u8..=7, 1..4),
            most in 1_usize..40, closed in 1_i64..9,
        ) {
            let from = date!(2026 - 01 - 01) + Duration::days(start);
            let pattern = Pattern { from, until: from + Duration::days(length), weekdays, most, except: Vec::new(), ..saturdays() };
            let off = |day: Date| ((day - from).whole_days() % closed == 0).then_some(DayOff::Closed(None));
            let laid = pattern.lay_out(off);
            let mut days: Vec<Date> = laid.sessions.iter().map(|(starts, _)| civil_day(*starts)).collect();
            prop_assert!(days.len() <= most && days.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(days.iter().all(|day| off(*day).is_none()));
            prop_assert!(laid.sessions.iter().all(|(starts, ends)| *ends - *starts == Duration::minutes(90)));
            let full = days.len() == most;
            let last = if full { *days.last().unwrap() } else { pattern.until - Duration::DAY };
            days.extend(laid.skipped.iter().map(|(day, _)| *day));
            days.sort_unstable();
            let meant = (0..length).map(|more| from + Duration::days(more))
                .filter(|day| pattern.weekdays.contains(&day.weekday().number_from_monday()) && *day <= last);
            prop_assert_eq!(days, meant.collect::<Vec<_>>());
        }

        #[test]
        fn what_moves_to_another_term_stays_on_its_day_of_the_week(start in 0_i64..2_000, later in -800_i64..800) {
            let from = date!(2026 - 01 - 01) + Duration::days(start);
            let to = from + Duration::days(later);
            let by = shift(from, to);
            prop_assert_eq!((from + by).weekday(), from.weekday());
            prop_assert!(((from + by) - to).whole_days().abs() <= 3);
        }
    }
}
