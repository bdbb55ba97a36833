//! What a performance needs before it may be sold, and which way its state may go.

use std::collections::BTreeSet;

use kernel::{
    Instant,
    ids::{SeatClassId, TicketTypeId},
};
use serde_json::{Value, json};

use super::Performance;
use crate::{
    price_list::{Price, PriceList},
    stock::ClassRule,
    window::SaleWindow,
};

/// Whether a rule is about this row.
fn covers(rule: &ClassRule, section: &str, row: i32) -> bool {
    rule.section.as_deref().is_none_or(|own| own == section)
        && rule.row_from.is_none_or(|from| row >= from)
        && rule.row_to.is_none_or(|to| row <= to)
}

/// What is known about a performance's surroundings.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Section, row and seats of it, for the plan of the performance.
    pub rows: Vec<(String, i32, i64)>,
    /// The production's classes: id, code, numbered.
    pub classes: Vec<(SeatClassId, String, bool)>,
    /// The production's ticket types: id, code.
    pub types: Vec<(TicketTypeId, String)>,
    /// Classes that a pool of this performance supplies.
    pub pooled: BTreeSet<SeatClassId>,
    pub places: i64,
    pub legal_capacity: Option<i32>,
}

/// Something that is missing before a performance may be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// No price list is in force.
    PriceList,
    /// There is no ticket type to sell.
    TicketType,
    /// This class has no price for this ticket type.
    Price { class: String, ticket_type: String },
    /// No sale window that still lies ahead.
    SaleWindow,
    /// The sale would end before it began.
    Past,
    /// A rule names a class that the production does not have, or that has no numbered seats.
    Class { id: SeatClassId },
    /// Seats of a row in no class.
    Uncovered { section: String, row: i32 },
    /// Seats of a row in more than one class.
    Ambiguous { section: String, row: i32 },
    /// Nothing to sell at all: neither seats nor a pool.
    Stock,
    /// More places than the hall may admit (消防定員).
    LegalCapacity { places: i64, allowed: i32 },
    /// More places than the performance's own cap.
    CapacityCap { places: i64, allowed: i32 },
}

impl Missing {
    /// As the problem lists it.
    pub fn fact(&self) -> Value {
        match self {
            Self::PriceList => json!({ "code": "price_list" }),
            Self::TicketType => json!({ "code": "ticket_type" }),
            Self::Price { class, ticket_type } => {
                json!({ "code": "price", "seat_class": class, "ticket_type": ticket_type })
            }
            Self::SaleWindow => json!({ "code": "sale_window" }),
            Self::Past => json!({ "code": "sales_cutoff_in_the_past" }),
            Self::Class { id } => json!({ "code": "no_such_numbered_class", "seat_class": id.to_string() }),
            Self::Uncovered { section, row } => {
                json!({ "code": "row_in_no_class", "section": section, "row_index": row })
            }
            Self::Ambiguous { section, row } => {
                json!({ "code": "row_in_several_classes", "section": section, "row_index": row })
            }
            Self::Stock => json!({ "code": "nothing_to_sell" }),
            Self::LegalCapacity { places, allowed } => {
                json!({ "code": "legal_capacity", "places": places, "allowed": allowed })
            }
            Self::CapacityCap { places, allowed } => {
                json!({ "code": "capacity_cap", "places": places, "allowed": allowed })
            }
        }
    }
}

/// Everything that is missing, at once.
pub fn missing(
    performance: &Performance,
    facts: &Facts,
    rules: &[ClassRule],
    prices: Option<&(PriceList, Vec<Price>)>,
    windows: &[SaleWindow],
    now: Instant,
) -> Vec<Missing> {
    let mut found = Vec::new();
    if performance.sales_cutoff_at <= now {
        found.push(Missing::Past);
    }
    if !windows.iter().any(|window| window.closes_at > now) {
        found.push(Missing::SaleWindow);
    }
    found.extend(unknown_classes(facts, rules));
    found.extend(coverage(facts, rules));
    if facts.rows.is_empty() && facts.pooled.is_empty() {
        found.push(Missing::Stock);
    }
    if let Some(allowed) = facts.legal_capacity.filter(|allowed| facts.places > i64::from(*allowed)) {
        found.push(Missing::LegalCapacity { places: facts.places, allowed });
    }
    if let Some(allowed) = performance.capacity_cap.filter(|allowed| facts.places > i64::from(*allowed)) {
        found.push(Missing::CapacityCap { places: facts.places, allowed });
    }
    match prices {
        None => found.push(Missing::PriceList),
        Some((_, prices)) => found.extend(unpriced(facts, rules, prices)),
    }
    found
}

