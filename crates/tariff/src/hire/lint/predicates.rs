//! Conditions that never hold, and words in them that nothing is called by: a surcharge with a typing error would be dropped
//! without anybody noticing.

use std::collections::BTreeSet;

use super::{
    super::{
        document::{HireTariff, Key, Rule},
        facts::DayClass,
        predicate::{All, Any, Fact, Not, Predicate, Sort, Test, Value},
    },
    Findings, never, rows_of,
};

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

    /// What a fact can be called by what this document declares; nothing where that is not for it to say.
    pub fn declared(&self, fact: Fact) -> Vec<&'a str> {
        match fact {
            Fact::Band => self.bands.iter().copied().collect(),
            Fact::Season => self.seasons.iter().copied().collect(),
            Fact::DayClass => DayClass::ALL.into_iter().map(DayClass::as_str).collect(),
            _ => Vec::new(),
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

/// Everything that is wrong with the condition of a component; what is wrong with a part of it is told of that part alone.
pub(super) fn condition(when: &Predicate, here: &str, words: &Words<'_>, found: &mut Findings) {
    let errors = found.errors;
    predicate(when, here, words, found);
    if found.errors == errors && !never::may_hold(&[when], words) {
        found.error(here.to_owned(), "unreachable", "No use passes this condition.");
    }
}

fn predicate(when: &Predicate, here: &str, words: &Words<'_>, found: &mut Findings) {
    if found.full() {
        return;
    }
    match when {
        Predicate::All(All { all }) => {
            let errors = found.errors;
            for (at, one) in all.iter().enumerate() {
                predicate(one, &format!("{here}/all/{at}"), words, found);
            }
            if found.errors == errors {
                never::together(all, here, words, found);
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
