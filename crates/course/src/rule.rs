//! Who may apply, at what price, and who comes first: data over facts, evaluated without a database.
//!
//! A requirement holds when one of its conditions does, a rule when all of its requirements do: that is every "and" of "or"s,
//! so 「在住・在勤・在学」 is one requirement of three conditions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What is known of a person on a day, by the name of the fact: `age`, `grade`, `residence`, `work_in_city`, …
pub type Facts = BTreeMap<String, Fact>;

/// One thing known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub value: FactValue,
    /// Somebody on the staff has seen the paper, and it is still valid.
    pub verified: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactValue {
    Yes(bool),
    Number(i64),
    Text(String),
}

/// What a fact has to be; everything that is given has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub fact: String,
    /// One of these texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i64>,
    /// Only what the staff has verified counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proven: bool,
}

/// Holds when any of its conditions does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    pub any_of: Vec<Condition>,
}

/// How far a requirement is met. The order is that of trust: the better comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// The facts say otherwise.
    No,
    /// Nothing is known.
    Unknown,
    /// As the applicant says; nobody has seen a paper.
    Claimed,
    Yes,
}

impl Met {
    /// Whether it counts as met, proven or not.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Claimed | Self::Yes)
    }
}

/// What happens to an application when a rule of eligibility is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It is refused.
    Block,
    /// It is taken, and the staff has to see a paper.
    Verify,
    /// It is taken, and the applicant is told.
    Warn,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityRule {
    pub label: String,
    pub requires: Vec<Requirement>,
    pub effect: Effect,
}

/// What a price rule does to a fee. The first rule that holds decides for each fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceChange {
    /// Yen instead of the fee.
    Amount(i64),
    /// Percent of the fee, above 100 for 市外料金; fractions of a yen are dropped.
    Percent(u16),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    pub label: String,
    pub requires: Vec<Requirement>,
    /// Kinds of fees it is for; none: tuition alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<String>,
    pub change: PriceChange,
}

/// A rank of a draw: the earlier comes first. Whoever is in none comes after all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub label: String,
    pub requires: Vec<Requirement>,
    /// Places that this tier alone fills first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<u32>,
}

/// What a participant gets back who withdraws: the first step whose last day has not passed decides; after all of them nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundStep {
    /// So many civil days (Asia/Tokyo) before the first session that has not begun.
    pub days_before: u16,
    /// Percent of what was paid for refundable fees, as far as it is for sessions that have not begun; fractions of a yen are
    /// dropped for each fee.
    pub percent: u8,
    /// Kinds of fees that it is another percent of, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<RefundOfKind>,
}

/// Percent of one kind of fees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundOfKind {
    pub kind: String,
    pub percent: u8,
}

impl RefundStep {
    /// Of a refundable fee of a kind.
    pub fn percent_of(&self, kind: &str) -> u8 {
        self.kinds.iter().find(|one| one.kind == kind).map_or(self.percent, |one| one.percent)
    }
}

/// How long whoever applied may change what they answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amendable {
    Never,
    /// While it waits for a draw, the staff or a place.
    #[default]
    UntilDecided,
    /// While nobody of it is admitted.
    UntilPaid,
    Always,
}

impl Amendable {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::UntilDecided => "until_decided",
            Self::UntilPaid => "until_paid",
            Self::Always => "always",
        }
    }
}

/// Everything a class decides by; the refunds are in falling order of days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClassRules {
    pub eligibility: Vec<EligibilityRule>,
    pub prices: Vec<PriceRule>,
    pub tiers: Vec<Tier>,
    pub refunds: Vec<RefundStep>,
    /// Applications that one household may have active in the term, this class included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_household: Option<u32>,
    /// How many parties stand by after a draw; absent: as many as may wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standby: Option<u32>,
    /// The day on which age and grade are judged; absent: the first day of the term. Everything else counts on the day of judging, or on
    /// this one while it lies ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts_on: Option<time::Date>,
    pub answers_amendable: Amendable,
    /// Answers do not change from then on, whatever else holds.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub answers_until: Option<kernel::Instant>,
}

impl ClassRules {
    /// Names of everything that a rule about people asks for.
    pub fn facts_asked(&self) -> BTreeSet<String> {
        let eligibility = self.eligibility.iter().map(|rule| &rule.requires);
        let prices = self.prices.iter().map(|rule| &rule.requires);
        let tiers = self.tiers.iter().map(|tier| &tier.requires);
        let requires = eligibility.chain(prices).chain(tiers).flatten();
        requires.flat_map(|requirement| &requirement.any_of).map(|condition| condition.fact.clone()).collect()
    }
}

