//! Between courses and patrons: who applies and who would take part, with what is known of them.

use ::course::{
    application::{self, ApplyError, Guide, Participant},
    rule::{Fact, FactValue, Facts},
};
use contract::{
    ApiError,
    course::application::{CourseContact, CourseParticipant},
};
use custody::keyring::TenantKeys;
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Locale,
    ids::{PatronId, PersonId},
};
use patron::{
    Details, Keys,
    contact::{self, ContactDraft},
    fact::{self, PersonFacts},
    person::{
        self, Hand, PersonDraft,
        age::{age_on, grade_on},
    },
};
use tenancy::Permit;
use time::Date;
use uuid::Uuid;

use super::wire;
use crate::{Desk, May, caller::Language, patron::person_wire};

/// The keys of a tenant, kept while they are lent.
pub fn keys<P: Permit>(desk: &Desk, caller: &May<P>) -> Result<TenantKeys, ApiError> {
    Ok(desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?)
}

/// What the verbs of patrons are lent.
pub const fn lent(keys: &TenantKeys) -> Keys<'_> {
    Keys { seal: &keys.seal, index: &keys.index }
}

/// Whose application it becomes: a patron's own; whom the house names; or a guest who leaves a contact.
///
/// # Errors
/// `course.application.party` with `nobody_applies`, `absent` for a patron that is not there, faults of the contact.
pub async fn applicant<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    (named, contact): (Option<PatronId>, Option<&CourseContact>),
    now: Instant,
) -> Result<PatronId, ApiError> {
    if let Actor::Patron(patron) = caller.actor() {
        return Ok(*patron);
    }
    if let Some(named) = named.filter(|_| !caller.is_guest()) {
        // who is nobody's patron applies for nothing
        person::of_self(tx, keys, named, now).await?;
        return Ok(named);
    }
    let contact = contact.ok_or(ApplyError::Party("nobody_applies"))?;
    let details = Details {
        name: Some(contact.name.clone()),
        kana: contact.kana.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        ..Details::default()
    };
    let locale = if caller.language() == Language::English { Locale::En } else { Locale::Ja };
    Ok(contact::keep(tx, keys, ContactDraft { details, locale }, now).await?)
}

/// Makes sure that a patron names only persons they act for, and a guest none.
///
/// # Errors
/// `patron.person.not_yours`, `course.application.party` with `not_signed_in`.
pub async fn expect_own<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    people: &[CourseParticipant],
) -> Result<(), ApiError> {
    let known: Vec<PersonId> = people.iter().filter_map(|one| one.person.map(|person| person.0)).collect();
    match caller.actor() {
        Actor::Patron(patron) => Ok(person::may_act_for(tx, *patron, &known).await?),
        Actor::Guest(_) if !known.is_empty() => Err(ApplyError::Party("not_signed_in").into()),
        _ => Ok(()),
    }
}

/// Everybody with what is known of them on the day that counts. Who is not known yet is entered.
///
/// # Errors
/// `course.application.party` with `no_such_person`, faults of what is said of somebody who is entered.
pub async fn entered<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    people: &[CourseParticipant],
    on: Date,
    now: Instant,
) -> Result<Vec<Participant>, ApiError> {
    let mut ids = Vec::with_capacity(people.len());
    for one in people {
        ids.push(match one.person {
            Some(person) => person.0,
            None => enter(tx, keys, caller, one, now).await?,
        });
    }
    let known = person::facts(tx, keys, &ids, on).await?;
    if known.len() < ids.len() {
        return Err(ApplyError::Party("no_such_person").into());
    }
    let told = |(one, known): (&CourseParticipant, &PersonFacts)| Participant {
        person: known.resolved,
        role: wire::applications::role(one.role),
        facts: facts_of(known),
    };
    Ok(people.iter().zip(&known).map(told).collect())
}

