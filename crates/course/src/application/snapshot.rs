//! What a party was judged by: of its people what the rules ask for, and what the rules made of them. It is sealed under the key of
//! the tenant, like everything personal.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use db::{
    Fault,
    sealed::{self, Cell},
};
use kernel::{
    SealKey,
    ids::{CourseApplicationId, PersonId, TenantId},
};
use serde::{Deserialize, Serialize};

use super::{Application, Assessed, Guide, Part};
use crate::{rule::Facts, window::ApplicationWindow};

/// What a party was judged by. It never prints.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// What the rules made of everybody who learns.
    pub people: Vec<Assessed>,
    /// Of everybody, what the rules ask for.
    pub facts: BTreeMap<PersonId, Facts>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snapshot(…)")
    }
}

impl Snapshot {
    /// Of one application as it is judged: nothing that neither the class nor its window asks for.
    pub fn of(guide: &Guide, part: &Part) -> Self {
        let window = guide.windows.iter().find(|window| Some(window.id) == part.assessment.window);
        let mut asked = guide.class.class_rules().facts_asked();
        let requires = window.map(ApplicationWindow::requirements).unwrap_or_default();
        asked.extend(
            requires.iter().flat_map(|requirement| &requirement.any_of).map(|condition| condition.fact.clone()),
        );
        let kept = |facts: &Facts| only(facts, &asked);
        let facts = part.people.iter().map(|one| (one.person, kept(&one.facts))).collect();
        Self { people: part.assessment.people.clone(), facts }
    }

    /// What the rules made of somebody; nothing of who comes along.
    pub fn assessed(&self, person: PersonId) -> Option<&Assessed> {
        self.people.iter().find(|one| one.person == person)
    }

    /// Of an application that is kept; an empty one where none was.
    ///
    /// # Errors
    /// A [`Fault`] when it does not open in its place.
    pub fn open(key: &SealKey, tenant: TenantId, of: &Application) -> Result<Self, Fault> {
        let Some(kept) = &of.snapshot else { return Ok(Self::default()) };
        let text = sealed::open(key, &cell(tenant, of.id), kept)?;
        serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("a sealed snapshot reads back"))
    }

    /// For its place beside an application.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn seal(&self, key: &SealKey, tenant: TenantId, id: CourseApplicationId) -> Result<Vec<u8>, Fault> {
        let text = serde_json::to_vec(self).map_err(|_| Fault::Unexpected("a snapshot can be written"))?;
        Ok(sealed::seal(key, &cell(tenant, id), &text)?)
    }

    /// Whom somebody of it was taken for, under the ids that they had then.
    pub fn alike(&self) -> impl Iterator<Item = PersonId> {
        self.people.iter().flat_map(|one| &one.alike).copied()
    }

    /// The rank in a draw of those who learn: that of whoever comes last. Absent where nobody was judged.
    pub(crate) fn tier(&self) -> Option<i32> {
        self.people.iter().map(|one| i32::try_from(one.tier).unwrap_or(i32::MAX)).max()
    }

    /// Whether the staff has to look at somebody.
    pub(crate) fn to_verify(&self) -> bool {
        self.people.iter().any(Assessed::to_verify)
    }

    /// After some left the party: nothing of what they were judged by.
    #[must_use]
    pub(crate) fn without(mut self, gone: &[PersonId]) -> Self {
        self.people.retain(|one| !gone.contains(&one.person));
        self.facts.retain(|person, _| !gone.contains(person));
        self
    }

    /// After one person turned out to be another: whom they were taken for may be neither of them.
    #[must_use]
    pub(crate) fn renamed(mut self, from: PersonId, into: PersonId) -> Self {
        for one in self.people.iter_mut().filter(|one| [from, into].contains(&one.person)) {
            one.person = into;
            one.alike.retain(|id| ![from, into].contains(id));
        }
        if let Some(facts) = self.facts.remove(&from) {
            self.facts.entry(into).or_insert(facts);
        }
        self
    }
}

const fn cell(tenant: TenantId, id: CourseApplicationId) -> Cell {
    Cell { tenant, table: "course.applications", column: "snapshot", row: id.uuid() }
}

