//! 祝日: the law's holidays come with the program (国民の祝日に関する法律, from 2024 on); a contractor adds, renames and strikes out.

mod events;
mod rules;
pub(crate) mod sql;

use std::{collections::BTreeMap, sync::LazyLock};

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse};
use time::{Date, Duration, format_description::BorrowedFormatItem, macros::format_description};

use crate::{
    behind,
    catalogue::{CatalogueError, expect_nothing_behind},
    closure::Collision,
    facility, problems,
};

/// How many days around a time count: a closing day is moved by holidays before it, and the next open day is looked for behind it.
pub(crate) const MARGIN: Duration = Duration::days(70);

/// The law's, by day. The days of the equinoxes are fixed by the cabinet each February; those to come are as computed.
static NATIONAL: LazyLock<BTreeMap<Date, String>> =
    LazyLock::new(|| read(include_str!("../data/jp_holidays.csv")).unwrap_or_default().into_iter().collect());

/// The most that one file may hold: five lines for every day of eight years.
const MOST_LINES: usize = 15_000;

/// Which days are holidays for one contractor.
#[derive(Debug, Clone, Default)]
pub struct Holidays {
    /// What the contractor says; nothing: not a holiday.
    own: BTreeMap<Date, Option<String>>,
    /// Why what was said last closes what was let.
    despite: BTreeMap<Date, String>,
}

/// What is said of a day: its name, that it is no holiday (`Some(None)`), or that it is left to the law.
pub type Said = (Date, Option<Option<String>>);

/// A holiday, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub day: Date,
    /// Nothing: the contractor struck out the law's.
    pub name: Option<String>,
    /// Whether the contractor said it.
    pub own: bool,
    /// Why it closes times that were let already: the house's own words.
    pub closed_despite: Option<String>,
}

impl Holidays {
    /// With what a contractor says.
    pub fn with(own: impl IntoIterator<Item = (Date, Option<String>)>) -> Self {
        Self { own: own.into_iter().collect(), despite: BTreeMap::new() }
    }

    /// As they would be when something else is said of some days.
    pub fn instead(&self, said: &[Said]) -> Self {
        let mut after = self.clone();
        for (day, name) in said {
            match name {
                Some(name) => after.own.insert(*day, name.clone()),
                None => after.own.remove(day),
            };
        }
        after
    }

    /// What a day is called, if it is a holiday.
    pub fn name(&self, day: Date) -> Option<&str> {
        match self.own.get(&day) {
            Some(own) => own.as_deref(),
            None => NATIONAL.get(&day).map(String::as_str),
        }
    }

    /// Every day between two, the second excluded, that is a holiday or was struck out.
    pub fn between(&self, from: Date, until: Date) -> Vec<Holiday> {
        let mut found: BTreeMap<Date, Holiday> = BTreeMap::new();
        let told = |day: Date, name: Option<String>, own| Holiday { name, own, ..self.unnamed(day) };
        if from < until {
            for (day, name) in NATIONAL.range(from..until) {
                found.insert(*day, told(*day, Some(name.clone()), false));
            }
            for (day, name) in self.own.range(from..until) {
                found.insert(*day, told(*day, name.clone(), true));
            }
        }
        found.into_values().collect()
    }

    /// What one day is.
    pub fn on(&self, day: Date) -> Holiday {
        let next = day.next_day().unwrap_or(day);
        self.between(day, next).pop().unwrap_or_else(|| self.unnamed(day))
    }

    /// A day that neither the law nor the contractor names.
    fn unnamed(&self, day: Date) -> Holiday {
        Holiday { day, name: None, own: false, closed_despite: self.despite.get(&day).cloned() }
    }
}

/// What taking over a file of holidays came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many days it named.
    pub days: usize,
    /// Of those, in their order, where the contractor said something else by hand: that stands.
    pub kept: Vec<Date>,
    /// What an earlier file named and this one does not, between its first day and its last: as the law says again.
    pub taken_away: Vec<Date>,
}

