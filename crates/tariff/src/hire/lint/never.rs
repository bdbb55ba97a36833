//! Conditions that no use passes: each fact is tried with the values that the condition tells apart.

use std::collections::BTreeSet;

use super::{
    super::predicate::{Fact, Predicate, Sort, Test, Value},
    Findings,
    predicates::Words,
};

/// How often values are tried; a condition that is not decided by then is let pass.
const MOST_TRIES: usize = 10_000;

/// A fact that tests are about, of one kind of people; of what is on, each thing by itself.
type Atom<'a> = (Fact, Option<&'a str>);

/// An atom with what it is; none: that there is none of it.
type Given<'a> = (Atom<'a>, Option<Value>);

/// Tells which of several conditions is the first that no use passes with those before it.
pub(super) fn together(all: &[Predicate], here: &str, words: &Words<'_>, found: &mut Findings) {
    let never = |many: &usize| !may_hold(&all.iter().take(*many).collect::<Vec<_>>(), words);
    if never(&all.len())
        && let Some(many) = (1..=all.len()).find(never)
    {
        let sentence = "Another condition beside it can not hold at the same time.";
        found.error(format!("{here}/all/{}", many - 1), "unreachable", sentence);
    }
}

/// Whether some use may pass all of these.
pub(super) fn may_hold(parts: &[&Predicate], words: &Words<'_>) -> bool {
    let tests: Vec<&Test> = parts.iter().flat_map(|part| part.tests()).collect();
    let named: BTreeSet<Atom<'_>> = tests.iter().flat_map(|test| atoms(test)).collect();
    // what no use passes whatever else is true of it is not tried with everything else
    let alone = |atom: Atom<'_>| {
        let passes = |value: &Option<Value>| {
            let given = [(atom, value.clone())];
            parts.iter().all(|part| part.possible(&|test: &Test| known(test, &given)).0)
        };
        values(atom, &tests, words).into_iter().filter(passes).collect::<Vec<_>>()
    };
    let open: Vec<(Atom<'_>, Vec<Option<Value>>)> = named.into_iter().map(|atom| (atom, alone(atom))).collect();
    open.iter().all(|(_, values)| !values.is_empty()) && search(parts, &open, &mut Vec::new(), &mut 0)
}

fn search<'a>(
    parts: &[&Predicate],
    atoms: &[(Atom<'a>, Vec<Option<Value>>)],
    given: &mut Vec<Given<'a>>,
    tries: &mut usize,
) -> bool {
    *tries += 1;
    if *tries > MOST_TRIES {
        return true;
    }
    let known = |test: &Test| known(test, given);
    if !parts.iter().all(|part| part.possible(&known).0) {
        return false;
    }
    let Some((atom, values)) = atoms.get(given.len()) else { return true };
    values.iter().any(|value| {
        given.push((*atom, value.clone()));
        let holds = search(parts, atoms, given, tries);
        given.pop();
        holds
    })
}

/// Whether a test passes by what is given so far.
fn known(test: &Test, given: &[Given<'_>]) -> Option<bool> {
    let of = |kind: Option<&str>| given.iter().find(|(atom, _)| *atom == (test.fact, kind)).map(|(_, value)| value);
    if test.fact == Fact::Meter {
        let on: Vec<Option<bool>> =
            test.texts().map(|word| of(Some(word)).map(|value| *value == Some(Value::Truth(true)))).collect();
        return if on.contains(&Some(true)) { Some(true) } else { (!on.contains(&None)).then_some(false) };
    }
    of(test.of.as_deref()).map(|value| value.as_ref().is_some_and(|value| test.accepts(value)))
}

fn atoms(test: &Test) -> Vec<Atom<'_>> {
    match test.fact {
        Fact::Meter => test.texts().map(|word| (Fact::Meter, Some(word))).collect(),
        fact => vec![(fact, test.of.as_deref())],
    }
}

/// The values of an atom that tests tell apart: those that they name, and one that they do not.
fn values(atom: Atom<'_>, tests: &[&Test], words: &Words<'_>) -> Vec<Option<Value>> {
    let (fact, kind) = atom;
    let about = || tests.iter().filter(move |test| test.fact == fact && test.of.as_deref() == kind);
    match fact.sort() {
        Sort::Text if fact == Fact::Meter => truths(),
        Sort::Truth => truths(),
        Sort::Number => {
            let numbers = about().flat_map(|test| numbers(test));
            let beside = |number: i64| [number.saturating_sub(1), number, number.saturating_add(1)];
            let all: BTreeSet<i64> = numbers.flat_map(beside).chain([0]).collect();
            all.into_iter().map(|number| Some(Value::Number(number))).collect()
        }
        Sort::Text => {
            let declared = words.declared(fact);
            let other = declared.is_empty().then_some(None);
            let all: BTreeSet<&str> = declared.into_iter().chain(about().flat_map(|test| test.texts())).collect();
            all.into_iter().map(|word| Some(Value::Text(word.to_owned()))).chain(other).collect()
        }
    }
}

fn truths() -> Vec<Option<Value>> {
    [true, false].map(|truth| Some(Value::Truth(truth))).to_vec()
}

/// The numbers at which a test may begin or cease to pass.
fn numbers(test: &Test) -> Vec<i64> {
    let listed = test.values().filter_map(|value| match value {
        Value::Number(number) => Some(*number),
        _ => None,
    });
    let ends = test.range.iter().flat_map(|range| [range.from, range.until]).flatten();
    listed.chain(ends).collect()
}
