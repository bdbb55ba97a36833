//! What is wrong with a tariff before anybody is charged by it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    ENGINE,
    document::{Band, Component, ExtensionPrice, HireTariff, Key, Of, Per, Row, Rule, SpanBy},
    predicate::{All, Any, Not, Predicate, Test},
};

/// Whether a document may be published with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not before it is put right.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// RFC 6901: where in the document.
    pub pointer: String,
    /// Stable: `missing_row`, `overlapping_bands`.
    pub code: &'static str,
    pub sentence: String,
}

struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, pointer: String, code: &'static str, sentence: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Error, pointer, code, sentence: sentence.into() });
    }

    fn warning(&mut self, pointer: String, code: &'static str, sentence: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Warning, pointer, code, sentence: sentence.into() });
    }
}

/// Everything that is wrong with a document, in its order. Empty when it may be published without a second thought.
pub fn lint(tariff: &HireTariff) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    if tariff.engine != ENGINE {
        found.error("/engine".into(), "unknown_engine", format!("The rules are of edition {ENGINE}."));
    }
    if tariff.effective_until.is_some_and(|until| until <= tariff.effective_from) {
        found.error("/effective_until".into(), "never_effective", "The version ends before it begins.");
    }
    bands(&tariff.bands, &mut found);
    seasons(tariff, &mut found);
    if !tariff.components.iter().any(|component| matches!(component.rule, Rule::Table { .. })) {
        found.error("/components".into(), "no_table", "Without a table no room has a price.");
    }
    let mut known = BTreeSet::new();
    for (at, component) in tariff.components.iter().enumerate() {
        let here = format!("/components/{at}");
        of_component(component, &here, &known, &mut found);
        if let Some(when) = &component.when {
            predicate(when, &format!("{here}/when"), tariff, &mut found);
        }
        table(component, &here, tariff, &mut found);
        if !known.insert(component.code.as_str()) {
            found.error(format!("{here}/code"), "duplicate_code", format!("{} is used twice.", component.code));
        }
    }
    unrounded(tariff, &mut found);
    found.0
}

