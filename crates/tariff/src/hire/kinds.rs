//! 人の区分: the kinds of people that a tariff tells apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    charge::ChargeError,
    document::{HireTariff, Per, Rule},
    predicate::Predicate,
};

impl HireTariff {
    /// The kinds that prices or conditions name.
    pub fn kinds(&self) -> BTreeSet<&str> {
        let priced = self.components.iter().filter_map(|component| match &component.rule {
            Rule::Table { per: Per::HeadOf(kind), .. } => Some(kind.as_str()),
            _ => None,
        });
        let tests = self.components.iter().filter_map(|one| one.when.as_ref()).flat_map(Predicate::tests);
        let asked = tests.filter_map(|test| test.of.as_deref());
        priced.chain(asked).collect()
    }

    /// That people are counted by kinds that the tariff knows: who is of no kind that it names would be free. A tariff that names
    /// none asks at most how many there are in all.
    ///
    /// # Errors
    /// [`ChargeError::UnknownKind`] with every kind that it knows.
    pub fn expect_kinds(&self, headcount: &BTreeMap<String, i64>) -> Result<(), ChargeError> {
        let known = self.kinds();
        match headcount.keys().find(|kind| !known.is_empty() && !known.contains(kind.as_str())) {
            None => Ok(()),
            Some(kind) => {
                let known = known.into_iter().map(str::to_owned).collect();
                Err(ChargeError::UnknownKind { kind: kind.clone(), known })
            }
        }
    }
}
