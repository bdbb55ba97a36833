//! Ranges of admission and parts of the year: each admission and each day is in exactly one.

use std::collections::BTreeSet;

use time::{Date, Month};

use super::{
    super::document::{Band, Season},
    Findings,
};

/// A year that has every day a year can have.
const LEAP_YEAR: i32 = 2_028;

pub(super) fn bands(bands: &[Band], found: &mut Findings) {
    let mut codes = BTreeSet::new();
    for (at, band) in bands.iter().enumerate() {
        if band.from < 0 || band.until.is_some_and(|until| until < band.from) {
            found.error(format!("/bands/{at}"), "empty_band", format!("{} holds no admission.", band.code));
        }
        if !codes.insert(&band.code) {
            found.error(format!("/bands/{at}/code"), "duplicate_code", format!("{} is used twice.", band.code));
        }
    }
    let mut sorted: Vec<(usize, &Band)> = bands.iter().enumerate().collect();
    sorted.sort_by_key(|(_, band)| band.from);
    for pair in sorted.windows(2) {
        let [(_, lower), (at, upper)] = pair else { continue };
        match lower.until {
            Some(until) if until < upper.from.saturating_sub(1) => {
                let sentence = format!("No band holds an admission of {} yen.", until.saturating_add(1));
                found.error(format!("/bands/{at}/from"), "gap_between_bands", sentence);
            }
            Some(until) if until < upper.from => {}
            _ => {
                let sentence = format!("{} and {} both hold {} yen.", lower.code, upper.code, upper.from);
                found.error(format!("/bands/{at}/from"), "overlapping_bands", sentence);
            }
        }
    }
    if let (Some((first, lowest)), Some((last, highest))) = (sorted.first(), sorted.last()) {
        if lowest.from > 0 {
            found.error(format!("/bands/{first}/from"), "gap_between_bands", "No band holds a free event.");
        }
        if let Some(until) = highest.until {
            let sentence = format!("No band holds more than {until} yen.");
            found.error(format!("/bands/{last}/until"), "gap_between_bands", sentence);
        }
    }
}

/// Whether a text is `MM-DD` of a day that some year has.
fn is_day(text: &str) -> bool {
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.split_once('-').filter(|(month, day)| digits(month) && digits(day));
    let read = parts.and_then(|(month, day)| Some((month.parse::<u8>().ok()?, day.parse::<u8>().ok()?)));
    let day = read.and_then(|(month, day)| Date::from_calendar_date(LEAP_YEAR, Month::try_from(month).ok()?, day).ok());
    day.is_some()
}

pub(super) fn seasons(seasons: &[Season], found: &mut Findings) {
    let mut codes = BTreeSet::new();
    let mut whole = true;
    for (at, season) in seasons.iter().enumerate() {
        for (name, text) in [("from", &season.from), ("until", &season.until)] {
            if !is_day(text) {
                whole = false;
                found.error(format!("/seasons/{at}/{name}"), "no_day", "There is no such day: MM-DD.");
            }
        }
        if !codes.insert(&season.code) {
            found.error(format!("/seasons/{at}/code"), "duplicate_code", format!("{} is used twice.", season.code));
        }
    }
    if seasons.is_empty() || !whole {
        return;
    }
    for day in (1..=366).filter_map(|day| Date::from_ordinal_date(LEAP_YEAR, day).ok()) {
        let holding = seasons.iter().filter(|season| season.holds(day)).count();
        if holding != 1 {
            let code = if holding == 0 { "gap_between_seasons" } else { "overlapping_seasons" };
            let (month, day) = (u8::from(day.month()), day.day());
            found.error("/seasons".into(), code, format!("{holding} seasons hold {month:02}-{day:02}."));
            return;
        }
    }
}