impl Condition {
    /// How far it is met by these facts.
    pub fn met(&self, facts: &Facts) -> Met {
        let Some(fact) = facts.get(&self.fact) else { return Met::Unknown };
        if !self.fits(&fact.value) {
            return Met::No;
        }
        match (fact.verified, self.proven) {
            (true, _) => Met::Yes,
            (false, false) => Met::Claimed,
            (false, true) => Met::Unknown,
        }
    }

    fn fits(&self, value: &FactValue) -> bool {
        match value {
            FactValue::Yes(yes) => self.is == Some(*yes) && self.bare_of_numbers() && self.one_of.is_empty(),
            FactValue::Number(number) => {
                self.is.is_none()
                    && self.one_of.is_empty()
                    && self.at_least.is_none_or(|least| *number >= least)
                    && self.at_most.is_none_or(|most| *number <= most)
            }
            FactValue::Text(text) => self.is.is_none() && self.bare_of_numbers() && self.one_of.contains(text),
        }
    }

    const fn bare_of_numbers(&self) -> bool {
        self.at_least.is_none() && self.at_most.is_none()
    }
}

impl Requirement {
    /// The best of its conditions; one without conditions asks for nothing.
    pub fn met(&self, facts: &Facts) -> Met {
        self.any_of.iter().map(|condition| condition.met(facts)).max().unwrap_or(Met::Yes)
    }
}

/// The worst of the requirements; without any there is nothing to meet.
pub fn met(requires: &[Requirement], facts: &Facts) -> Met {
    requires.iter().map(|requirement| requirement.met(facts)).min().unwrap_or(Met::Yes)
}

/// The place of the first tier that holds, from 0; one past the last for whoever is in none.
pub fn tier_of(tiers: &[Tier], facts: &Facts) -> usize {
    tiers.iter().position(|tier| met(&tier.requires, facts).holds()).unwrap_or(tiers.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fact(value: FactValue, verified: bool) -> Fact {
        Fact { value, verified }
    }

    fn lives_works_or_learns_here() -> Requirement {
        let residence = Condition { fact: "residence".into(), one_of: vec!["city".into()], ..Condition::default() };
        let work = Condition { fact: "work_in_city".into(), is: Some(true), ..Condition::default() };
        Requirement { any_of: vec![residence, work] }
    }

    #[test]
    fn who_works_in_the_city_is_as_good_as_who_lives_there() {
        let mut facts = Facts::from([("residence".to_owned(), fact(FactValue::Text("outside".into()), true))]);
        assert_eq!(lives_works_or_learns_here().met(&facts), Met::Unknown);
        facts.insert("work_in_city".into(), fact(FactValue::Yes(true), false));
        assert_eq!(lives_works_or_learns_here().met(&facts), Met::Claimed);
        facts.insert("residence".into(), fact(FactValue::Text("city".into()), true));
        assert_eq!(lives_works_or_learns_here().met(&facts), Met::Yes);
    }

    #[test]
    fn a_claim_is_no_proof() {
        let condition = Condition { fact: "age".into(), at_least: Some(65), proven: true, ..Condition::default() };
        let claimed = Facts::from([("age".to_owned(), fact(FactValue::Number(65), false))]);
        let proven = Facts::from([("age".to_owned(), fact(FactValue::Number(65), true))]);
        assert_eq!((condition.met(&claimed), condition.met(&proven)), (Met::Unknown, Met::Yes));
    }

    #[test]
    fn whoever_is_in_no_tier_comes_last() {
        let resident = Tier { label: "市内".into(), requires: vec![lives_works_or_learns_here()], reserved: None };
        assert_eq!(tier_of(std::slice::from_ref(&resident), &Facts::new()), 1);
        assert_eq!(tier_of(&[], &Facts::new()), 0);
    }

    proptest! {
        #[test]
        fn one_more_requirement_never_makes_it_easier(ages in proptest::collection::vec(0_i64..100, 0..5), age in 0_i64..100) {
            let facts = Facts::from([("age".to_owned(), fact(FactValue::Number(age), true))]);
            let ask = |least: &i64| Requirement {
                any_of: vec![Condition { fact: "age".into(), at_least: Some(*least), ..Condition::default() }],
            };
            let all: Vec<_> = ages.iter().map(ask).collect();
            for some in 0..all.len() {
                prop_assert!(met(&all[..some], &facts) >= met(&all, &facts));
            }
            prop_assert_eq!(met(&all, &facts).holds(), ages.iter().all(|least| age >= *least));
        }
    }
}
