//! What is wrong with a tariff before anybody is charged by it.

mod bands;
mod components;
mod cover;
mod extensions;
mod never;
mod overtime;
mod predicates;
mod schedules;
mod tables;
mod texts;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    ENGINE,
    document::{Component, HireTariff, Row, Rule},
    predicate::Predicate,
};

/// How many findings of each severity are told; what is still wrong beyond them shows when they are put right.
const MOST: usize = 1_000;

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

/// Errors and warnings, so many of each: what is only to be looked at hides nothing that is wrong.
#[derive(Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    errors: usize,
    warnings: usize,
}

impl Findings {
    pub fn error(&mut self, pointer: String, code: &'static str, sentence: impl Into<String>) {
        self.errors += 1;
        self.tell((self.errors, Severity::Error), pointer, code, sentence.into());
    }

    pub fn warning(&mut self, pointer: String, code: &'static str, sentence: impl Into<String>) {
        self.warnings += 1;
        self.tell((self.warnings, Severity::Warning), pointer, code, sentence.into());
    }

    fn tell(&mut self, (number, severity): (usize, Severity), pointer: String, code: &'static str, sentence: String) {
        let (pointer, sentence) = (texts::cut(pointer, 200), texts::cut(sentence, 500));
        if number < MOST {
            self.found.push(Finding { severity, pointer, code, sentence });
        } else if number == MOST {
            let sentence = "There is more; it is told when what is told here is put right.".to_owned();
            self.found.push(Finding { severity, pointer: String::new(), code: "and_more", sentence });
        }
    }

    /// Whether no more errors are told.
    pub const fn full(&self) -> bool {
        self.errors >= MOST
    }

    pub fn told(self) -> Vec<Finding> {
        self.found
    }
}

/// Everything that is wrong with a document, in its order. Empty when it may be published without a second thought.
pub fn lint(tariff: &HireTariff) -> Vec<Finding> {
    let mut found = Findings::default();
    if tariff.engine != ENGINE {
        found.error("/engine".into(), "unknown_engine", format!("The rules are of edition {ENGINE}."));
    }
    if tariff.effective_until.is_some_and(|until| until <= tariff.effective_from) {
        found.error("/effective_until".into(), "never_effective", "The version ends before it begins.");
    }
    texts::of_document(tariff, &mut found);
    bands::bands(&tariff.bands, &mut found);
    bands::seasons(&tariff.seasons, &mut found);
    if !tariff.components.iter().any(Component::prices_rooms) {
        found.error("/components".into(), "no_table", "Without a table no room has a price.");
    }
    cover::rooms(tariff, &mut found);
    let words = predicates::Words::of(tariff);
    let mut known = BTreeSet::new();
    for (at, component) in tariff.components.iter().enumerate() {
        let here = format!("/components/{at}");
        texts::of_component(component, &here, &mut found);
        components::component(component, &here, &known, &mut found);
        if let Some(when) = &component.when {
            predicates::condition(when, &format!("{here}/when"), &words, &mut found);
        }
        tables::table(component, &here, (tariff, &words), &mut found);
        if !known.insert(component.code.as_str()) {
            found.error(format!("{here}/code"), "duplicate_code", format!("{} is used twice.", component.code));
        }
    }
    components::unrounded(tariff, &mut found);
    components::lost_factors(tariff, &mut found);
    components::reduced_twice(tariff, &words, &mut found);
    components::equipped_twice(tariff, &words, &mut found);
    let errors = found.errors;
    schedules::cancel(tariff, &mut found);
    schedules::change(tariff, &mut found);
    if found.errors == errors {
        schedules::way_around(tariff, &mut found);
    }
    schedules::payment(tariff, &mut found);
    found.told()
}

/// Whether some use may pass all of several conditions, by the words of a document.
pub(super) fn may_pass(tariff: &HireTariff) -> impl Fn(&[&Predicate]) -> bool {
    let words = predicates::Words::of(tariff);
    move |all: &[&Predicate]| never::may_hold(all, &words)
}

/// Every row of every table, with the places of its component and of itself.
pub(super) fn rows_of(tariff: &HireTariff) -> impl Iterator<Item = (usize, usize, &Row)> {
    tariff.components.iter().enumerate().flat_map(|(at, component)| {
        let rows = match &component.rule {
            Rule::Table { rows, .. } => rows.as_slice(),
            _ => &[],
        };
        rows.iter().enumerate().map(move |(row, one)| (at, row, one))
    })
}
