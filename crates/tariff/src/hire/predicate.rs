//! When a component applies: comparisons of facts, and nothing that would have to be executed. So a tariff can be compared
//! with another, checked, and shown to a council.

use serde::{Deserialize, Serialize};

use super::{charge::ChargeError, facts::Facts};

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

/// One fact compared: exactly one of `eq`, `in` and `range`. Of a fact that has several values it is enough when one of them
/// passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub fact: Fact,
    /// Of which kind of heads, with `headcount` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    DayClass,
    Season,
    Band,
    Space,
    Span,
    UserClass,
    /// `person`, `group`.
    OrganiserKind,
    /// `web`, `server`, `counter`.
    Channel,
    Purpose,
    UseKind,
    /// What is on: `cooling`. It may be more than one thing.
    Meter,
    Resident,
    Commercial,
    GoodsSale,
    Alcohol,
    AdmissionCharged,
    /// Yen.
    Admission,
    Minutes,
    Heads,
    /// Of one kind of people: `of` says which.
    Headcount,
    SlotCount,
    EquipmentCount,
    /// Days in a row for which the application hires the room; overtime makes no day of it.
    ConsecutiveDays,
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
            Self::UserClass | Self::OrganiserKind | Self::Channel | Self::Purpose => Sort::Text,
            Self::UseKind | Self::Meter => Sort::Text,
            Self::Resident | Self::Commercial | Self::GoodsSale | Self::Alcohol | Self::AdmissionCharged => Sort::Truth,
            Self::Admission | Self::Minutes | Self::Heads | Self::Headcount | Self::SlotCount => Sort::Number,
            Self::EquipmentCount | Self::ConsecutiveDays | Self::LeadDays | Self::LeadMonths => Sort::Number,
        }
    }
}

impl Predicate {
    /// Whether it holds for a use.
    pub(super) fn decides(&self, facts: Facts<'_>) -> Result<bool, ChargeError> {
        match self {
            Self::All(All { all }) => all.iter().try_fold(true, |held, one| Ok(held && one.decides(facts)?)),
            Self::Any(Any { any }) => any.iter().try_fold(false, |held, one| Ok(held || one.decides(facts)?)),
            Self::Not(Not { not }) => Ok(!not.decides(facts)?),
            Self::Test(test) => {
                Ok(facts.values(test.fact, test.of.as_deref())?.iter().any(|value| test.accepts(value)))
            }
        }
    }

    /// Whether it can hold when some facts have these values, whatever the others are. None: a fact that there is none of.
    pub(super) fn may_hold(&self, given: &[(Fact, Option<Value>)]) -> bool {
        let passes = |test: &Test| {
            let (_, value) = given.iter().find(|(fact, _)| *fact == test.fact)?;
            Some(value.as_ref().is_some_and(|value| test.accepts(value)))
        };
        self.possible(&passes).0
    }

    /// Whether it can hold, and whether it can fail, by what is known of its tests.
    pub(super) fn possible(&self, known: &dyn Fn(&Test) -> Option<bool>) -> (bool, bool) {
        let each = |all: &[Self]| all.iter().map(|one| one.possible(known)).collect::<Vec<_>>();
        match self {
            Self::All(All { all }) => {
                let all = each(all);
                (all.iter().all(|(holds, _)| *holds), all.iter().any(|(_, fails)| *fails))
            }
            Self::Any(Any { any }) => {
                let any = each(any);
                (any.iter().any(|(holds, _)| *holds), any.iter().all(|(_, fails)| *fails))
            }
            Self::Not(Not { not }) => {
                let (holds, fails) = not.possible(known);
                (fails, holds)
            }
            Self::Test(test) => known(test).map_or((true, true), |holds| (holds, !holds)),
        }
    }

    /// Every comparison in it.
    pub(super) fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(All { all: several }) | Self::Any(Any { any: several }) => {
                several.iter().flat_map(Self::tests).collect()
            }
            Self::Not(Not { not }) => not.tests(),
            Self::Test(test) => vec![test],
        }
    }

    /// The texts that it asks a fact to be, anywhere but under `not`.
    pub(super) fn names(&self, fact: Fact) -> Vec<&str> {
        match self {
            Self::All(All { all: several }) | Self::Any(Any { any: several }) => {
                several.iter().flat_map(|one| one.names(fact)).collect()
            }
            Self::Test(test) if test.fact == fact => test.texts().collect(),
            Self::Not(_) | Self::Test(_) => Vec::new(),
        }
    }
}

impl Test {
    /// A fact equals a value.
    pub fn eq(fact: Fact, value: Value) -> Self {
        Self { fact, of: None, eq: Some(value), among: None, range: None }
    }

    /// What it is compared with one by one.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.eq.iter().chain(self.among.iter().flatten())
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.values().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
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
