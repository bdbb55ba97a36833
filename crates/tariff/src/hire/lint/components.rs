//! Components by themselves, and in their order.

use std::collections::BTreeSet;

use kernel::Yen;

use super::{
    super::{
        document::{Component, EquipmentPrice, ExtensionPrice, HireTariff, Of, Per, Rule},
        predicate::Predicate,
    },
    Findings, extensions, never,
    predicates::Words,
};

pub(super) fn component(component: &Component, here: &str, known: &BTreeSet<&str>, found: &mut Findings) {
    numbers(component, here, found);
    amounts(component, here, found);
    names(component, here, known, found);
    match &component.rule {
        Rule::Equipment { prices } => {
            let mut seen = BTreeSet::new();
            for (at, price) in prices.iter().enumerate() {
                if !seen.insert(&price.item) {
                    let sentence = format!("{} has a price already.", price.item);
                    found.error(format!("{here}/rule/prices/{at}"), "unreachable", sentence);
                }
            }
        }
        Rule::Extension { price: ExtensionPrice::Rows(rows), .. } => extensions::rows(rows, here, found),
        _ => {}
    }
}

fn numbers(component: &Component, here: &str, found: &mut Findings) {
    let mut fraction = |num: i64, den: i64, at: &str| {
        if den <= 0 || num < 0 {
            found.error(format!("{here}/rule{at}/den"), "no_fraction", "A fraction has a positive denominator.");
        }
    };
    match &component.rule {
        Rule::Rate { num, den, .. } | Rule::Factor { num, den, .. } => fraction(*num, *den, ""),
        Rule::Extension { price: ExtensionPrice::ShareOf { num, den, .. }, .. } => {
            fraction(*num, *den, "/price/share_of");
        }
        _ => {}
    }
    let mut positive = |amount: i64, name: &str| {
        if amount <= 0 {
            let said = name.rsplit('/').next().unwrap_or(name);
            found.error(format!("{here}/rule/{name}"), "not_positive", format!("{said} is more than 0."));
        }
    };
    match &component.rule {
        Rule::Metered { per_minutes, .. } => positive(*per_minutes, "per_minutes"),
        Rule::Extension { per_minutes, price } => {
            positive(*per_minutes, "per_minutes");
            if let ExtensionPrice::ShareOf { unit, .. } = price {
                positive(*unit, "price/share_of/unit");
            }
        }
        Rule::Round { unit, .. } => positive(*unit, "unit"),
        Rule::Table { per: Per::Minutes(step), .. } => positive(*step, "per"),
        _ => {}
    }
}

/// No price is below nothing.
fn amounts(component: &Component, here: &str, found: &mut Findings) {
    let mut price = |yen: Yen, at: String| {
        if yen < Yen::ZERO {
            found.error(format!("{here}/rule/{at}"), "negative", "A price is never negative.");
        }
    };
    match &component.rule {
        Rule::Table { rows, .. } => {
            rows.iter().enumerate().for_each(|(at, row)| price(row.yen, format!("rows/{at}/yen")));
        }
        Rule::Metered { yen, .. } => price(*yen, "yen".into()),
        Rule::Equipment { prices } => {
            for (at, one) in prices.iter().enumerate() {
                price(one.yen, format!("prices/{at}/yen"));
                if let Some(yen) = one.yen_with_admission {
                    price(yen, format!("prices/{at}/yen_with_admission"));
                }
            }
        }
        Rule::Extension { price: ExtensionPrice::Yen(yen), .. } => price(*yen, "price/yen".into()),
        Rule::Extension { price: ExtensionPrice::Rows(rows), .. } => {
            rows.iter().enumerate().for_each(|(at, row)| price(row.yen, format!("price/rows/{at}/yen")));
        }
        _ => {}
    }
}

/// The components that a component is taken of stand before it, and are named once.
fn names(component: &Component, here: &str, known: &BTreeSet<&str>, found: &mut Findings) {
    let lists: Vec<(&str, &[String])> = match &component.rule {
        Rule::Rate { of: Of::Codes(codes), .. } | Rule::Factor { of: Of::Codes(codes), .. } => vec![("of", codes)],
        Rule::Extension { price: ExtensionPrice::ShareOf { of, .. }, .. } => vec![("price/share_of/of", of)],
        Rule::Reduction { of, equipment, .. } => vec![("of", of), ("equipment", equipment)],
        _ => Vec::new(),
    };
    if lists.iter().all(|(_, codes)| codes.is_empty()) && !lists.is_empty() {
        found.error(format!("{here}/rule/of"), "unreachable", "It is taken of nothing.");
    }
    for (name, codes) in lists {
        let mut seen = BTreeSet::new();
        for code in codes {
            if !known.contains(code.as_str()) {
                let sentence = format!("{code} is no component before this one.");
                found.error(format!("{here}/rule/{name}"), "unknown_component", sentence);
            }
            if !seen.insert(code) {
                found.warning(format!("{here}/rule/{name}"), "repeated", format!("{code} is named twice."));
            }
        }
    }
}

