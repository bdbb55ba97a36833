//! On which days a layer holds.

use kernel::clock::is_in_season;
use time::{Date, Duration, util::days_in_month};

use super::{LayerDraft, LayerRule};
use crate::{
    catalogue::{CatalogueError, is_season},
    holiday::Holidays,
};

/// A closing day is moved over holidays in a row; there are never as many as this.
const LONGEST_ROW: i64 = 14;

/// A layer says something, of days there are, and its hours follow each other.
///
/// # Errors
/// [`CatalogueError::Layer`] with what is wrong first.
pub(super) fn expect_sound(draft: &LayerDraft) -> Result<(), CatalogueError> {
    let rule = &draft.rule;
    let faulty = [
        (draft.hours.is_none() && draft.day_class.is_none(), "says_nothing"),
        (faulty_list(rule.weekdays.as_ref(), |day| !(1..=7).contains(day)), "weekdays"),
        (faulty_list(rule.nth.as_ref(), |nth| !matches!(nth, -1 | 1..=5)), "nth"),
        (rule.nth.is_some() && rule.weekdays.is_none(), "nth_without_weekdays"),
        (rule.season.is_some_and(|season| !is_season(season)), "season"),
        (faulty_list(rule.dates.as_ref(), |(from, until)| from >= until), "dates"),
        (rule.moved_by_holiday && rule.holidays.is_some(), "moved_by_holiday"),
    ];
    if let Some((_, code)) = faulty.into_iter().find(|(wrong, _)| *wrong) {
        return Err(CatalogueError::Layer(code));
    }
    let hours = draft.hours.as_deref().unwrap_or_default();
    let sound = hours.iter().all(|(opens, closes)| (0..1_440).contains(opens) && opens < closes && *closes <= 2_880);
    let ordered = hours.windows(2).all(|pair| matches!(pair, [(_, before), (after, _)] if before <= after));
    if sound && ordered { Ok(()) } else { Err(CatalogueError::Layer("hours")) }
}

/// Whether a condition that is given names nothing, by which it would pass for none, or something that is wrong.
fn faulty_list<T>(given: Option<&Vec<T>>, wrong: impl Fn(&T) -> bool) -> bool {
    given.is_some_and(|list| list.is_empty() || list.iter().any(wrong))
}

impl LayerRule {
    /// Whether it depends on what is a holiday on which days the layer holds.
    pub const fn follows_holidays(&self) -> bool {
        self.moved_by_holiday || self.holidays.is_some()
    }

    /// Whether the layer holds a day.
    pub fn holds(&self, day: Date, holidays: &Holidays) -> bool {
        if !self.moved_by_holiday {
            return self.meant(day, holidays);
        }
        let free = holidays.name(day).is_none();
        let moved_here = || {
            let row = (1..=LONGEST_ROW).map_while(|back| day.checked_sub(Duration::days(back)));
            row.take_while(|before| holidays.name(*before).is_some()).any(|before| self.meant(before, holidays))
        };
        free && (self.meant(day, holidays) || moved_here())
    }

    fn meant(&self, day: Date, holidays: &Holidays) -> bool {
        let season = self.season.is_none_or(|season| is_in_season(season, day));
        let weekday = day.weekday().number_from_monday();
        let weekday = self.weekdays.as_ref().is_none_or(|weekdays| weekdays.contains(&weekday));
        let nth = self.nth.as_ref().is_none_or(|list| list.iter().any(|nth| is_nth(day, *nth)));
        let within = |(from, until): &(Date, Date)| (*from..*until).contains(&day);
        let dates = self.dates.as_ref().is_none_or(|dates| dates.iter().any(within));
        let holiday = self.holidays.is_none_or(|wanted| holidays.name(day).is_some() == wanted);
        season && weekday && nth && dates && holiday
    }
}

/// Whether a day is the n-th of its weekday in its month; −1: the last.
fn is_nth(day: Date, nth: i8) -> bool {
    let from_start = (day.day() - 1) / 7 + 1;
    let last = day.day() + 7 > days_in_month(day.month(), day.year());
    if nth == -1 { last } else { u8::try_from(nth).is_ok_and(|nth| nth == from_start) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn mondays() -> LayerRule {
        LayerRule { weekdays: Some(vec![1]), moved_by_holiday: true, ..LayerRule::default() }
    }

    #[test]
    fn a_closing_day_on_a_holiday_moves_to_the_next_day_that_is_none() {
        let law = Holidays::default();
        assert!(mondays().holds(date!(2026 - 11 - 16), &law));
        assert!(!mondays().holds(date!(2026 - 11 - 23), &law), "勤労感謝の日");
        assert!(mondays().holds(date!(2026 - 11 - 24), &law));
        assert!(!mondays().holds(date!(2026 - 11 - 25), &law));
    }

    #[test]
    fn it_moves_over_several_holidays_in_a_row() {
        let law = Holidays::default();
        let silver = [21, 22, 23, 24].map(|day| date!(2026 - 09 - 01).replace_day(day).unwrap());
        let closed = silver.map(|day| mondays().holds(day, &law));
        assert_eq!(closed, [false, false, false, true], "敬老の日, 国民の休日, 秋分の日, then Thursday");
    }

    #[test]
    fn the_third_and_the_last_tuesday() {
        let rule = LayerRule { weekdays: Some(vec![2]), nth: Some(vec![3, -1]), ..LayerRule::default() };
        let held = |day: u8| rule.holds(date!(2026 - 12 - 01).replace_day(day).unwrap(), &Holidays::default());
        assert_eq!((1..=31).filter(|day| held(*day)).collect::<Vec<_>>(), [15, 29]);
    }

    #[test]
    fn the_end_of_the_year_goes_over_it() {
        let rule = LayerRule { season: Some((1229, 103)), ..LayerRule::default() };
        let law = Holidays::default();
        assert!(rule.holds(date!(2026 - 12 - 31), &law) && rule.holds(date!(2027 - 01 - 03), &law));
        assert!(!rule.holds(date!(2027 - 01 - 04), &law));
    }

    proptest! {
        #[test]
        fn every_week_has_its_closing_day_or_a_holiday_in_its_place(days in 0i64..2_000) {
            let law = Holidays::default();
            let start = date!(2024 - 02 - 05) + Duration::days(days);
            let week = (0..14).map(|more| start + Duration::days(more));
            prop_assert!(week.into_iter().any(|day| mondays().holds(day, &law)));
        }
    }
}
