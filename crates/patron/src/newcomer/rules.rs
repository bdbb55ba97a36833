//! Decisions about newcomers: no clock, no database.

use std::collections::BTreeSet;

use kernel::{Actor, Instant, ids::PersonId};

use super::{Newcomer, NewcomerError};
use crate::{
    Patron,
    fact::{Claim, Fact, FactError, On, PersonFacts, rules as facts},
    person::{Hand, Person},
    search,
};

/// What is said of somebody, as facts of theirs; of a kind one thing is said.
pub(super) fn said(
    person: &Person,
    claims: Vec<Claim>,
    (actor, by): (&Actor, Hand),
    now: Instant,
) -> Result<Vec<Fact>, NewcomerError> {
    let mut found: Vec<Fact> = Vec::with_capacity(claims.len());
    for (at, claim) in claims.into_iter().enumerate() {
        let wrong = |error: FactError| NewcomerError::Fact { at, error };
        facts::check(&claim, person.birth_date).map_err(wrong)?;
        if found.iter().any(|known| known.kind == claim.kind) {
            return Err(wrong(FactError::Twice));
        }
        let seen = claim.seen.filter(|_| by == Hand::Office);
        facts::expect_ahead(seen, now).map_err(wrong)?;
        found.push(facts::fresh(person.id, claim, seen, actor, now));
    }
    Ok(found)
}

/// What would be known of somebody on the days that count.
pub(super) fn known(person: &Person, said: &[Fact], on: On) -> PersonFacts {
    let standing: Vec<_> = said.iter().map(facts::standing).collect();
    facts::known((person.id, person.id), person.birth_date, on, &standing)
}

/// The second of two of the same birth date, name and reading.
pub(super) fn twice(newcomers: &[Newcomer]) -> Option<PersonId> {
    let key = |one: &Newcomer| {
        let person = one.person();
        let folded = |text: &Option<String>| text.as_deref().map(search::kana);
        Some((person.birth_date?, folded(&person.details.name)?, folded(&person.details.kana)))
    };
    let mut seen = BTreeSet::new();
    newcomers.iter().find(|one| key(one).is_some_and(|key| !seen.insert(key))).map(Newcomer::id)
}

/// Whoever of these is the patron who brings them: the first of the same name who is not of another reading.
pub(super) fn themselves(owner: &Patron, newcomers: &[Newcomer]) -> Option<PersonId> {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => search::kana(one) == search::kana(other),
        _ => false,
    };
    let is = |one: &&Newcomer| {
        let (own, theirs) = (&owner.details, &one.person().details);
        same(&own.name, &theirs.name) && (own.kana.is_none() || theirs.kana.is_none() || same(&own.kana, &theirs.kana))
    };
    newcomers.iter().find(is).map(Newcomer::id)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;
    use crate::{
        Details,
        fact::{FactValue, Seen},
        newcomer::{NewcomerDraft, check},
        person::PersonDraft,
    };

    const NOW: Instant = datetime!(2026-11-23 12:00:00 UTC);

    fn claim(kind: &str, value: FactValue) -> Claim {
        Claim { person: PersonId::from_uuid(Uuid::nil()), kind: kind.into(), value, as_of: None, seen: None }
    }

    fn draft(name: Option<&str>, claims: Vec<Claim>) -> NewcomerDraft {
        let details = Details { name: name.map(str::to_owned), ..Details::default() };
        NewcomerDraft { person: PersonDraft { details, birth_date: Some(date!(2016 - 04 - 01)) }, claims }
    }

    #[test]
    fn what_is_said_of_a_newcomer_counts_as_it_will_once_they_are_entered() {
        let city = Claim { seen: Some(Seen::default()), ..claim("residence", FactValue::Text("city".into())) };
        let by = |hand| check(draft(Some("葵"), vec![city.clone()]), (&Actor::System, hand), true, NOW).unwrap();
        let staff = by(Hand::Office).facts_on(date!(2027 - 04 - 01).into());
        assert_eq!((staff.age, staff.grade.map(crate::person::age::SchoolGrade::number)), (Some(11), Some(6)));
        assert!(staff.facts["residence"].proven());
        let own = by(Hand::Own(kernel::ids::PatronId::from_uuid(Uuid::nil()))).facts_on(date!(2027 - 04 - 01).into());
        assert!(!own.facts["residence"].verified, "only staff see papers");
    }

    #[test]
    fn two_of_one_name_and_birth_date_are_one_and_twins_are_two() {
        let of = |name: &str| check(draft(Some(name), vec![]), (&Actor::System, Hand::Office), true, NOW).unwrap();
        assert_eq!(twice(&[of("葵"), of("蓮")]), None);
        let again = [of("山田 葵"), of("蓮"), of("山田　葵")];
        assert_eq!(twice(&again), Some(again[2].id()));
    }

    #[test]
    fn what_no_fact_can_be_is_told_with_its_place() {
        let wrong = |claims| check(draft(Some("葵"), claims), (&Actor::System, Hand::Office), true, NOW).unwrap_err();
        let yes = || claim("work_in_city", FactValue::Yes(true));
        let told = wrong(vec![yes(), claim("age", FactValue::Number(80))]);
        assert!(matches!(told, NewcomerError::Fact { at: 1, error: FactError::Computed }));
        assert!(matches!(wrong(vec![yes(), yes()]), NewcomerError::Fact { at: 1, error: FactError::Twice }));
        let nameless = check(draft(None, vec![]), (&Actor::System, Hand::Office), true, NOW);
        assert!(matches!(nameless, Err(NewcomerError::Details(_))));
        assert!(check(draft(None, vec![]), (&Actor::System, Hand::Office), false, NOW).is_ok(), "for a preview");
    }
}
