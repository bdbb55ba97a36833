//! Between courses and patrons: who would take part, with what is known of them.

use std::collections::{BTreeMap, BTreeSet};

use ::course::{
    application::{self, Applied, ApplyError, Assessment, Guide, Participant, Snapshot, assess::Again},
    history::{self, Standing},
    joining,
    rule::{Fact, FactValue, Facts},
    seats::Role,
};
use contract::{ApiError, course::application::CourseParticipant, patron::person::FactRequest};
use custody::keyring::TenantKeys;
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Refusal, Refuse,
    ids::{CourseApplicationId, PatronId, PersonId},
};
use patron::{
    Details, Keys,
    fact::{self, On, PersonFacts},
    newcomer::{self, Newcomer, NewcomerDraft, NewcomerError},
    person::{self, Hand, PersonDraft},
};
use tenancy::Permit;
use uuid::Uuid;

use super::wire;
pub use crate::desk::lent;
use crate::{Desk, May, patron::person_wire};

/// The keys of a tenant, kept while they are lent.
pub fn keys<P: Permit>(desk: &Desk, caller: &May<P>) -> Result<TenantKeys, ApiError> {
    Ok(desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?)
}

/// Makes sure that a patron names only persons they act for, and a guest none.
///
/// # Errors
/// `patron.person.not_yours`, `course.application.party` with `not_signed_in`.
pub async fn expect_own<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    people: &[CourseParticipant],
) -> Result<(), ApiError> {
    let known: Vec<PersonId> = people.iter().filter_map(|one| one.person.map(|person| person.0)).collect();
    match caller.actor() {
        Actor::Patron(patron) => Ok(person::may_act_for(tx, keys, *patron, &known, caller.now()).await?),
        Actor::Guest(_) if !known.is_empty() => Err(ApplyError::Party { fault: "not_signed_in", at: None }.into()),
        _ => Ok(()),
    }
}

/// A party as it was given: everybody with what is known or said of them, and whoever nobody knows yet. Nothing is kept of it.
pub struct Party {
    pub people: Vec<Participant>,
    pub newcomers: Vec<Newcomer>,
    /// Every id under which whoever is known is kept, each with the one who is left.
    pub known_as: BTreeMap<PersonId, PersonId>,
}

impl Party {
    /// Whether somebody is known under their id.
    pub fn knows(&self, person: PersonId) -> bool {
        self.newcomers.iter().all(|one| one.id() != person)
    }

    /// Whoever is known already, by the id that is left.
    pub fn known(&self) -> Vec<PersonId> {
        self.people.iter().map(|one| one.person).filter(|person| self.knows(*person)).collect()
    }
}

/// Whether somebody would learn, not only come along.
pub fn learns(one: &CourseParticipant) -> bool {
    wire::applications::role(one.role) == Role::Participant
}

/// Reads a party: who is known with what is known of them on the days that count, who is not with what is said of them.
/// `named`: whoever is not known has a name, because they will be entered.
///
/// # Errors
/// `course.application.party` with `no_such_person` or `person_and_details`, and everything that cannot be right about whoever is
/// not known, each with its place.
pub async fn read<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    people: &[CourseParticipant],
    (guide, named): (&Guide, bool),
    now: Instant,
) -> Result<Party, ApiError> {
    let newcomers = newcomers(caller, people, named, now)?;
    let ids: Vec<PersonId> = people.iter().filter_map(|one| one.person.map(|person| person.0)).collect();
    let on = days(guide, now);
    let known = person::facts(tx, keys, &ids, on).await?;
    let known_as = person::known_as(tx, &ids).await?;
    let standings = history::standing(tx, guide.class.id, &known_as, &[]).await?;
    let members = members(tx, guide, &known_as, &[], now).await?;
    let mut party = Vec::with_capacity(people.len());
    let mut strangers = newcomers.iter();
    for (at, one) in people.iter().enumerate() {
        let (person, facts) = match one.person {
            Some(asked) => {
                let absent = ApplyError::Party { fault: "no_such_person", at: Some(at) };
                let found = known.iter().find(|known| known.person == asked.0).ok_or(absent)?;
                (found.resolved, facts_of(found))
            }
            None => {
                let one = strangers.next().ok_or(Fault::Unexpected("whoever is not known was checked"))?;
                (one.id(), facts_of(&one.facts_on(on)))
            }
        };
        let standing = standings.get(&person).copied().unwrap_or(Standing::NEW);
        let options = one.options.iter().flatten().map(|fee| fee.0).collect();
        let facts = facts.into_iter().chain(standing.facts()).collect();
        let role = wire::applications::role(one.role);
        party.push(Participant { person, role, facts, options, member: members.contains(&person) });
    }
    Ok(Party { people: party, newcomers, known_as })
}

/// The days on which what is known of whoever is judged at a moment counts.
fn days(guide: &Guide, now: Instant) -> On {
    On { age: guide.facts_on, said: guide.said_on(now) }
}

