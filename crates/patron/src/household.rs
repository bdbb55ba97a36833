//! 世帯: who acts for whom. A patron is one person, and acts for that person and for those they are the guardian of, until these come of
//! age.
//!
//! A household is what counts where a limit is per household: a person belongs to that of their first guardian; who has none
//! belongs to their own.

mod events;
mod rules;
pub(crate) mod sql;

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    clock::civil_day,
    ids::{PatronId, PersonId},
};
use uuid::Uuid;

use crate::{
    Keys, PatronKind,
    person::{self, Hand, Person, PersonDraft, PersonError, events as told},
    register,
};

/// How a patron is to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    /// The patron is the person.
    Oneself,
    /// 保護者.
    GuardianOf,
}

impl Relationship {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oneself => "self",
            Self::GuardianOf => "guardian_of",
        }
    }

    fn read(text: &str) -> Self {
        if text == "self" { Self::Oneself } else { Self::GuardianOf }
    }
}

/// The key of a household. Two persons are of one household when their keys are the same; it says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Household(pub Uuid);

/// Whom a patron acts for, with how they are related.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub person: Person,
    pub relationship: Relationship,
}

/// How many people a patron may take into their household by their own hand.
pub const MOST: usize = 20;

/// The person a patron is, entered on first use with the patron's name and contact. A group is none.
///
/// # Errors
/// [`PersonError::NoSuchPatron`].
pub async fn of_self(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    now: Instant,
) -> Result<PersonId, PersonError> {
    if let Some(known) = sql::self_of(tx, patron).await? {
        return Ok(known);
    }
    // the row of the patron is locked, so that two first uses make one person
    let owner = register::sql::locked(tx, keys, patron).await?.filter(|owner| owner.kind != PatronKind::Group);
    let owner = owner.ok_or(PersonError::NoSuchPatron)?;
    if let Some(known) = sql::self_of(tx, patron).await? {
        return Ok(known);
    }
    let person = person::fresh(PersonDraft { details: owner.details, birth_date: None }, now)?;
    person::sql::insert(tx, keys, &person).await?;
    sql::insert(tx, patron, person.id, Relationship::Oneself, now).await?;
    audit::journal(tx, now, &told::PersonCreated { person: person.id, guardian: None }).await?;
    audit::journal(tx, now, &events::Related::new(patron, person.id, Relationship::Oneself)).await?;
    Ok(person.id)
}

/// Whom a patron acts for: themselves first, then the others by when they came. The reading is journalled.
///
/// # Errors
/// [`PersonError::NoSuchPatron`].
pub async fn members(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    now: Instant,
) -> Result<Vec<Member>, PersonError> {
    of_self(tx, keys, patron, now).await?;
    let members = acted_for_by(tx, keys, patron, now).await?;
    let persons = members.iter().map(|member| member.person.id).collect();
    audit::journal(tx, now, &told::PersonsListed { persons, by: vec!["patron"], own: true }).await?;
    Ok(members)
}

/// Whom a patron acts for at a moment.
async fn acted_for_by(tx: &mut TenantTx, keys: Keys<'_>, patron: PatronId, now: Instant) -> Result<Vec<Member>, Fault> {
    let today = civil_day(now);
    let mut found = sql::members(tx, keys, patron).await?;
    found.retain(|(one, since)| rules::lasts(one.relationship, civil_day(*since), one.person.birth_date, today));
    Ok(found.into_iter().map(|(one, _)| one).collect())
}

/// Enters a person into a patron's own household, by the patron's hand.
///
/// # Errors
/// [`PersonError`]: `NoSuchPatron`, `HouseholdFull` at [`MOST`] people, `Details` with every fault.
pub async fn add(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    draft: PersonDraft,
    now: Instant,
) -> Result<Person, PersonError> {
    register::sql::locked(tx, keys, patron).await?.ok_or(PersonError::NoSuchPatron)?;
    if sql::count(tx, patron).await? >= MOST {
        return Err(PersonError::HouseholdFull { most: MOST });
    }
    let person = person::fresh(draft, now)?;
    person::sql::insert(tx, keys, &person).await?;
    sql::insert(tx, patron, person.id, Relationship::GuardianOf, now).await?;
    audit::journal(tx, now, &told::PersonCreated { person: person.id, guardian: Some(patron) }).await?;
    Ok(person)
}

