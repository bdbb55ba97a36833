//! Age and school grade on a civil day in Japan: pure.

use kernel::FiscalYear;
use serde::Serialize;
use time::{Date, Month};

/// Full years on a civil day. A year is completed with the end of the day before the birthday (年齢計算ニ関スル法律, 民法143条),
/// so on the birthday it is; who was born on 29 February completes it on 1 March of a year without one. Nothing before birth.
pub fn age_on(birth: Date, on: Date) -> Option<u16> {
    let reached = (u8::from(on.month()), on.day()) >= (u8::from(birth.month()), birth.day());
    let years = on.year() - birth.year() - i32::from(!reached);
    if on < birth { None } else { u16::try_from(years).ok() }
}

/// 学年: 1 to 6 primary school, 7 to 9 middle school, 10 to 12 high school; 0 is the year before school (年長), down to -5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SchoolGrade(i8);

impl SchoolGrade {
    /// Nothing for what is no grade.
    pub fn new(grade: i64) -> Option<Self> {
        i8::try_from(grade).ok().filter(|grade| (-5..=12).contains(grade)).map(Self)
    }

    pub const fn number(self) -> i8 {
        self.0
    }

    /// The grade of who was in this one on a day, in the school year of another: everybody moves up each April. Nothing after high
    /// school.
    pub fn moved_up(self, since: Date, on: Date) -> Option<Self> {
        let years = FiscalYear::of(on).0 - FiscalYear::of(since).0;
        Self::new(i64::from(self.0) + i64::from(years))
    }

    /// As schools call it: 小1, 中3, 高2, 年長.
    pub fn label(self) -> String {
        match self.0 {
            10.. => format!("高{}", self.0 - 9),
            7..=9 => format!("中{}", self.0 - 6),
            1..=6 => format!("小{}", self.0),
            0 => "年長".into(),
            -1 => "年中".into(),
            -2 => "年少".into(),
            younger => format!("{}歳児", younger + 5),
        }
    }
}

/// The grade of the school year (April to March) in which the day lies; nothing after high school and for who is not born.
///
/// School begins on the first 1 April after the day on which six years are completed (学校教育法17条), and those are completed
/// on the day before the birthday: so 2 April to 1 April are one grade, and who is born on 1 April belongs to the earlier one.
pub fn grade_on(birth: Date, on: Date) -> Option<SchoolGrade> {
    if on < birth {
        return None;
    }
    let early = (u8::from(birth.month()), birth.day()) <= (u8::from(Month::April), 1);
    let enters = birth.year() + if early { 6 } else { 7 };
    SchoolGrade::new(i64::from(FiscalYear::of(on).0 - enters) + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, macros::date};

    use super::*;

    fn grade(birth: Date, on: Date) -> Option<i8> {
        grade_on(birth, on).map(SchoolGrade::number)
    }

    #[test]
    fn who_is_born_on_1_april_enters_school_a_year_before_who_is_born_on_2_april() {
        assert_eq!(grade(date!(2020 - 04 - 01), date!(2026 - 04 - 01)), Some(1));
        assert_eq!(grade(date!(2020 - 04 - 02), date!(2026 - 04 - 01)), Some(0));
        assert_eq!(grade(date!(2019 - 04 - 02), date!(2026 - 04 - 01)), Some(1));
        assert_eq!(grade(date!(2020 - 04 - 02), date!(2027 - 03 - 31)), Some(0));
        assert_eq!(grade(date!(2020 - 04 - 02), date!(2027 - 04 - 01)), Some(1));
        assert_eq!(grade(date!(2020 - 02 - 29), date!(2026 - 04 - 01)), Some(1));
        assert_eq!(grade(date!(2008 - 04 - 01), date!(2026 - 04 - 01)), None);
        assert_eq!(grade(date!(2008 - 04 - 02), date!(2026 - 04 - 01)), Some(12));
    }

    #[test]
    fn a_year_is_completed_on_the_birthday_and_on_1_march_where_there_is_no_29_february() {
        assert_eq!(age_on(date!(2016 - 02 - 29), date!(2026 - 02 - 28)), Some(9));
        assert_eq!(age_on(date!(2016 - 02 - 29), date!(2026 - 03 - 01)), Some(10));
        assert_eq!(age_on(date!(2016 - 02 - 29), date!(2028 - 02 - 28)), Some(11));
        assert_eq!(age_on(date!(2016 - 02 - 29), date!(2028 - 02 - 29)), Some(12));
        assert_eq!(age_on(date!(1961 - 11 - 23), date!(2026 - 11 - 22)), Some(64));
        assert_eq!(age_on(date!(1961 - 11 - 23), date!(2026 - 11 - 23)), Some(65));
        assert_eq!(age_on(date!(2026 - 11 - 23), date!(2026 - 11 - 23)), Some(0));
        assert_eq!(age_on(date!(2026 - 11 - 23), date!(2026 - 11 - 22)), None);
    }

    #[test]
    fn grades_are_called_as_schools_call_them() {
        let called: Vec<_> = (-5..=12).filter_map(SchoolGrade::new).map(SchoolGrade::label).collect();
        let expected = "0歳児 1歳児 2歳児 年少 年中 年長 小1 小2 小3 小4 小5 小6 中1 中2 中3 高1 高2 高3";
        assert_eq!(called.join(" "), expected);
        assert_eq!((SchoolGrade::new(13), SchoolGrade::new(-6)), (None, None));
    }

    fn day(offset: i64) -> Date {
        date!(1930 - 01 - 01) + Duration::days(offset)
    }

    proptest! {
        #[test]
        fn on_1_april_a_grade_is_five_below_the_age(birth in 0i64..36_000, year in 1960i32..2060) {
            let (birth, april) = (day(birth), Date::from_calendar_date(year, Month::April, 1).unwrap());
            if let Some(grade) = grade(birth, april) {
                prop_assert_eq!(i32::from(grade), i32::from(age_on(birth, april).unwrap()) - 5);
            }
        }

        #[test]
        fn a_school_year_has_one_grade_and_the_next_one_more(birth in 0i64..36_000, on in 0i64..40_000) {
            let (birth, on) = (day(birth), day(on));
            if let (Some(here), Some(next)) = (grade(birth, on), on.replace_year(on.year() + 1).ok().and_then(|on| grade(birth, on))) {
                prop_assert_eq!(next, here + 1);
            }
            if let (Some(here), Some(tomorrow)) = (grade(birth, on), on.next_day().and_then(|on| grade(birth, on))) {
                let april = on.next_day().is_some_and(|day| day.month() == Month::April && day.day() == 1);
                prop_assert_eq!(tomorrow - here, i8::from(april));
            }
        }

        #[test]
        fn everybody_of_a_school_year_is_of_one_grade(year in 1990i32..2030, first in 0i64..365, second in 0i64..365, on in 0i64..20_000) {
            let start = Date::from_calendar_date(year, Month::April, 2).unwrap();
            let end = Date::from_calendar_date(year + 1, Month::April, 1).unwrap();
            let on = end + Duration::days(on);
            let (one, other) = (start + Duration::days(first), start + Duration::days(second));
            prop_assume!(one <= end && other <= end);
            prop_assert_eq!(grade(one, on), grade(other, on));
        }

        #[test]
        fn age_grows_by_one_a_year_and_never_shrinks(birth in 0i64..36_000, on in 0i64..40_000) {
            let (birth, on) = (day(birth), day(on));
            if let Some(here) = age_on(birth, on) {
                let tomorrow = age_on(birth, on.next_day().unwrap()).unwrap();
                prop_assert!(tomorrow == here || tomorrow == here + 1);
            }
        }
    }
}
