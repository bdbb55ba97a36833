//! Conditions that never hold, and words in them that nothing is called by: a surcharge with a typing error would be dropped
//! without anybody noticing.

use std::collections::BTreeSet;

use super::{
    super::{
        document::{HireTariff, Key, Rule},
        facts::DayClass,
        predicate::{All, Any, Fact, Not, Predicate, Sort, Test, Value},
    },
    Findings, rows_of,
};

/// How many conditions of one list are held against each other.
const COMPARED: usize = 100;

/// The words that a document knows.
pub(super) struct Words<'a> {
    bands: BTreeSet<&'a str>,
    seasons: BTreeSet<&'a str>,
    /// None where a table prices rooms that it does not name.
    spaces: Option<BTreeSet<&'a str>>,
    /// Codes of slots; none where a table prices slots that it does not name.
    slots: Option<BTreeSet<&'a str>>,
}

impl<'a> Words<'a> {
    pub fn of(tariff: &'a HireTariff) -> Self {
        let every = |key: Key| {
            tariff.components.iter().all(|component| match &component.rule {
                Rule::Table { key: keys, .. } => keys.contains(&key),
                _ => true,
            })
        };
        let spaces = rows_of(tariff).filter_map(|(_, _, row)| row.space.as_deref()).collect();
        let spans = rows_of(tariff).filter_map(|(_, _, row)| row.span.as_deref());
        Self {
            bands: tariff.bands.iter().map(|band| band.code.as_str()).collect(),
            seasons: tariff.seasons.iter().map(|season| season.code.as_str()).collect(),
            spaces: every(Key::Space).then_some(spaces),
            slots: every(Key::Span).then(|| spans.flat_map(|span| span.split('+')).collect()),
        }
    }

    /// Whether a fact can ever be called that.
    pub fn knows(&self, fact: Fact, word: &str) -> bool {
        match fact {
            Fact::Band => self.bands.contains(word),
            Fact::Season => self.seasons.contains(word),
            Fact::DayClass => DayClass::ALL.into_iter().any(|class| class.as_str() == word),
            Fact::Space => self.spaces.as_ref().is_none_or(|spaces| spaces.contains(word)),
            Fact::Span => self.slots.as_ref().is_none_or(|slots| word.split('+').all(|slot| slots.contains(slot))),
            _ => true,
        }
    }
}

pub(super) fn predicate(when: &Predicate, here: &str, words: &Words<'_>, found: &mut Findings) {
    if found.full() {
        return;
    }
    match when {
        Predicate::All(All { all }) => {
            for (at, one) in all.iter().enumerate() {
                predicate(one, &format!("{here}/all/{at}"), words, found);
            }
            if all.len() > COMPARED {
                found.warning(here.to_owned(), "too_many", "So many conditions are not held against each other.");
                return;
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
                predicate(one, &format!("{here}/any/{at}"), words, found);
            }
        }
        Predicate::Not(Not { not }) => predicate(not, &format!("{here}/not"), words, found),
        Predicate::Test(one) => test(one, here, words, found),
    }
}

/// Two conditions that no use passes both.
fn contradict(one: &Predicate, other: &Predicate) -> bool {
    match (one, other) {
        // several meters may be on at once
        (Predicate::Test(one), Predicate::Test(other)) if one.fact == other.fact && one.fact != Fact::Meter => {
            one.of == other.of && apart(one, other)
        }
        (Predicate::Not(Not { not }), positive) | (positive, Predicate::Not(Not { not })) => **not == *positive,
        _ => false,
    }
}

/// Two tests of one fact that no value passes both.
fn apart(one: &Test, other: &Test) -> bool {
    let listed = |test: &Test| test.eq.is_some() || test.among.is_some();
    match (&one.range, &other.range) {
        (Some(a), Some(b)) if !listed(one) && !listed(other) => {
            let below = |until: Option<i64>, from: Option<i64>| until.zip(from).is_some_and(|(u, f)| u < f);
            below(a.until, b.from) || below(b.until, a.from)
        }
        _ if listed(one) => !one.values().any(|value| one.accepts(value) && other.accepts(value)),
        _ if listed(other) => !other.values().any(|value| one.accepts(value) && other.accepts(value)),
        _ => false,
    }
}

fn test(test: &Test, here: &str, words: &Words<'_>, found: &mut Findings) {
    let given = [test.eq.is_some(), test.among.is_some(), test.range.is_some()];
    if given.into_iter().filter(|given| *given).count() != 1 {
        found.error(here.to_owned(), "no_comparison", "A test has exactly one of eq, in and range.");
    }
    if test.of.is_some() != (test.fact == Fact::Headcount) {
        found.error(format!("{here}/of"), "no_comparison", "headcount, and it alone, says of which kind of people.");
    }
    let sort = test.fact.sort();
    if test.values().any(|value| value.sort() != sort) || (test.range.is_some() && sort != Sort::Number) {
        found.error(here.to_owned(), "wrong_sort", "The fact has values of another sort.");
    }
    let empty = test.among.as_ref().is_some_and(Vec::is_empty)
        || test.range.is_some_and(|range| range.from.zip(range.until).is_some_and(|(from, until)| until < from));
    if empty {
        found.error(here.to_owned(), "unreachable", "No value passes this test.");
    }
    let mut seen = BTreeSet::new();
    for value in test.values() {
        let Value::Text(text) = value else { continue };
        if !words.knows(test.fact, text) {
            found.error(here.to_owned(), "unreachable", format!("{text} never occurs."));
        }
        if !seen.insert(text) {
            found.warning(here.to_owned(), "repeated", format!("{text} is named twice."));
        }
    }
}