/// Who has joined, where the class asks for it, without what came of some applications.
async fn members(
    tx: &mut TenantTx,
    guide: &Guide,
    known_as: &BTreeMap<PersonId, PersonId>,
    but: &[CourseApplicationId],
    now: Instant,
) -> Result<BTreeSet<PersonId>, Fault> {
    if guide.has_joining_fee() { joining::members(tx, known_as, but, now).await } else { Ok(BTreeSet::new()) }
}

/// Everybody of applications to one class as they are known now, application by application; nothing that came of these applications
/// is known of them.
///
/// # Errors
/// A fault of the database, or when what is kept does not open.
pub async fn again(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    guide: &Guide,
    of: Vec<Applied>,
    now: Instant,
) -> Result<Vec<Again>, Fault> {
    let judged: Vec<CourseApplicationId> = of.iter().map(|one| one.application.id).collect();
    let ids: Vec<PersonId> = of.iter().flat_map(|one| &one.people).map(|(person, _)| *person).collect();
    let known = person::facts(tx, keys, &ids, days(guide, now)).await?;
    let known: BTreeMap<PersonId, PersonFacts> = known.into_iter().map(|one| (one.person, one)).collect();
    let known_as = person::known_as(tx, &ids).await?;
    let standings = history::standing(tx, guide.class.id, &known_as, &judged).await?;
    let members = members(tx, guide, &known_as, &judged, now).await?;
    let participant = |(person, role): &(PersonId, Role)| {
        let left = known_as.get(person).copied().unwrap_or(*person);
        let standing = standings.get(&left).copied().unwrap_or(Standing::NEW);
        let said = known.get(person).map(facts_of).unwrap_or_default();
        let facts = said.into_iter().chain(standing.facts()).collect();
        let member = members.contains(&left);
        Participant { person: *person, role: *role, facts, options: Vec::new(), member }
    };
    let tenant = tx.tenant();
    let whole = |applied: Applied| -> Result<Again, Fault> {
        let before = Snapshot::open(keys.seal, tenant, &applied.application)?;
        Ok(Again { people: applied.people.iter().map(participant).collect(), before, applied })
    };
    of.into_iter().map(whole).collect()
}

/// Whoever is not known, checked: everything that cannot be right at once, each with its place.
fn newcomers<P: Permit>(
    caller: &May<P>,
    people: &[CourseParticipant],
    named: bool,
    now: Instant,
) -> Result<Vec<Newcomer>, ApiError> {
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for (at, one) in people.iter().enumerate() {
        let described = one.name.is_some() || one.kana.is_some() || one.birth_date.is_some() || one.facts.is_some();
        if one.person.is_some() && described {
            return Err(ApplyError::Party { fault: "person_and_details", at: Some(at) }.into());
        }
        if one.person.is_none() {
            match newcomer(caller, one, named, now) {
                Ok(newcomer) => found.push(newcomer),
                Err(error) => refused.push(error.refusal().within(&format!("/people/{at}"))),
            }
        }
    }
    if let Some(refusal) = Refusal::joined(refused) {
        return Err(ApiError::of(refusal));
    }
    let twice = newcomer::twice(&found).and_then(|id| found.iter().position(|one| one.id() == id));
    let strangers = people.iter().enumerate().filter(|(_, one)| one.person.is_none());
    match twice.and_then(|twice| strangers.map(|(at, _)| at).nth(twice)) {
        Some(at) => Err(ApplyError::Party { fault: "person_twice", at: Some(at) }.into()),
        None => Ok(found),
    }
}

fn newcomer<P: Permit>(
    caller: &May<P>,
    one: &CourseParticipant,
    named: bool,
    now: Instant,
) -> Result<Newcomer, NewcomerError> {
    let nobody = PersonId::from_uuid(Uuid::nil());
    let details = Details { name: one.name.clone(), kana: one.kana.clone(), ..Details::default() };
    let person = PersonDraft { details, birth_date: one.birth_date.map(|day| day.0) };
    let claim = |(at, said): (usize, &FactRequest)| {
        person_wire::claim(nobody, said).map_err(|error| NewcomerError::Fact { at, error })
    };
    let claims = one.facts.iter().flatten().enumerate().map(claim).collect::<Result<_, _>>()?;
    newcomer::check(NewcomerDraft { person, claims }, (caller.actor(), hand(caller)), named, now)
}

/// By whose hand it is done, as far as persons are concerned.
pub const fn hand<P: Permit>(caller: &May<P>) -> Hand {
    match caller.actor() {
        Actor::Patron(patron) => Hand::Own(*patron),
        _ => Hand::Office,
    }
}

/// Holds whoever of a party is known, so that none of them turns out to be somebody else before the transaction ends.
///
/// # Errors
/// A fault of the database.
pub async fn hold(tx: &mut TenantTx, people: &[CourseParticipant]) -> Result<(), Fault> {
    let ids: Vec<PersonId> = people.iter().filter_map(|one| one.person.map(|person| person.0)).collect();
    person::hold(tx, &ids).await
}

/// Whoever may be the same person as somebody else who has an active application to the class, or is of the same party; each with who
/// that is.
pub struct Alike(BTreeMap<PersonId, Vec<PersonId>>);