fn only(facts: &Facts, asked: &BTreeSet<String>) -> Facts {
    facts.iter().filter(|(kind, _)| asked.contains(*kind)).map(|(kind, fact)| (kind.clone(), fact.clone())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::rule::{Fact, FactValue};

    fn person(n: u128) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(n))
    }

    fn facts(kinds: &[String]) -> Facts {
        let fact = Fact { value: FactValue::Text("市内".into()), verified: true };
        kinds.iter().map(|kind| (kind.clone(), fact.clone())).collect()
    }

    proptest! {
        #[test]
        fn nothing_is_kept_that_no_rule_asks_for(known in proptest::collection::vec("[a-d]", 0..6), asked in proptest::collection::btree_set("[a-f]", 0..4)) {
            let kept = only(&facts(&known), &asked);
            prop_assert!(kept.keys().all(|kind| asked.contains(kind) && known.contains(kind)));
            prop_assert!(known.iter().all(|kind| kept.contains_key(kind) == asked.contains(kind)));
        }

        #[test]
        fn a_snapshot_opens_only_where_it_was_sealed(row: u128, other: u128) {
            prop_assume!(row != other);
            let (key, tenant) = (SealKey::new([1; 32]), TenantId::from_uuid(Uuid::from_u128(9)));
            let id = CourseApplicationId::from_uuid(Uuid::from_u128(row));
            let kept = Snapshot { people: Vec::new(), facts: BTreeMap::from([(person(1), facts(&["residence".into()]))]) };
            let sealed = kept.seal(&key, tenant, id).unwrap();
            prop_assert!(!sealed.windows(6).any(|part| part == "市内".as_bytes()));
            let text = sealed::open(&key, &cell(tenant, id), &sealed).unwrap();
            prop_assert_eq!(&serde_json::from_slice::<Snapshot>(&text).unwrap(), &kept);
            let elsewhere = CourseApplicationId::from_uuid(Uuid::from_u128(other));
            prop_assert!(sealed::open(&key, &cell(tenant, elsewhere), &sealed).is_err());
        }
    }

    #[test]
    fn of_who_left_nothing_is_kept_and_the_rank_is_that_of_the_others() {
        let judged = |n, tier| Assessed { person: person(n), tier, rules: Vec::new(), alike: vec![person(9)] };
        let of = |n| (person(n), facts(&["age".into()]));
        let kept = Snapshot { people: vec![judged(1, 0), judged(2, 3)], facts: [of(1), of(2), of(3)].into() };
        assert_eq!((kept.tier(), kept.to_verify()), (Some(3), true));
        let left = kept.without(&[person(2), person(3)]);
        assert_eq!((left.people.len(), left.tier()), (1, Some(0)));
        assert_eq!(left.facts.keys().collect::<Vec<_>>(), [&person(1)]);
        assert_eq!(left.without(&[person(1)]).tier(), None);
    }

    #[test]
    fn who_turned_out_to_be_somebody_else_is_found_under_the_id_that_is_left() {
        let judged = Assessed { person: person(1), tier: 2, rules: Vec::new(), alike: Vec::new() };
        let kept = Snapshot { people: vec![judged], facts: BTreeMap::from([(person(1), facts(&["age".into()]))]) };
        let renamed = kept.renamed(person(1), person(2));
        assert_eq!(renamed.assessed(person(2)).map(|one| one.tier), Some(2));
        assert!(renamed.facts.contains_key(&person(2)) && renamed.assessed(person(1)).is_none());
    }

    #[test]
    fn who_turned_out_to_be_somebody_else_is_taken_for_others_only() {
        let judged = |n: u128, alike: u128| {
            let alike = vec![person(alike), person(9)];
            Assessed { person: person(n), tier: 0, rules: Vec::new(), alike }
        };
        let left = |judged| {
            let renamed = Snapshot { people: vec![judged], facts: BTreeMap::new() }.renamed(person(1), person(2));
            renamed.alike().collect::<Vec<_>>()
        };
        assert_eq!((left(judged(1, 2)), left(judged(2, 1))), (vec![person(9)], vec![person(9)]));
        assert_eq!(left(judged(3, 1)), [person(1), person(9)], "under the ids that they had then");
    }
}