/// What is wrong with a file of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// From 1, the heading included.
    pub line: usize,
    /// `no_date`, `no_name`, `date_twice`, `too_many`.
    pub code: &'static str,
}

/// Why no holiday was changed.
#[derive(Debug, thiserror::Error)]
pub enum HolidayError {
    #[error("the file has faults")]
    Lines(Vec<LineFault>),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for HolidayError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Lines(faults) => {
                let told = faults.iter().map(|one| serde_json::json!({ "line": one.line, "code": one.code }));
                problems::HOLIDAY_LINES.refuse().fact("faults", told.collect::<Vec<_>>())
            }
            Self::Catalogue(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Reads `2026-11-23,勤労感謝の日` or, as the Cabinet Office writes it, `2026/11/23,勤労感謝の日`; the first line may be a heading.
///
/// # Errors
/// Everything that is wrong, by line.
pub fn read(text: &str) -> Result<Vec<(Date, String)>, Vec<LineFault>> {
    const ISO: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
    const CABINET: &[BorrowedFormatItem<'_>] = format_description!("[year]/[month padding:none]/[day padding:none]");
    let (mut found, mut faults) = (BTreeMap::new(), Vec::new());
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let mut fault = |code| faults.push(LineFault { line: at + 1, code });
        if at >= MOST_LINES {
            fault("too_many");
            break;
        }
        let (day, name) = line.split_once(',').unwrap_or((line, ""));
        let (day, name) = (day.trim().trim_matches('"'), name.trim().trim_matches('"'));
        match Date::parse(day, ISO).or_else(|_| Date::parse(day, CABINET)) {
            Err(_) if at == 0 || line.trim().is_empty() => {}
            Err(_) => fault("no_date"),
            Ok(_) if name.is_empty() => fault("no_name"),
            Ok(day) if found.insert(day, name.chars().take(50).collect()).is_some() => fault("date_twice"),
            Ok(_) => {}
        }
    }
    if faults.is_empty() { Ok(found.into_iter().collect()) } else { Err(faults) }
}

/// What the contractor says between two days, the second excluded.
///
/// # Errors
/// A [`Fault`].
pub async fn of(tx: &mut TenantTx, from: Date, until: Date) -> Result<Holidays, Fault> {
    let mut found = Holidays::default();
    for row in sql::between(tx, from, until).await? {
        if !row.by_law {
            found.own.insert(row.day, row.name);
        }
        found.despite.extend(row.closed_despite.map(|why| (row.day, why)));
    }
    Ok(found)
}

/// Says what a day is, or leaves it to the law again. What was quoted before that is not held after it.
///
/// # Errors
/// [`HolidayError::Catalogue`]: `Behind` with what was let for times that are closed by that, unless it says why.
pub async fn set(
    tx: &mut TenantTx,
    said: Said,
    despite: Option<String>,
    now: Instant,
) -> Result<Holiday, HolidayError> {
    let day = said.0;
    facility::lock_all(tx).await?;
    say(tx, (vec![said], false), despite, now).await?;
    journal(tx, now, &events::HolidaySet { day: day.to_string() }).await?;
    Ok(of(tx, day, day.next_day().unwrap_or(day)).await?.on(day))
}

/// What was let for times that would be closed when something else is said of a day, in the order of time, at most 200. Nothing is
/// said.
///
/// # Errors
/// A [`Fault`].
pub async fn preview(tx: &mut TenantTx, said: Said, now: Instant) -> Result<Vec<Collision>, Fault> {
    let before = around(tx, now).await?;
    behind::holidays(tx, (&before, &before.instead(&[said])), now).await
}

/// Takes over a file of holidays, as a whole or not at all. What was said by hand stands, also against a file that comes later, until
/// [`set`] leaves the day to the law; what an earlier file said of the days from the first to the last of this one, and it does not, is
/// taken away.
///
/// # Errors
/// [`HolidayError`]: `Lines`; `Catalogue` as [`set`].
pub async fn import(
    tx: &mut TenantTx,
    text: &str,
    despite: Option<String>,
    now: Instant,
) -> Result<Imported, HolidayError> {
    let named = read(text).map_err(HolidayError::Lines)?;
    facility::lock_all(tx).await?;
    let had = match named.first().zip(named.last()) {
        Some(((first, _), (last, _))) => sql::between(tx, *first, last.next_day().unwrap_or(*last)).await?,
        None => Vec::new(),
    };
    let (said, told) = rules::taken_over(named, &had);
    say(tx, (said, true), despite, now).await?;
    journal(tx, now, &events::HolidaysImported { days: told.days }).await?;
    Ok(told)
}

/// Says what days are, by hand or by a file. Why it closes what was let is kept with those that become holidays by it, or are none any
/// more. The facilities are locked.
async fn say(
    tx: &mut TenantTx,
    (said, imported): (Vec<Said>, bool),
    despite: Option<String>,
    now: Instant,
) -> Result<(), HolidayError> {
    let before = around(tx, now).await?;
    let after = before.instead(&said);
    let found = behind::holidays(tx, (&before, &after), now).await?;
    let despite = expect_nothing_behind(found, despite)?;
    let why = |day: Date| despite.clone().filter(|_| before.name(day).is_some() != after.name(day).is_some());
    let row = |(day, name): Said| {
        let by_law = name.is_none();
        sql::Row { day, name: name.flatten(), by_law, closed_despite: why(day), imported }
    };
    Ok(sql::put(tx, said.into_iter().map(row).collect(), now).await?)
}

/// The holidays by which it is decided when anything is open that can be let.
async fn around(tx: &mut TenantTx, now: Instant) -> Result<Holidays, Fault> {
    let (from, until) = behind::days(now);
    of(tx, from.saturating_sub(MARGIN), until.saturating_add(MARGIN)).await
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_law_is_overruled_by_the_contractor_and_by_nobody_else() {
        let law = Holidays::default();
        assert_eq!(law.name(date!(2026 - 11 - 23)), Some("勤労感謝の日"));
        assert_eq!(law.name(date!(2026 - 11 - 24)), None);
        let own =
            Holidays::with([(date!(2026 - 11 - 23), None), (date!(2026 - 11 - 24), Some("市制記念日".to_owned()))]);
        assert_eq!((own.name(date!(2026 - 11 - 23)), own.name(date!(2026 - 11 - 24))), (None, Some("市制記念日")));
        let told: Vec<_> =
            own.between(date!(2026 - 11 - 01), date!(2026 - 12 - 01)).into_iter().map(|one| one.own).collect();
        assert_eq!(told, [false, true, true], "the third, the struck out, the added");
    }

    #[test]
    fn what_is_left_to_the_law_again_is_as_if_nothing_had_been_said() {
        let (struck, added) = (date!(2026 - 11 - 23), date!(2026 - 11 - 24));
        let own = Holidays::with([(struck, None), (added, Some("市制記念日".to_owned()))]);
        let after = own.instead(&[(struck, None), (added, None)]);
        assert_eq!((after.name(struck), after.name(added)), (Some("勤労感謝の日"), None));
        let after = own.instead(&[(added, Some(None)), (struck, Some(Some("休日".to_owned())))]);
        assert_eq!((after.name(struck), after.name(added)), (Some("休日"), None));
        assert!(!after.on(date!(2026 - 11 - 25)).own && after.on(added).own);
    }

    #[test]
    fn the_file_of_the_cabinet_office_is_read_and_every_fault_is_told() {
        let good = read("国民の祝日・休日月日,国民の祝日・休日名称\n2026/1/1,元日\n2026/1/12,成人の日\n").unwrap();
        assert_eq!(good[1], (date!(2026 - 01 - 12), "成人の日".to_owned()));
        let faults = read("date,name\n2026-02-30,なし\n2026-01-01,\n2026-01-02,a\n2026-01-02,b\n").unwrap_err();
        let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.code)).collect();
        assert_eq!(told, [(2, "no_date"), (3, "no_name"), (5, "date_twice")]);
    }
}
