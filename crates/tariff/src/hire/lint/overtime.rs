//! Extensions that are a share of what is not charged: they have no price then.

use std::collections::BTreeSet;

use super::{
    super::{
        document::{Component, ExtensionPrice, HireTariff, Of, Rule},
        predicate::Predicate,
    },
    Findings,
    cover::{Given, Sorted, of_room, told},
};

/// An extension in its place, and what it is a share of.
struct Overtime<'a> {
    at: usize,
    component: &'a Component,
    /// The places of these components; none where it has a price of its own, or is a share of everything.
    of: Option<BTreeSet<usize>>,
}

/// Uses of a room that is priced, by time, whose extensions are only shares of tables that are not its price then.
pub(super) fn shares(
    tariff: &HireTariff,
    (room, called): (Option<&str>, &str),
    uses: &[Vec<Sorted>],
    found: &mut Findings,
) {
    let all: Vec<Overtime<'_>> = tariff.components.iter().enumerate().filter_map(|one| of(tariff, one)).collect();
    if all.iter().all(|one| one.of.is_none()) {
        return;
    }
    for one in all.iter().filter(|one| one.of.is_some()) {
        let lacks = |sort: &&Sorted| {
            let given = of_room(room, &sort.given);
            let mut there = all.iter().filter(|other| may_be(other.component, &given));
            !sort.tables.is_empty()
                && may_be(one.component, &given)
                && !there.any(|other| has_price(tariff, other, &sort.tables, &given))
        };
        let lacking = uses.iter().flatten().filter(lacks);
        let when: BTreeSet<String> = lacking.map(|sort| told(sort.given.iter())).collect();
        if when.is_empty() {
            continue;
        }
        let when = when.into_iter().collect::<Vec<_>>().join("; ");
        let when = if when.is_empty() { when } else { format!(" for {when}") };
        let sentence =
            format!("Extensions of {called} have no price{when}: this is a share of what is not charged then.");
        found.warning(format!("/components/{}/rule/price/share_of/of", one.at), "share_of_nothing", sentence);
    }
}

fn of<'a>(tariff: &HireTariff, (at, component): (usize, &'a Component)) -> Option<Overtime<'a>> {
    let Rule::Extension { price, .. } = &component.rule else { return None };
    let of = match price {
        ExtensionPrice::ShareOf { of, .. } => charged(tariff, of, at),
        ExtensionPrice::Yen(_) | ExtensionPrice::Rows(_) => None,
    };
    Some(Overtime { at, component, of })
}

/// What components before a place are taken of in the end: rates and factors are of others. None: of everything.
fn charged(tariff: &HireTariff, codes: &[String], before: usize) -> Option<BTreeSet<usize>> {
    let (mut open, mut seen, mut found) = (vec![(codes, before)], BTreeSet::new(), BTreeSet::new());
    while let Some((codes, before)) = open.pop() {
        let named = tariff.components.iter().enumerate().take(before).filter(|(_, one)| codes.contains(&one.code));
        for (at, component) in named {
            if !seen.insert(at) {
                continue;
            }
            match &component.rule {
                Rule::Rate { of: Of::Codes(codes), .. } | Rule::Factor { of: Of::Codes(codes), .. } => {
                    open.push((codes, at));
                }
                Rule::Rate { .. } | Rule::Factor { .. } => return None,
                _ => {
                    found.insert(at);
                }
            }
        }
    }
    Some(found)
}

fn may_be(component: &Component, given: &[Given]) -> bool {
    component.when.as_ref().is_none_or(|when: &Predicate| when.may_hold(given))
}

/// Whether what an extension is a share of can be charged for a use.
fn has_price(tariff: &HireTariff, one: &Overtime<'_>, tables: &[usize], given: &[Given]) -> bool {
    let is_charged = |at: &usize| match tariff.components.get(*at) {
        Some(table) if table.prices_rooms() => tables.contains(at),
        other => other.is_some_and(|other| may_be(other, given)),
    };
    one.of.as_ref().is_none_or(|of| of.iter().any(is_charged))
}
