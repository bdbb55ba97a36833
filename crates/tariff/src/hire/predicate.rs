//! When a component applies: comparisons of facts, and nothing that would have to be executed. So a tariff can be compared
//! with another, checked, and shown to a council.

use serde::{Deserialize, Serialize};

use super::facts::Facts;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Predicate {
    All(All),
    Any(Any),
    Not(Not),
    Test(Test),
}

/// Each of them; `all` of nothing is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct All {
    pub all: Vec<Predicate>,
}

/// One of them at least; `any` of nothing is false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Any {
    pub any: Vec<Predicate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Not {
    pub not: Box<Predicate>,
}

/// One fact compared: exactly one of `eq`, `in` and `range`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub fact: Fact,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eq: Option<Value>,
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub among: Option<Vec<Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// Both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// What a fact is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Truth(bool),
    Number(i64),
    Text(String),
}

/// Everything that a price may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    DayClass,
    Season,
    Band,
    Space,
    Span,
    UserClass,
    Channel,
    Purpose,
    UseKind,
    Resident,
    Commercial,
    GoodsSale,
    Alcohol,
    AdmissionCharged,
    /// Yen.
    Admission,
    Minutes,
    Heads,
    SlotCount,
    EquipmentCount,
    /// Days from the application to the use.
    LeadDays,
    /// As [`super::lead_months`] counts.
    LeadMonths,
}

/// What sort of value a fact has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Truth,
    Number,
}

impl Value {
    pub(super) const fn sort(&self) -> Sort {
        match self {
            Self::Truth(_) => Sort::Truth,
            Self::Number(_) => Sort::Number,
            Self::Text(_) => Sort::Text,
        }
    }
}

impl Fact {
    pub(super) const fn sort(self) -> Sort {
        match self {
            Self::DayClass | Self::Season | Self::Band | Self::Space | Self::Span => Sort::Text,
            Self::UserClass | Self::Channel | Self::Purpose | Self::UseKind => Sort::Text,
            Self::Resident | Self::Commercial | Self::GoodsSale | Self::Alcohol | Self::AdmissionCharged => Sort::Truth,
            Self::Admission | Self::Minutes | Self::Heads | Self::SlotCount | Self::EquipmentCount => Sort::Number,
            Self::LeadDays | Self::LeadMonths => Sort::Number,
        }
    }
}

impl Predicate {
    pub(super) fn holds(&self, facts: Facts<'_>) -> bool {
        match self {
            Self::All(All { all }) => all.iter().all(|one| one.holds(facts)),
            Self::Any(Any { any }) => any.iter().any(|one| one.holds(facts)),
            Self::Not(Not { not }) => !not.holds(facts),
            Self::Test(test) => facts.value(test.fact).is_some_and(|value| test.accepts(&value)),
        }
    }
}

impl Test {
    /// A fact equals a value.
    pub fn eq(fact: Fact, value: Value) -> Self {
        Self { fact, eq: Some(value), among: None, range: None }
    }

    pub(super) fn accepts(&self, value: &Value) -> bool {
        let within = |range: &Range| match value {
            Value::Number(number) => {
                range.from.is_none_or(|from| from <= *number) && range.until.is_none_or(|until| *number <= until)
            }
            _ => false,
        };
        self.eq.as_ref().is_none_or(|eq| eq == value)
            && self.among.as_ref().is_none_or(|among| among.contains(value))
            && self.range.as_ref().is_none_or(within)
    }
}