fn unknown_classes(facts: &Facts, rules: &[ClassRule]) -> Vec<Missing> {
    let numbered = |id: SeatClassId| facts.classes.iter().any(|(known, _, numbered)| *known == id && *numbered);
    let named: BTreeSet<SeatClassId> = rules.iter().map(|rule| rule.class).collect();
    named.into_iter().filter(|id| !numbered(*id)).map(|id| Missing::Class { id }).collect()
}

fn coverage(facts: &Facts, rules: &[ClassRule]) -> Vec<Missing> {
    let verdict = |(section, row, _): &(String, i32, i64)| {
        let classes: BTreeSet<SeatClassId> =
            rules.iter().filter(|rule| covers(rule, section, *row)).map(|rule| rule.class).collect();
        match classes.len() {
            0 => Some(Missing::Uncovered { section: section.clone(), row: *row }),
            1 => None,
            _ => Some(Missing::Ambiguous { section: section.clone(), row: *row }),
        }
    };
    facts.rows.iter().filter_map(verdict).collect()
}

/// Every class that is sold needs a price for every ticket type of the production.
fn unpriced(facts: &Facts, rules: &[ClassRule], prices: &[Price]) -> Vec<Missing> {
    let sold = |id: &SeatClassId| facts.pooled.contains(id) || rules.iter().any(|rule| rule.class == *id);
    let priced = |class: &SeatClassId, ticket_type: &TicketTypeId| {
        prices.iter().any(|price| price.seat_class_id == *class && price.ticket_type_id == *ticket_type)
    };
    if facts.types.is_empty() {
        return vec![Missing::TicketType];
    }
    let mut missing = Vec::new();
    for (class, code, _) in facts.classes.iter().filter(|(id, ..)| sold(id)) {
        let unpriced = facts.types.iter().filter(|(id, _)| !priced(class, id));
        missing.extend(unpriced.map(|(_, of)| Missing::Price { class: code.clone(), ticket_type: of.clone() }));
    }
    missing
}

/// Whether a performance has not been on sale yet: it may still be changed.
pub fn is_prepared(state: &str) -> bool {
    matches!(state, "draft" | "announced")
}

/// Whether a performance may go from one state to another. Going on sale for the first time has its own verb.
pub fn may_move(from: &str, to: &str) -> bool {
    match to {
        "announced" => from == "draft",
        "paused" => from == "on_sale",
        "on_sale" => from == "paused",
        "closed" => matches!(from, "on_sale" | "paused"),
        "cancelled" => from != "cancelled",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn class(n: u128) -> SeatClassId {
        SeatClassId::from_uuid(Uuid::from_u128(n))
    }

    fn rule(n: u128, section: &str, rows: (i32, i32)) -> ClassRule {
        ClassRule { class: class(n), section: Some(section.into()), row_from: Some(rows.0), row_to: Some(rows.1) }
    }

    #[test]
    fn every_row_is_in_exactly_one_class() {
        let facts = Facts {
            rows: vec![("1F".into(), 1, 40), ("1F".into(), 2, 40), ("2F".into(), 1, 30)],
            classes: vec![(class(1), "S".into(), true), (class(2), "A".into(), true)],
            ..Facts::default()
        };
        let complete = [rule(1, "1F", (1, 2)), rule(2, "2F", (1, 9))];
        assert_eq!(coverage(&facts, &complete), vec![]);
        let gap = [rule(1, "1F", (1, 1)), rule(2, "2F", (1, 9))];
        assert_eq!(coverage(&facts, &gap), vec![Missing::Uncovered { section: "1F".into(), row: 2 }]);
        let clash = [rule(1, "1F", (1, 2)), rule(2, "1F", (2, 2)), rule(2, "2F", (1, 9))];
        assert_eq!(coverage(&facts, &clash), vec![Missing::Ambiguous { section: "1F".into(), row: 2 }]);
    }

    #[test]
    fn a_closed_sale_stays_closed() {
        for to in ["draft", "announced", "on_sale", "paused", "closed", "cancelled"] {
            assert_eq!(may_move("closed", to), to == "cancelled");
            assert!(!may_move("cancelled", to));
        }
        assert!(may_move("draft", "announced"));
        assert!(may_move("paused", "on_sale"));
        assert!(!may_move("draft", "on_sale"));
    }
}