/// Everybody with what is known, or said, of them on the day that counts. Nobody is entered.
///
/// # Errors
/// As [`entered`].
pub async fn imagined(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    people: &[CourseParticipant],
    on: Date,
    now: Instant,
) -> Result<Vec<(Participant, bool)>, ApiError> {
    let ids: Vec<PersonId> = people.iter().filter_map(|one| one.person.map(|person| person.0)).collect();
    let known = person::facts(tx, keys, &ids, on).await?;
    let told = |one: &CourseParticipant| -> Result<(Participant, bool), ApiError> {
        let role = wire::applications::role(one.role);
        let Some(asked) = one.person else {
            let facts = said(one, on)?;
            return Ok((Participant { person: PersonId::new(now), role, facts }, false));
        };
        let found = known.iter().find(|known| known.person == asked.0);
        let found = found.ok_or(ApplyError::Party("no_such_person"))?;
        Ok((Participant { person: found.resolved, role, facts: facts_of(found) }, true))
    };
    people.iter().map(told).collect()
}

/// The households of everybody.
///
/// # Errors
/// A fault of the database, `course.application.household_limit`.
pub async fn households(tx: &mut TenantTx, guide: &Guide, people: &[Participant]) -> Result<Vec<Uuid>, ApiError> {
    let ids: Vec<PersonId> = people.iter().map(|one| one.person).collect();
    let mut found: Vec<Uuid> = person::household_of(tx, &ids).await?.into_values().map(|one| one.0).collect();
    found.sort_unstable();
    found.dedup();
    application::expect_household(tx, guide, &found).await?;
    Ok(found)
}

async fn enter<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    one: &CourseParticipant,
    now: Instant,
) -> Result<PersonId, ApiError> {
    let details = Details { name: one.name.clone(), kana: one.kana.clone(), ..Details::default() };
    let draft = PersonDraft { details, birth_date: one.birth_date.map(|day| day.0) };
    let made = match caller.actor() {
        Actor::Patron(patron) => patron::household::add(tx, keys, *patron, draft, now).await?.id,
        _ => person::create(tx, keys, draft, now).await?.id,
    };
    for said in one.facts.iter().flatten() {
        fact::claim(tx, keys, person_wire::claim(made, said)?, Hand::Office, now).await?;
    }
    Ok(made)
}

/// What somebody says who is not known yet.
fn said(one: &CourseParticipant, on: Date) -> Result<Facts, ApiError> {
    let mut facts = Facts::new();
    for said in one.facts.iter().flatten() {
        let claim = person_wire::claim(PersonId::from_uuid(Uuid::nil()), said)?;
        facts.insert(claim.kind, Fact { value: value(&claim.value), verified: false });
    }
    if let Some(birth) = one.birth_date.map(|day| day.0) {
        insert_age(&mut facts, age_on(birth, on), grade_on(birth, on).map(|grade| grade.number()), (false, false));
    }
    Ok(facts)
}

fn facts_of(known: &PersonFacts) -> Facts {
    let told = |(kind, fact): (&String, &fact::KnownFact)| {
        (kind.clone(), Fact { value: value(&fact.value), verified: fact.proven() })
    };
    let mut facts: Facts = known.facts.iter().map(told).collect();
    let grade = known.grade.map(|grade| grade.number());
    insert_age(&mut facts, known.age, grade, (known.birth_date_verified, known.grade_verified));
    facts
}

fn insert_age(facts: &mut Facts, age: Option<u16>, grade: Option<i8>, (age_seen, grade_seen): (bool, bool)) {
    if let Some(age) = age {
        facts.insert("age".to_owned(), Fact { value: FactValue::Number(age.into()), verified: age_seen });
    }
    if let Some(grade) = grade {
        facts.insert("grade".to_owned(), Fact { value: FactValue::Number(grade.into()), verified: grade_seen });
    }
}

fn value(kept: &fact::FactValue) -> FactValue {
    match kept {
        fact::FactValue::Yes(yes) => FactValue::Yes(*yes),
        fact::FactValue::Number(number) => FactValue::Number(*number),
        fact::FactValue::Text(text) => FactValue::Text(text.clone()),
    }
}
