//! 別表: rows that are missing, doubled, or never reached.

use std::collections::BTreeSet;

use super::{
    super::{
        document::{Component, HireTariff, Key, Row, Rule, SpanBy},
        facts::DayClass,
        predicate::{Fact, Value},
    },
    Findings,
    predicates::Words,
};

/// Rows that a table may be held against; a table that would need more is not looked through.
pub(super) const MOST_CELLS: usize = 100_000;

/// What a row has under a key; none: that there is none of it.
pub(super) type Cell = Option<String>;

impl Key {
    /// Whether a row may leave it out: then it is for who has none of it.
    const fn may_be_none(self) -> bool {
        matches!(self, Self::UserClass | Self::UseKind)
    }

    pub(in super::super) const fn fact(self) -> Fact {
        match self {
            Self::Space => Fact::Space,
            Self::DayClass => Fact::DayClass,
            Self::Band => Fact::Band,
            Self::Season => Fact::Season,
            Self::Span => Fact::Span,
            Self::UserClass => Fact::UserClass,
            Self::UseKind => Fact::UseKind,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::DayClass => "day_class",
            Self::Band => "band",
            Self::Season => "season",
            Self::Span => "span",
            Self::UserClass => "user_class",
            Self::UseKind => "use_kind",
        }
    }
}

fn cell(row: &Row, key: Key) -> Cell {
    match key {
        Key::Space => row.space.clone(),
        Key::DayClass => row.day_class.map(|class| class.as_str().to_owned()),
        Key::Band => row.band.clone(),
        Key::Season => row.season.clone(),
        Key::Span => row.span.clone(),
        Key::UserClass => row.user_class.clone(),
        Key::UseKind => row.use_kind.clone(),
    }
}

fn told(cells: &[Cell]) -> String {
    cells.iter().map(|cell| cell.as_deref().unwrap_or("none")).collect::<Vec<_>>().join(", ")
}

pub(super) fn table(
    component: &Component,
    here: &str,
    (tariff, words): (&HireTariff, &Words<'_>),
    found: &mut Findings,
) {
    let Rule::Table { key, span_by, rows, .. } = &component.rule else { return };
    keys(key, span_by, here, found);
    let mut seen: BTreeSet<Vec<Cell>> = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        let here = format!("{here}/rule/rows/{at}");
        let cells: Vec<Cell> = key.iter().map(|key| cell(row, *key)).collect();
        if key.iter().zip(&cells).any(|(key, cell)| cell.is_none() && !key.may_be_none()) {
            found.error(here, "incomplete_row", "The row does not say everything that the key names.");
            continue;
        }
        if !may_be(component, key, &cells) {
            found.error(here, "unreachable", "The component's own condition excludes this row.");
        } else if let Some(word) = undeclared(row, key, words) {
            found.error(here, "unreachable", format!("{word} is not declared in this document."));
        } else if !seen.insert(cells.clone()) {
            found.error(here, "unreachable", format!("An earlier row is for {}, too.", told(&cells)));
        }
    }
    missing(component, here, tariff, &seen, found);
}

fn keys(key: &[Key], span_by: &[SpanBy], here: &str, found: &mut Findings) {
    for (at, one) in key.iter().enumerate() {
        if key.iter().take(at).any(|other| other == one) {
            found.error(format!("{here}/rule/key/{at}"), "repeated", format!("{} is a key already.", one.word()));
        }
    }
    if key.contains(&Key::Span) && span_by.is_empty() {
        found.error(format!("{here}/rule/span_by"), "unreachable", "No way to look up slots is named.");
    }
}

/// Whether the component can be for a use with these values.
fn may_be(component: &Component, key: &[Key], cells: &[Cell]) -> bool {
    let Some(when) = &component.when else { return true };
    let value = |cell: &Cell| cell.clone().map(Value::Text);
    let given: Vec<(Fact, Option<Value>)> =
        key.iter().zip(cells).map(|(key, cell)| (key.fact(), value(cell))).collect();
    // the row of a single slot is also looked up for a use of several
    let given: Vec<_> = given.into_iter().filter(|(fact, _)| *fact != Fact::Span).collect();
    when.may_hold(&given)
}

