//! Prices of extensions by their time: rows that hide each other, also over midnight, and times that no row holds.

use std::collections::BTreeSet;

use super::{
    super::{
        clock::{self, DAY},
        document::ExtensionRow,
        facts::DayClass,
    },
    Findings,
};

/// A row with when it begins and ends.
type Timed<'a> = (&'a ExtensionRow, i64, i64);

/// Times that are times, none that an earlier row has already, and none between them that no row has.
pub(super) fn rows(rows: &[ExtensionRow], here: &str, found: &mut Findings) {
    let here = format!("{here}/rule/price/rows");
    if rows.is_empty() {
        found.error(here, "unreachable", "No row holds any time.");
        return;
    }
    let errors = found.errors;
    let mut before: Vec<Timed<'_>> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if found.full() {
            return;
        }
        let here = format!("{here}/{at}");
        let (from, until) = (clock::minutes(&row.from), clock::minutes(&row.until));
        for (name, time) in [("from", from), ("until", until)] {
            if time.is_none() {
                found.error(format!("{here}/{name}"), "no_time", "There is no such time: HH:MM, until 48:00.");
            }
        }
        let (Some(from), Some(until)) = (from, until) else { continue };
        if until <= from {
            found.error(here.clone(), "unreachable", "It ends before it begins; after midnight it goes on to 24:00.");
        }
        hidden(&before, (row, from, until), here, found);
        before.push((row, from, until));
    }
    if found.errors == errors {
        gaps(&before, &here, found);
    }
}

fn hidden(before: &[Timed<'_>], (row, from, until): Timed<'_>, here: String, found: &mut Findings) {
    let same_or_all = |other: &ExtensionRow| {
        (row.space == other.space || other.space.is_none())
            && (row.day_class == other.day_class || other.day_class.is_none())
    };
    let one_room = |other: &ExtensionRow| row.space.is_none() || other.space.is_none() || row.space == other.space;
    let one_class =
        |other: &ExtensionRow| row.day_class.is_none() || other.day_class.is_none() || row.day_class == other.day_class;
    let meets = |(_, begins, ends): &Timed<'_>, later: i64| *begins < until + later && from + later < *ends;
    let night = |one: &&Timed<'_>| meets(one, DAY) || meets(one, -DAY);
    if let Some((other, ..)) = before.iter().find(|one| same_or_all(one.0) && meets(one, 0)) {
        let sentence = format!("An earlier row is for the time from {} to {}, too.", other.from, other.until);
        found.error(here, "unreachable", sentence);
    } else if let Some((other, ..)) =
        before.iter().filter(|one| one_room(one.0) && one_class(one.0) && one.0.yen != row.yen).find(night)
    {
        let sentence = format!(
            "The night has another price in the row from {} to {}: 00:00 is the morning of the day of use, 24:00 the night after it.",
            other.from, other.until
        );
        found.warning(here, "two_prices_of_a_night", sentence);
    }
}

/// Times of the day at which a step has no price.
fn gaps(rows: &[Timed<'_>], here: &str, found: &mut Findings) {
    let mut rooms: BTreeSet<Option<&str>> = rows.iter().map(|(row, ..)| row.space.as_deref()).collect();
    let named: BTreeSet<DayClass> = rows.iter().filter_map(|(row, ..)| row.day_class).collect();
    let every = DayClass::expected(named.contains(&DayClass::Special)).map(Some);
    let classes: Vec<Option<DayClass>> = if named.is_empty() { vec![None] } else { every.collect() };
    // rows for all rooms are told once
    if rooms.contains(&None) {
        rooms.retain(Option::is_none);
    }
    for room in rooms {
        for class in &classes {
            let fits = |row: &ExtensionRow| {
                row.space.as_deref().is_none_or(|space| Some(space) == room)
                    && row.day_class.is_none_or(|one| Some(one) == *class)
            };
            let times = between(rows.iter().filter(|(row, ..)| fits(row)).map(|(_, from, until)| (*from, *until)));
            if times.is_empty() {
                continue;
            }
            let told = |(from, until): &(i64, i64)| format!("from {} to {}", clock::clock(*from), clock::clock(*until));
            let times = times.iter().map(told).collect::<Vec<_>>().join(", ");
            let of = room.into_iter().chain(class.map(DayClass::as_str)).collect::<Vec<_>>().join(", ");
            let of = if of.is_empty() { of } else { format!(" for {of}") };
            found.warning(here.to_owned(), "gap_between_rows", format!("No row holds the time {times}{of}."));
        }
    }
}

/// The times of a day that none of these is about.
fn between(times: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let today = |(from, until): (i64, i64)| [(from, until.min(DAY)), ((from - DAY).max(0), until - DAY)];
    let mut times: Vec<(i64, i64)> = times.flat_map(today).filter(|(from, until)| from < until).collect();
    times.sort_unstable();
    let (mut reached, mut gaps) = (0, Vec::new());
    for (from, until) in times.into_iter().chain([(DAY, DAY)]) {
        if reached < from {
            gaps.push((reached, from));
        }
        reached = reached.max(until);
    }
    gaps
}