fn bands(bands: &[Band], found: &mut Findings) {
    let mut sorted: Vec<(usize, &Band)> = bands.iter().enumerate().collect();
    sorted.sort_by_key(|(_, band)| band.from);
    for (at, band) in &sorted {
        if band.from < 0 || band.until.is_some_and(|until| until < band.from) {
            found.error(format!("/bands/{at}"), "empty_band", format!("{} holds no admission.", band.code));
        }
        if bands.iter().filter(|other| other.code == band.code).count() > 1 {
            found.error(format!("/bands/{at}/code"), "duplicate_code", format!("{} is used twice.", band.code));
        }
    }
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

fn seasons(tariff: &HireTariff, found: &mut Findings) {
    for (at, season) in tariff.seasons.iter().enumerate() {
        let whole = |text: &str| {
            let parts = text.split_once('-').and_then(|(m, d)| Some((m.parse::<u8>().ok()?, d.parse::<u8>().ok()?)));
            parts.is_some_and(|(month, day)| (1..=12).contains(&month) && (1..=31).contains(&day))
        };
        for (name, text) in [("from", &season.from), ("until", &season.until)] {
            if !whole(text) {
                found.error(format!("/seasons/{at}/{name}"), "no_day", format!("{text} is no day: MM-DD."));
            }
        }
    }
    if tariff.seasons.is_empty() {
        return;
    }
    let year = (1..=366).filter_map(|day| time::Date::from_ordinal_date(2028, day).ok());
    for day in year {
        let holding = tariff.seasons.iter().filter(|season| season.holds(day)).count();
        if holding != 1 {
            let code = if holding == 0 { "gap_between_seasons" } else { "overlapping_seasons" };
            let (month, day) = (u8::from(day.month()), day.day());
            found.error("/seasons".into(), code, format!("{holding} seasons hold {month:02}-{day:02}."));
            return;
        }
    }
}

fn of_component(component: &Component, here: &str, known: &BTreeSet<&str>, found: &mut Findings) {
    let mut fraction = |num: i64, den: i64| {
        if den <= 0 || num < 0 {
            found.error(format!("{here}/rule/den"), "no_fraction", "A fraction has a positive denominator.");
        }
    };
    match &component.rule {
        Rule::Rate { num, den, .. } | Rule::Factor { num, den, .. } => fraction(*num, *den),
        Rule::Extension { price: ExtensionPrice::ShareOf { num, den, .. }, .. } => fraction(*num, *den),
        _ => {}
    }
    let mut positive = |amount: i64, name: &str| {
        if amount <= 0 {
            found.error(format!("{here}/rule/{name}"), "not_positive", format!("{name} is more than 0."));
        }
    };
    match &component.rule {
        Rule::Metered { per_minutes, .. } | Rule::Extension { per_minutes, .. } => {
            positive(*per_minutes, "per_minutes");
        }
        Rule::Round { unit, .. } => positive(*unit, "unit"),
        Rule::Table { per: Per::Minutes(step), .. } => positive(*step, "per"),
        _ => {}
    }
    let named: Vec<&String> = match &component.rule {
        Rule::Rate { of: Of::Codes(codes), .. } | Rule::Factor { of: Of::Codes(codes), .. } => codes.iter().collect(),
        Rule::Extension { price: ExtensionPrice::ShareOf { of, .. }, .. } => of.iter().collect(),
        Rule::Reduction { of, equipment, .. } => of.iter().chain(equipment).collect(),
        _ => Vec::new(),
    };
    for code in named.into_iter().filter(|code| !known.contains(code.as_str())) {
        let sentence = format!("{code} is no component before this one.");
        found.error(format!("{here}/rule/of"), "unknown_component", sentence);
    }
    if let Rule::Equipment { prices } = &component.rule {
        for (at, price) in prices.iter().enumerate() {
            if prices.iter().take(at).any(|other| other.item == price.item) {
                let sentence = format!("{} has a price already.", price.item);
                found.error(format!("{here}/rule/prices/{at}"), "unreachable", sentence);
            }
        }
    }
}

fn predicate(when: &Predicate, here: &str, tariff: &HireTariff, found: &mut Findings) {
    match when {
        Predicate::All(All { all }) => {
            for (at, one) in all.iter().enumerate() {
                predicate(one, &format!("{here}/all/{at}"), tariff, found);
            }
            for (at, one) in all.iter().enumerate() {
                if all.iter().take(at).any(|other| contradict(one, other)) {
                    let sentence = "Another condition beside it can not hold at the same time.";
                    found.error(format!("{here}/all/{at}"), "unreachable", sentence);
                }
            }
        }
        Predicate::Any(Any { any }) => {
            if any.is_empty() {
                found.error(format!("{here}/any"), "unreachable", "One of nothing never holds.");
            }
            for (at, one) in any.iter().enumerate() {
                predicate(one, &format!("{here}/any/{at}"), tariff, found);
            }
        }
        Predicate::Not(Not { not }) => predicate(not, &format!("{here}/not"), tariff, found),
        Predicate::Test(one) => test(one, here, tariff, found),
    }
}

/// Two tests of one fact that no value passes both.
fn contradict(one: &Predicate, other: &Predicate) -> bool {
    match (one, other) {
        (Predicate::Test(one), Predicate::Test(other)) if one.fact == other.fact => match (&one.eq, &other.eq) {
            (Some(value), _) => !other.accepts(value),
            (_, Some(value)) => !one.accepts(value),
            _ => match (&one.range, &other.range) {
                (Some(a), Some(b)) => {
                    let below = |until: Option<i64>, from: Option<i64>| until.zip(from).is_some_and(|(u, f)| u < f);
                    below(a.until, b.from) || below(b.until, a.from)
                }
                _ => false,
            },
        },
        (Predicate::Not(Not { not }), positive) | (positive, Predicate::Not(Not { not })) => **not == *positive,
        _ => false,
    }
}

fn test(test: &Test, here: &str, tariff: &HireTariff, found: &mut Findings) {
    let given = [test.eq.is_some(), test.among.is_some(), test.range.is_some()];
    if given.into_iter().filter(|given| *given).count() != 1 {
        found.error(here.to_owned(), "no_comparison", "A test has exactly one of eq, in and range.");
    }
    let sort = test.fact.sort();
    let values = test.eq.iter().chain(test.among.iter().flatten());
    if values.into_iter().any(|value| value.sort() != sort)
        || (test.range.is_some() && sort != super::predicate::Sort::Number)
    {
        found.error(here.to_owned(), "wrong_sort", "The fact has values of another sort.");
    }
    let empty = test.among.as_ref().is_some_and(Vec::is_empty)
        || test.range.is_some_and(|range| range.from.zip(range.until).is_some_and(|(from, until)| until < from));
    if empty {
        found.error(here.to_owned(), "unreachable", "No value passes this test.");
    }
    let known: Option<Vec<&str>> = match test.fact {
        super::Fact::Band => Some(tariff.bands.iter().map(|band| band.code.as_str()).collect()),
        super::Fact::Season => Some(tariff.seasons.iter().map(|season| season.code.as_str()).collect()),
        super::Fact::DayClass => Some(super::DayClass::ALL.map(super::DayClass::as_str).to_vec()),
        _ => None,
    };
    for value in test.eq.iter().chain(test.among.iter().flatten()) {
        if let (super::Value::Text(text), Some(known)) = (value, &known)
            && !known.contains(&text.as_str())
        {
            found.error(here.to_owned(), "unreachable", format!("{text} never occurs."));
        }
    }
}

/// The cell of a row under a key: the value's text.
fn cell(row: &Row, key: Key) -> Option<String> {
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

fn table(component: &Component, here: &str, tariff: &HireTariff, found: &mut Findings) {
    let Rule::Table { key, span_by, rows, .. } = &component.rule else { return };
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        let here = format!("{here}/rule/rows/{at}");
        let cells: Option<Vec<String>> = key.iter().map(|key| cell(row, *key)).collect();
        if row.yen.0 < 0 {
            found.error(format!("{here}/yen"), "negative", "A price is never negative.");
        }
        match cells {
            None => found.error(here, "incomplete_row", "The row does not say everything that the key names."),
            Some(cells) if seen.contains(&cells) => {
                found.error(here, "unreachable", format!("An earlier row is for {}, too.", cells.join(", ")));
            }
            Some(cells) => drop(seen.insert(cells)),
        }
    }
    let declared = |key: Key| -> BTreeSet<String> {
        let of_rows = rows.iter().filter_map(|row| cell(row, key));
        match key {
            Key::Band => of_rows.chain(tariff.bands.iter().map(|band| band.code.clone())).collect(),
            Key::Season => of_rows.chain(tariff.seasons.iter().map(|season| season.code.clone())).collect(),
            _ => of_rows.collect(),
        }
    };
    let mut wanted: Vec<Vec<String>> = vec![Vec::new()];
    for key in key {
        let values = declared(*key);
        wanted = wanted
            .into_iter()
            .flat_map(|cells| values.iter().map(move |value| [cells.as_slice(), std::slice::from_ref(value)].concat()))
            .collect();
    }
    for cells in wanted.into_iter().filter(|cells| !seen.contains(cells)) {
        let sentence = format!("There is no row for {}.", cells.join(", "));
        let sums = span_by.contains(&SpanBy::SumOfSlots) && cells.iter().any(|cell| cell.contains('+'));
        let here = format!("{here}/rule/rows");
        if sums {
            found.warning(here, "missing_row", format!("{sentence} The prices of its slots are added up."));
        } else {
            found.error(here, "missing_row", sentence);
        }
    }
}

/// Whatever makes fractions has a rounding after it.
fn unrounded(tariff: &HireTariff, found: &mut Findings) {
    let makes_fractions = |rule: &Rule| match rule {
        Rule::Rate { den, .. } | Rule::Factor { den, .. } => *den != 1,
        Rule::Reduction { .. } => true,
        _ => false,
    };
    let last = tariff.components.iter().rposition(|component| matches!(component.rule, Rule::Round { .. }));
    for (at, component) in tariff.components.iter().enumerate() {
        if makes_fractions(&component.rule) && last.is_none_or(|last| last < at) {
            let sentence = format!("Nothing rounds what {} makes.", component.code);
            found.error(format!("/components/{at}"), "never_rounded", sentence);
        }
    }
}