/// Whatever makes fractions has a rounding after it, and one for every use.
pub(super) fn unrounded(tariff: &HireTariff, found: &mut Findings) {
    let makes_fractions = |rule: &Rule| match rule {
        Rule::Rate { den, .. } | Rule::Factor { den, .. } => *den != 1,
        Rule::Reduction { .. } => true,
        _ => false,
    };
    let rounds = |component: &Component| matches!(component.rule, Rule::Round { .. }) && component.when.is_none();
    let last = tariff.components.iter().rposition(rounds);
    for (at, component) in tariff.components.iter().enumerate() {
        if makes_fractions(&component.rule) && last.is_none_or(|last| last < at) {
            let sentence = format!("Nothing rounds what {} makes.", component.code);
            found.error(format!("/components/{at}"), "never_rounded", sentence);
        }
    }
}

/// Reductions that anybody would hold against each other.
const MOST_REDUCTIONS: usize = 20;

/// Every reduction takes off all that was granted: of one component and for one use only one may do so, or the later one names the
/// earlier and is taken of what that left.
pub(super) fn reduced_twice(tariff: &HireTariff, words: &Words<'_>, found: &mut Findings) {
    let all = tariff.components.iter().enumerate();
    let all: Vec<(usize, &Component, Taken<'_>)> =
        all.filter_map(|(at, one)| Some((at, one, taken_of(one)?))).collect();
    if all.len() > MOST_REDUCTIONS {
        found.error("/components".into(), "too_many", format!("No more than {MOST_REDUCTIONS} reductions."));
        return;
    }
    for (nth, (at, later, taken)) in all.iter().enumerate() {
        for (_, earlier, before) in all.iter().take(nth) {
            let shared = taken.iter().zip(before).filter_map(|((name, codes), (_, others))| {
                let code = codes.iter().find(|code| others.contains(code))?;
                Some((*name, *codes, code))
            });
            let shared: Vec<_> = shared.collect();
            if shared.is_empty() || !meet(earlier, later, words) {
                continue;
            }
            for (name, codes, code) in shared {
                let pointer = format!("/components/{at}/rule/{name}");
                let sentence = format!("{} takes off {code} what was granted, too.", earlier.code);
                if codes.contains(&earlier.code) {
                    found.warning(pointer, "reduced_twice", format!("{sentence} This takes it off what that left."));
                } else {
                    found.error(pointer, "reduced_twice", sentence);
                }
            }
        }
    }
}

/// Whether two components may be for the same use.
fn meet(one: &Component, other: &Component, words: &Words<'_>) -> bool {
    let conditions: Vec<&Predicate> = [&one.when, &other.when].into_iter().flatten().collect();
    never::may_hold(&conditions, words)
}

/// How many components with prices of equipment are held against each other.
const MOST_EQUIPPED: usize = 50;

/// Every component prices the equipment that it names: what two of them name is charged twice for a use that both are for.
pub(super) fn equipped_twice(tariff: &HireTariff, words: &Words<'_>, found: &mut Findings) {
    let all = tariff.components.iter().enumerate();
    let all: Vec<(usize, &Component, &[EquipmentPrice])> =
        all.filter_map(|(at, one)| Some((at, one, prices_of(one)?))).collect();
    if all.len() > MOST_EQUIPPED {
        let sentence = "So many components with prices of equipment are not held against each other.";
        found.warning("/components".into(), "too_many", sentence);
        return;
    }
    for (nth, (at, later, prices)) in all.iter().enumerate() {
        for (_, earlier, others) in all.iter().take(nth) {
            let others: BTreeSet<&String> = others.iter().map(|price| &price.item).collect();
            let shared: Vec<_> = prices.iter().enumerate().filter(|(_, price)| others.contains(&price.item)).collect();
            if shared.is_empty() || !meet(earlier, later, words) {
                continue;
            }
            for (place, price) in shared {
                let sentence = format!(
                    "{} is the price of {}, too: a use that both are for pays it twice.",
                    earlier.code, price.item
                );
                found.warning(format!("/components/{at}/rule/prices/{place}"), "priced_twice", sentence);
            }
        }
    }
}

fn prices_of(component: &Component) -> Option<&[EquipmentPrice]> {
    match &component.rule {
        Rule::Equipment { prices } => Some(prices.as_slice()),
        _ => None,
    }
}

/// The components that something is taken off, of rooms and of equipment, by their names in a rule.
type Taken<'a> = [(&'static str, &'a [String]); 2];

fn taken_of(component: &Component) -> Option<Taken<'_>> {
    match &component.rule {
        Rule::Reduction { of, equipment, .. } => Some([("of", of.as_slice()), ("equipment", equipment.as_slice())]),
        _ => None,
    }
}

/// A reduction of what a factor made less names the factor, too; otherwise it is taken of what was never charged.
pub(super) fn lost_factors(tariff: &HireTariff, found: &mut Findings) {
    for (at, component) in tariff.components.iter().enumerate() {
        let Rule::Reduction { of, equipment, .. } = &component.rule else { continue };
        for (name, codes) in [("of", of), ("equipment", equipment)] {
            let lowers = |before: &&Component| match &before.rule {
                Rule::Factor { num, den, of: base } if num < den => match base {
                    Of::Codes(base) => base.iter().any(|code| codes.contains(code)),
                    Of::Running(_) => name == "of",
                },
                _ => false,
            };
            let before = tariff.components.iter().take(at).filter(lowers);
            for factor in before.filter(|factor| !codes.is_empty() && !codes.contains(&factor.code)) {
                let sentence = format!("It is taken of more than was charged: {} made that less.", factor.code);
                found.warning(format!("/components/{at}/rule/{name}"), "lost_factor", sentence);
            }
        }
    }
}