/// A band or season that a row names and the document does not.
fn undeclared<'a>(row: &'a Row, key: &[Key], words: &Words<'_>) -> Option<&'a str> {
    let named = [(Key::Band, row.band.as_deref()), (Key::Season, row.season.as_deref())];
    let named = named.into_iter().filter(|(of, _)| key.contains(of)).filter_map(|(of, word)| Some((of, word?)));
    named.filter(|(of, word)| !words.knows(of.fact(), word)).map(|(_, word)| word).next()
}

/// The values that a key may have: those that rows name, and all that the document or the law knows.
fn values(component: &Component, key: Key, rows: &[Row], tariff: &HireTariff) -> BTreeSet<Cell> {
    let mut values: BTreeSet<Cell> = match key {
        Key::Band => tariff.bands.iter().map(|band| Some(band.code.clone())).collect(),
        Key::Season => tariff.seasons.iter().map(|season| Some(season.code.clone())).collect(),
        Key::DayClass => {
            let special = rows.iter().any(|row| row.day_class == Some(DayClass::Special));
            // a house that declares special days has rows for them
            DayClass::expected(special).map(|class| Some(class.as_str().to_owned())).collect()
        }
        _ => rows.iter().map(|row| cell(row, key)).filter(|cell| cell.is_some() || key.may_be_none()).collect(),
    };
    if key.may_be_none() {
        values.insert(None);
    }
    values.retain(|value| may_be(component, &[key], std::slice::from_ref(value)));
    values
}

fn missing(component: &Component, here: &str, tariff: &HireTariff, seen: &BTreeSet<Vec<Cell>>, found: &mut Findings) {
    let Rule::Table { key, span_by, rows, .. } = &component.rule else { return };
    let here = format!("{here}/rule/rows");
    if rows.is_empty() {
        found.error(here, "missing_row", "There is no row at all.");
        return;
    }
    let values: Vec<Vec<Cell>> =
        key.iter().map(|key| values(component, *key, rows, tariff).into_iter().collect()).collect();
    let wanted = values.iter().try_fold(1usize, |sum, values| sum.checked_mul(values.len()));
    let Some(wanted) = wanted.filter(|wanted| *wanted <= MOST_CELLS) else {
        let sentence = format!("The table would need more than {MOST_CELLS} rows; make several tables of it.");
        found.error(here, "table_too_large", sentence);
        return;
    };
    for number in 0..wanted {
        if found.full() {
            return;
        }
        let cells = combination(&values, number);
        if seen.contains(&cells) || !may_be(component, key, &cells) {
            continue;
        }
        let sentence = format!("There is no row for {}.", told(&cells));
        let of = |wanted: Key| key.iter().zip(&cells).find(|(key, _)| **key == wanted).map(|(_, cell)| cell);
        let several = of(Key::Span).and_then(Option::as_deref).is_some_and(|span| span.contains('+'));
        let nobody = key.iter().zip(&cells).any(|(key, cell)| key.may_be_none() && cell.is_none());
        if several && span_by.contains(&SpanBy::SumOfSlots) {
            found.warning(here.clone(), "missing_row", format!("{sentence} The prices of its slots are added up."));
        } else if nobody {
            found.warning(here.clone(), "missing_row", sentence);
        } else {
            found.error(here.clone(), "missing_row", sentence);
        }
    }
}

/// The combination of that number, when the last value changes first.
pub(super) fn combination<T: Clone>(values: &[Vec<Option<T>>], number: usize) -> Vec<Option<T>> {
    let mut left = number;
    let mut cells: Vec<Option<T>> = Vec::with_capacity(values.len());
    for values in values.iter().rev() {
        let many = values.len().max(1);
        cells.push(values.get(left % many).cloned().flatten());
        left /= many;
    }
    cells.reverse();
    cells
}
