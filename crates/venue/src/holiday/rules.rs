//! What a file of holidays says beside what is said already.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::{Imported, Said, sql::Row};

/// What is said by a file, of what was said between its first and its last day: nothing of what was said by hand, and what an earlier
/// file named and this one does not is left to the law.
pub(super) fn taken_over(named: Vec<(Date, String)>, had: &[Row]) -> (Vec<Said>, Imported) {
    let mut told = Imported { days: named.len(), ..Imported::default() };
    let by_hand = |row: &&Row| !row.by_law && !row.imported;
    let stands: BTreeMap<Date, Option<&str>> =
        had.iter().filter(by_hand).map(|row| (row.day, row.name.as_deref())).collect();
    let still: BTreeSet<Date> = named.iter().map(|(day, _)| *day).collect();
    let gone = |row: &&Row| row.imported && !row.by_law && !still.contains(&row.day);
    told.taken_away = had.iter().filter(gone).map(|row| row.day).collect();
    let mut said: Vec<Said> = told.taken_away.iter().map(|day| (*day, None)).collect();
    for (day, name) in named {
        match stands.get(&day) {
            None => said.push((day, Some(Some(name)))),
            Some(own) if *own == Some(name.as_str()) => {}
            Some(_) => told.kept.push(day),
        }
    }
    (said, told)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_file_leaves_what_was_said_by_hand_and_takes_away_what_an_earlier_one_said() {
        let (struck, same, gone) = (date!(2026 - 11 - 23), date!(2026 - 12 - 01), date!(2026 - 12 - 10));
        let (left, again) = (date!(2026 - 12 - 11), date!(2026 - 12 - 12));
        let row = |day, name: Option<&str>, by_law, imported| Row {
            day,
            name: name.map(str::to_owned),
            by_law,
            closed_despite: None,
            imported,
        };
        let had = [
            row(struck, None, false, false),
            row(same, Some("開館記念日"), false, false),
            row(gone, Some("市制記念日"), false, true),
            row(left, None, true, true),
            row(again, None, true, false),
        ];
        let named = [(struck, "勤労感謝の日"), (same, "開館記念日"), (again, "臨時の休日")];
        let (said, told) = taken_over(named.map(|(day, name)| (day, name.to_owned())).to_vec(), &had);
        assert_eq!(told, Imported { days: 3, kept: vec![struck], taken_away: vec![gone] });
        assert_eq!(said, [(gone, None), (again, Some(Some("臨時の休日".to_owned())))], "by law is nothing said");
    }
}