/// # Errors
/// A fault of the database.
pub async fn alike(tx: &mut TenantTx, keys: Keys<'_>, guide: &Guide, party: &Party) -> Result<Alike, Fault> {
    let mut pairs = person::alike(tx, &party.known()).await?;
    let found = newcomer::alike(tx, keys, &party.newcomers).await?;
    let newcomers = party.newcomers.iter().zip(found);
    pairs.extend(newcomers.flat_map(|(one, alike)| alike.into_iter().map(move |id| (one.id(), id))));
    let others: Vec<PersonId> = pairs.iter().map(|(_, other)| *other).collect();
    let known_as = person::known_as(tx, &others).await?;
    let applied = application::already_applied(tx, guide, &known_as).await?;
    let comes_along = |other: PersonId| party.people.iter().any(|one| one.person == other);
    let mut of: BTreeMap<PersonId, Vec<PersonId>> = BTreeMap::new();
    for (one, other) in pairs.into_iter().filter(|(_, other)| applied.contains(other) || comes_along(*other)) {
        of.entry(one).or_default().push(other);
    }
    Ok(Alike(of))
}

impl Alike {
    /// Makes sure that there is nobody, where that may be told: anybody could ask of a name and a birth date whether somebody takes part,
    /// so that whoever is not of the house is told nothing, and the office looks at it.
    ///
    /// # Errors
    /// `course.application.possible_duplicate` with their places.
    pub fn expect_told<P: Permit>(&self, caller: &May<P>, party: &Party) -> Result<(), ApplyError> {
        if !caller.of_the_house() {
            return Ok(());
        }
        let places = party.people.iter().enumerate().filter(|(_, one)| self.0.contains_key(&one.person));
        let places: Vec<usize> = places.map(|(at, _)| at).collect();
        if places.is_empty() { Ok(()) } else { Err(ApplyError::PossibleDuplicate(places)) }
    }

    /// For the staff to look at.
    pub fn note<'a>(&self, assessments: impl Iterator<Item = &'a mut Assessment>) {
        for one in assessments.flat_map(|of| &mut of.people) {
            one.alike = self.0.get(&one.person).cloned().unwrap_or_default();
        }
    }
}

/// The household of everybody of a party; newcomers are of that of whoever brings them.
///
/// # Errors
/// A fault of the database.
pub async fn households(
    tx: &mut TenantTx,
    party: &Party,
    applicant: PatronId,
) -> Result<BTreeMap<PersonId, Uuid>, Fault> {
    let found = person::household_of(tx, &party.known()).await?;
    let mut found: BTreeMap<PersonId, Uuid> = found.into_iter().map(|(person, of)| (person, of.0)).collect();
    found.extend(party.newcomers.iter().map(|one| (one.id(), applicant.uuid())));
    Ok(found)
}

/// The households of some who leave an application, of which nobody else of it is.
///
/// # Errors
/// `absent` for an application that is not there, a fault of the database.
pub async fn left_behind(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    people: &[PersonId],
) -> Result<Vec<Uuid>, ApplyError> {
    let all: Vec<PersonId> = application::find(tx, id).await?.people.into_iter().map(|(person, _)| person).collect();
    let found = person::household_of(tx, &all).await?;
    let of = |(person, household): (&PersonId, &person::Household)| (people.contains(person), household.0);
    let (gone, stay): (BTreeSet<_>, BTreeSet<_>) = found.iter().map(of).partition(|(leaves, _)| *leaves);
    let stay: BTreeSet<Uuid> = stay.into_iter().map(|(_, household)| household).collect();
    Ok(gone.into_iter().map(|(_, household)| household).filter(|household| !stay.contains(household)).collect())
}

/// What rules are held against: what is proven or said, and what the house computes.
fn facts_of(known: &PersonFacts) -> Facts {
    let said = known.facts.iter().filter(|(kind, _)| !is_computed(kind) && kind.as_str() != fact::BIRTH_DATE);
    let told = |(kind, fact): (&String, &fact::KnownFact)| {
        (kind.clone(), Fact { value: value(&fact.value), verified: fact.proven() })
    };
    let mut facts: Facts = said.map(told).collect();
    let number = |number: i64, verified: bool| Fact { value: FactValue::Number(number), verified };
    if let Some(age) = known.age {
        facts.insert("age".to_owned(), number(age.into(), known.birth_date_verified));
    }
    if let Some(grade) = known.grade {
        facts.insert("grade".to_owned(), number(grade.number().into(), known.grade_verified));
    }
    facts
}

/// What was claimed under a name that the house computes, before nobody could, does not count.
fn is_computed(kind: &str) -> bool {
    fact::COMPUTED.contains(&kind)
}

fn value(kept: &fact::FactValue) -> FactValue {
    match kept {
        fact::FactValue::Yes(yes) => FactValue::Yes(*yes),
        fact::FactValue::Number(number) => FactValue::Number(*number),
        fact::FactValue::Text(text) => FactValue::Text(text.clone()),
    }
}
