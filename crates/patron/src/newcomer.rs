//! Somebody who comes with an application and whom nobody knows yet: checked and judged before anything is kept, then entered
//! together with all the others who come along.

mod rules;

use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Refusal, Refuse,
    ids::{PatronId, PersonId},
};

use crate::{
    Keys,
    details::DetailsError,
    fact::{self, Claim, Fact, FactError, On, PersonFacts},
    household::{self, Relationship},
    person::{self, Hand, Person, PersonDraft, PersonError, events as told},
    register,
};

/// What is said of somebody nobody knows yet. Whom the claims name does not matter: they are of this person.
#[derive(Debug, Clone, Default)]
pub struct NewcomerDraft {
    pub person: PersonDraft,
    pub claims: Vec<Claim>,
}

/// Somebody nobody knows yet, found to be possible. Nothing of them is kept before [`enter`].
#[derive(Debug, Clone)]
pub struct Newcomer {
    person: Person,
    facts: Vec<Fact>,
}

/// What cannot be right about somebody: everything about their details, or the first claim that no fact can be.
#[derive(Debug, thiserror::Error)]
pub enum NewcomerError {
    #[error(transparent)]
    Details(#[from] DetailsError),
    /// The claim of this place, from 0.
    #[error("{error}")]
    Fact { at: usize, error: FactError },
}

impl Refuse for NewcomerError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Details(error) => error.refusal(),
            Self::Fact { at, error } => error.refusal().within(&format!("/facts/{at}")),
        }
    }
}

impl Newcomer {
    /// The id under which they will be entered.
    pub const fn id(&self) -> PersonId {
        self.person.id
    }

    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// What would be known of them on the days that count.
    pub fn facts_on(&self, on: On) -> PersonFacts {
        rules::known(&self.person, &self.facts, on)
    }
}

/// Checks what is said of somebody, as if they were entered at this moment. Staff may have seen papers; of what others say
/// nobody has. `named`: a name is required.
///
/// # Errors
/// [`NewcomerError`].
pub fn check(
    draft: NewcomerDraft,
    (actor, by): (&Actor, Hand),
    named: bool,
    now: Instant,
) -> Result<Newcomer, NewcomerError> {
    let person = person::imagined(draft.person, named, now)?;
    let facts = rules::said(&person, draft.claims, (actor, by), now)?;
    Ok(Newcomer { person, facts })
}

/// Who is known already and may be each of these: of the same birth date and of the same name or reading, by their place. Whoever
/// has no birth date is like nobody.
///
/// # Errors
/// A [`Fault`].
pub async fn alike(tx: &mut TenantTx, keys: Keys<'_>, newcomers: &[Newcomer]) -> Result<Vec<Vec<PersonId>>, Fault> {
    let people: Vec<&Person> = newcomers.iter().map(Newcomer::person).collect();
    if people.is_empty() { Ok(Vec::new()) } else { person::sql::alike(tx, keys, &people).await }
}

/// Until the transaction ends, nobody else holds whoever is of the same birth date and name or reading as one of these newcomers, or as
/// one of those who are `known` already.
///
/// # Errors
/// A [`Fault`].
pub async fn hold(tx: &mut TenantTx, keys: Keys<'_>, newcomers: &[Newcomer], known: &[PersonId]) -> Result<(), Fault> {
    let people: Vec<&Person> = newcomers.iter().map(Newcomer::person).collect();
    if people.is_empty() && known.is_empty() {
        return Ok(());
    }
    person::sql::hold_identities(tx, keys, &people, known).await
}

/// The second of two who are one: of the same birth date, name and reading.
pub fn twice(newcomers: &[Newcomer]) -> Option<PersonId> {
    rules::twice(newcomers)
}

/// Enters everybody in a fixed number of statements, into the household of whoever brings them. By a patron's own hand no
/// household grows beyond [`household::MOST`].
///
/// # Errors
/// [`PersonError`]: `NoSuchPatron`, `HouseholdFull`.
pub async fn enter(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    newcomers: &[Newcomer],
    (guardian, by): (PatronId, Hand),
    now: Instant,
) -> Result<(), PersonError> {
    if newcomers.is_empty() {
        return Ok(());
    }
    // the lock of the patron, so that two who come at once do not both find room
    let owner = register::sql::locked(tx, keys, guardian).await?.ok_or(PersonError::NoSuchPatron)?;
    let there = household::sql::count(tx, guardian).await?;
    if by != Hand::Office && there.saturating_add(newcomers.len()) > household::MOST {
        return Err(PersonError::HouseholdFull { most: household::MOST });
    }
    let themselves = household::sql::self_of(tx, guardian).await?;
    let own = rules::themselves(&owner, newcomers).filter(|_| themselves.is_none());
    let related: Vec<_> = newcomers
        .iter()
        .map(|one| {
            let oneself = own == Some(one.id());
            (one.id(), if oneself { Relationship::Oneself } else { Relationship::GuardianOf })
        })
        .collect();
    write(tx, keys, newcomers, (guardian, &related), now).await.map_err(PersonError::from)
}

async fn write(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    newcomers: &[Newcomer],
    (guardian, related): (PatronId, &[(PersonId, Relationship)]),
    now: Instant,
) -> Result<(), Fault> {
    let persons: Vec<&Person> = newcomers.iter().map(Newcomer::person).collect();
    let facts: Vec<&Fact> = newcomers.iter().flat_map(|one| &one.facts).collect();
    person::sql::insert_all(tx, keys, &persons).await?;
    household::sql::insert_all(tx, guardian, related, now).await?;
    fact::sql::insert_all(tx, keys, &facts).await?;
    let made = newcomers.iter().map(|one| told::PersonCreated { person: one.id(), guardian: Some(guardian) });
    audit::journal_many(tx, now, &made.collect::<Vec<_>>()).await?;
    let said: Vec<_> = facts.into_iter().map(fact::told).collect();
    audit::journal_many(tx, now, &said).await
}