/// Makes a patron the guardian of a person, by the hand of staff; also again, of who has come of age since (成年後見).
///
/// # Errors
/// [`PersonError`]: `Absent`, `NoSuchPatron`, `ActsAlready`.
pub async fn guard(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    person: PersonId,
    now: Instant,
) -> Result<(), PersonError> {
    let Person { id: person, birth_date, .. } =
        person::sql::locked(tx, keys, person).await?.ok_or(PersonError::Absent)?;
    let since = sql::guarded_since(tx, patron, person).await?.map(civil_day);
    if since.is_some_and(|since| !rules::lasts(Relationship::GuardianOf, since, birth_date, civil_day(now))) {
        sql::end(tx, patron, person, now).await?;
    }
    sql::insert(tx, patron, person, Relationship::GuardianOf, now).await?;
    audit::journal(tx, now, &events::Related::new(patron, person, Relationship::GuardianOf)).await?;
    Ok(())
}

/// Ends that a patron is the guardian of a person. Nothing about the person is lost; the staff still see them.
///
/// # Errors
/// [`PersonError`]: `Absent` when the patron is not the guardian, `IsSelf`.
pub async fn release(
    tx: &mut TenantTx,
    patron: PatronId,
    person: PersonId,
    by: Hand,
    now: Instant,
) -> Result<(), PersonError> {
    let person = sql::resolved(tx, person).await?.ok_or(PersonError::Absent)?;
    if sql::self_of(tx, patron).await? == Some(person) {
        return Err(PersonError::IsSelf);
    }
    if !sql::end(tx, patron, person, now).await? {
        return Err(PersonError::Absent);
    }
    audit::journal(tx, now, &events::Parted { patron, person, own: by != Hand::Office }).await?;
    Ok(())
}

/// Makes sure that a patron acts for every one of these persons at a moment, in one statement.
///
/// # Errors
/// [`PersonError::NotYours`] with every other; whose they are, and whether they exist, is not told.
pub async fn may_act_for(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    persons: &[PersonId],
    now: Instant,
) -> Result<(), PersonError> {
    let today = civil_day(now);
    let found = sql::acted_for(tx, keys, patron, persons).await?;
    let lasts = |one: &sql::Bond| rules::lasts(one.relationship, civil_day(one.since), one.birth_date, today);
    let allowed: BTreeSet<PersonId> = found.into_iter().filter(lasts).map(|one| one.person).collect();
    let others: Vec<PersonId> = persons.iter().copied().filter(|person| !allowed.contains(person)).collect();
    if others.is_empty() { Ok(()) } else { Err(PersonError::NotYours(others)) }
}

/// Everybody a patron acts for at a moment, by id alone: themselves, once they are a person, and whom they are the guardian of.
///
/// # Errors
/// A [`Fault`].
pub async fn wards(tx: &mut TenantTx, keys: Keys<'_>, patron: PatronId, now: Instant) -> Result<Vec<PersonId>, Fault> {
    let found = acted_for_by(tx, keys, patron, now).await?;
    Ok(found.into_iter().map(|one| one.person.id).collect())
}

/// The household of each of these persons, by the id that was asked for, in one statement; ids of nobody are left out.
///
/// # Errors
/// A [`Fault`].
pub async fn household_of(tx: &mut TenantTx, persons: &[PersonId]) -> Result<BTreeMap<PersonId, Household>, Fault> {
    let found = sql::acting(tx, persons, sql::First::Guardian).await?;
    let key = |patron: Option<PatronId>, person: PersonId| patron.map_or(person.uuid(), PatronId::uuid);
    Ok(found.into_iter().map(|(asked, person, patron)| (asked, Household(key(patron, person)))).collect())
}

/// The patron whom letters about each of these persons go to, in one statement: the person's own sign-in or contact, else the
/// first guardian. Persons for whom nobody acts are left out: their own contact is in [`person::view`].
///
/// # Errors
/// A [`Fault`].
pub async fn letters_to(tx: &mut TenantTx, persons: &[PersonId]) -> Result<BTreeMap<PersonId, PatronId>, Fault> {
    let found = sql::acting(tx, persons, sql::First::Oneself).await?;
    Ok(found.into_iter().filter_map(|(asked, _, patron)| patron.map(|patron| (asked, patron))).collect())
}

/// Who acts for a person, in the order in which they came. By the hand of staff; the reading is journalled.
///
/// # Errors
/// [`PersonError::Absent`].
pub async fn acting_for(
    tx: &mut TenantTx,
    person: PersonId,
    now: Instant,
) -> Result<Vec<(PatronId, Relationship)>, PersonError> {
    let resolved = sql::resolved(tx, person).await?.ok_or(PersonError::Absent)?;
    let found = sql::acting_for(tx, resolved).await?;
    audit::journal(tx, now, &told::PersonRead { person: resolved, what: "guardians", own: false }).await?;
    Ok(found)
}
