//! 受講者: a person with a name and a birth date, with or without a sign-in: a child, somebody who came to the counter, or the
//! patron themselves.
//!
//! Who acts for a person stands in [`crate::household`], what is known of one in [`crate::fact`]. A person who turned out to
//! be another one (名寄せ) keeps their id: every verb that takes it answers for the one who is left.

pub mod age;
pub(crate) mod events;
pub mod identity;
mod rules;
pub(crate) mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    clock::civil_day,
    ids::{PatronId, PersonId},
};
use time::Date;

use crate::{Details, Keys, details::DetailsError, household, problems};
pub use crate::{
    fact::{FactValue, KnownFact, PersonFacts, facts},
    household::{Household, household_of, letters_to, may_act_for, of_self, wards},
    standing::Hand,
};

/// A person with the personal data opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub details: Details,
    /// A civil day in Japan.
    pub birth_date: Option<Date>,
    /// From 1, one more with every change.
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

/// A person to be entered. A name is required.
#[derive(Clone, Default)]
pub struct PersonDraft {
    pub details: Details,
    pub birth_date: Option<Date>,
}

impl std::fmt::Debug for PersonDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonDraft(…)")
    }
}

/// What changes about a person: nothing for what stays, `Some(None)` for what is cleared.
#[derive(Clone, Default)]
pub struct PersonChange {
    pub name: Option<Option<String>>,
    pub kana: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub postal_code: Option<Option<String>>,
    pub address: Option<Option<String>>,
    pub birth_date: Option<Option<Date>>,
}

impl std::fmt::Debug for PersonChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonChange(…)")
    }
}

/// Whom a list shows: those for whom all of it holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct PersonFilter<'a> {
    /// The whole reading, however typed.
    pub kana: Option<&'a str>,
    /// The whole number, however typed.
    pub phone: Option<&'a str>,
    /// The whole address, however typed.
    pub email: Option<&'a str>,
    /// Persons this patron acts for.
    pub patron: Option<PatronId>,
}

/// How a person is called on rosters and letters.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    /// The one who is left, when the id that was asked for is that of a merged person.
    pub person: PersonId,
    pub name: String,
    /// The reading, as typed.
    pub kana: Option<String>,
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonName({})", self.person)
    }
}

/// Why a person is not entered, shown, changed or merged.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    #[error("there is no such person")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i64 },
    #[error("there is no such patron")]
    NoSuchPatron,
    /// These the patron may not act for: they are somebody else's, or nobody's.
    #[error("the patron does not act for {} of the persons", .0.len())]
    NotYours(Vec<PersonId>),
    #[error("the household has {most} people already")]
    HouseholdFull { most: usize },
    #[error("the patron acts for the person already")]
    ActsAlready,
    #[error("the person is the patron")]
    IsSelf,
    /// The person is a patron: name and contact are the patron's.
    #[error("the person is a patron")]
    IsPatron(PatronId),
    #[error("one person is not merged into itself")]
    SamePerson,
    #[error("the person is merged into {0} already")]
    Merged(PersonId),
    #[error(transparent)]
    Details(#[from] DetailsError),
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for PersonError {
    fn from(fault: Fault) -> Self {
        if fault.violates("relationships_patron") {
            return Self::NoSuchPatron;
        }
        if fault.violates("one_relationship_per_pair") { Self::ActsAlready } else { Self::Fault(fault) }
    }
}

impl Refuse for PersonError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::NoSuchPatron => problems::PERSON_NO_SUCH_PATRON.refuse(),
            Self::NotYours(persons) => {
                let persons: Vec<String> = persons.iter().map(ToString::to_string).collect();
                problems::PERSON_NOT_YOURS.refuse().fact("persons", persons)
            }
            Self::HouseholdFull { most } => problems::HOUSEHOLD_FULL.refuse().fact("most", *most),
            Self::ActsAlready => problems::ACTS_ALREADY.refuse(),
            Self::IsSelf => problems::PERSON_IS_SELF.refuse(),
            Self::IsPatron(patron) => problems::PERSON_IS_PATRON.refuse().fact("patron", patron.to_string()),
            Self::SamePerson => problems::MERGE_SAME.refuse(),
            Self::Merged(into) => problems::PERSON_MERGED.refuse().fact("into", into.to_string()),
            Self::Details(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Enters a person, by the hand of staff or with an application at the counter.
///
/// # Errors
/// [`PersonError::Details`] with every fault: a name is required, a birth date lies at most 130 years back and not ahead.
pub async fn create(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    draft: PersonDraft,
    now: Instant,
) -> Result<Person, PersonError> {
    let person = rules::fresh(draft, now)?;
    sql::insert(tx, keys, &person).await?;
    audit::journal(tx, now, &events::PersonCreated { person: person.id, guardian: None }).await?;
    Ok(person)
}

/// Shows a person. The reading is journalled. A patron sees whom they act for; everybody else is absent.
///
/// # Errors
/// [`PersonError::Absent`].
pub async fn view(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PersonId,
    by: Hand,
    now: Instant,
) -> Result<Person, PersonError> {
    reached(tx, keys, id, by, now).await?;
    let person = sql::one(tx, keys, id).await?.ok_or(PersonError::Absent)?;
    let own = by != Hand::Office;
    audit::journal(tx, now, &events::PersonRead { person: person.id, what: "details", own }).await?;
    Ok(person)
}

/// Shows staff one page of persons, in the order in which they became known; merged ones are not shown. The reading is
/// journalled with every id shown. An address or a number that cannot be one finds nobody.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    filter: PersonFilter<'_>,
    ask: &PageAsk,
    now: Instant,
) -> Result<Page<Person>, Fault> {
    let Some(sought) = rules::sought(keys, filter) else { return Ok(Page { items: Vec::new(), next: None }) };
    let page = Page::from_rows(sql::page(tx, keys, &sought, ask).await?, ask, |person| person.id.uuid());
    let persons = page.items.iter().map(|person| person.id).collect();
    audit::journal(tx, now, &events::PersonsListed { persons, by: rules::used(&filter), own: false }).await?;
    Ok(page)
}

/// Changes a person. `expected` is the version the caller has read; nothing means whichever there is. Name and contact of a
/// person who is a patron are the patron's, and change with them.
///
/// # Errors
/// [`PersonError`]: `Absent`, `Stale`, `IsPatron`, `Details`.
pub async fn update(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (id, by): (PersonId, Hand),
    change: PersonChange,
    expected: Option<i64>,
    now: Instant,
) -> Result<Person, PersonError> {
    reached(tx, keys, id, by, now).await?;
    let before = sql::locked(tx, keys, id).await?.ok_or(PersonError::Absent)?;
    if expected.is_some_and(|wanted| wanted != before.version) {
        return Err(PersonError::Stale { current: before.version });
    }
    if change.touches_details()
        && let Some(patron) = household::sql::patron_of(tx, before.id).await?
    {
        return Err(PersonError::IsPatron(patron));
    }
    let (after, fields) = rules::changed(&before, change, now)?;
    let own = by != Hand::Office;
    if fields.is_empty() {
        // what is shown of a person is journalled, also where nothing differs
        audit::journal(tx, now, &events::PersonRead { person: before.id, what: "details", own }).await?;
        return Ok(before);
    }
    sql::update(tx, keys, &after).await?;
    audit::journal(tx, now, &events::PersonUpdated { person: after.id, fields, version: after.version, own }).await?;
    Ok(after)
}

/// 名寄せ: one person turned out to be another. Who acts for them, what is known of them and what was answered for them go over; of two facts of a kind the
/// verified one stays, then the later one; details the other lacks are taken over, and those of a patron stay. The old id answers for
/// the one who is left.
///
/// # Errors
/// [`PersonError`]: `Absent`, `SamePerson`, `Merged`.
pub async fn merge(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    from: PersonId,
    into: PersonId,
    now: Instant,
) -> Result<Person, PersonError> {
    if from == into {
        return Err(PersonError::SamePerson);
    }
    let (gone, kept) = sql::locked_pair(tx, keys, from, into).await?;
    let (mut gone, mut kept) = (unmerged(gone)?, unmerged(kept)?);
    let is_patron = household::sql::patron_of(tx, into).await?.is_some();
    if !is_patron && household::sql::patron_of(tx, from).await?.is_some() {
        // whoever is a patron from now on has the patron's name and contact
        std::mem::swap(&mut gone.details, &mut kept.details);
    }
    let after = rules::filled(kept, &gone, now);
    household::sql::hand_over(tx, from, into, now).await?;
    crate::fact::sql::hand_over(tx, from, into, now).await?;
    crate::group::hand_over(tx, from, into, now).await?;
    crate::form::sql::hand_over(tx, from, into).await?;
    sql::update(tx, keys, &after).await?;
    sql::mark_merged(tx, from, into, now).await?;
    audit::journal(tx, now, &events::PersonsMerged { person: from, into }).await?;
    Ok(after)
}

fn unmerged(found: Option<(Person, Option<PersonId>)>) -> Result<Person, PersonError> {
    match found {
        None => Err(PersonError::Absent),
        Some((_, Some(into))) => Err(PersonError::Merged(into)),
        Some((person, None)) => Ok(person),
    }
}

/// How these persons are called, by the id that was asked for, in one statement; ids of nobody are left out. For rosters and
/// letters, whose reading their owner journals: it is not journalled here.
///
/// # Errors
/// A [`Fault`].
pub async fn names(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    persons: &[PersonId],
) -> Result<BTreeMap<PersonId, PersonName>, Fault> {
    sql::names(tx, keys, persons).await
}

/// Every id under which these persons are kept, their own and those of whoever was merged into them, each with the one who is left,
/// in one statement; ids of nobody are left out.
///
/// # Errors
/// A [`Fault`].
pub async fn known_as(tx: &mut TenantTx, persons: &[PersonId]) -> Result<BTreeMap<PersonId, PersonId>, Fault> {
    if persons.is_empty() { Ok(BTreeMap::new()) } else { sql::known_as(tx, persons).await }
}

/// Who else may be one of these persons: of the same birth date and of the same name or reading, each after whom they are like. Whoever
/// has no birth date is like nobody.
///
/// # Errors
/// A [`Fault`].
pub async fn alike(tx: &mut TenantTx, persons: &[PersonId]) -> Result<Vec<(PersonId, PersonId)>, Fault> {
    if persons.is_empty() { Ok(Vec::new()) } else { sql::alike_known(tx, persons).await }
}

/// Holds persons, and whoever they were merged into, for the rest of the transaction: they may change, but nobody merges them. A
/// merge that has begun is waited for.
///
/// # Errors
/// A [`Fault`].
pub async fn hold(tx: &mut TenantTx, persons: &[PersonId]) -> Result<(), Fault> {
    let mut wanted = persons.to_vec();
    while !wanted.is_empty() {
        wanted = sql::hold(tx, &wanted).await?.into_iter().filter_map(|(_, into)| into).collect();
    }
    Ok(())
}

/// The person a patron is has the patron's name and contact: after a change of the patron they follow.
pub(crate) async fn follow(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: &crate::Patron,
    now: Instant,
) -> Result<(), Fault> {
    let Some(id) = household::sql::self_of(tx, patron.id).await? else { return Ok(()) };
    let Some(before) = sql::locked(tx, keys, id).await? else { return Ok(()) };
    if before.details == patron.details {
        return Ok(());
    }
    let version = before.version.saturating_add(1);
    let after = Person { details: patron.details.clone(), version, updated_at: now, ..before };
    sql::update(tx, keys, &after).await
}

/// Refuses a patron who does not act for the person.
pub(crate) async fn reached(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PersonId,
    by: Hand,
    now: Instant,
) -> Result<(), PersonError> {
    match by {
        Hand::Office => Ok(()),
        Hand::Own(patron) => match may_act_for(tx, keys, patron, &[id], now).await {
            Err(PersonError::NotYours(_)) => Err(PersonError::Absent),
            other => other,
        },
    }
}

/// Whether a birth date can be one on the day of `now`.
pub(crate) fn today(now: Instant) -> Date {
    civil_day(now)
}

pub(crate) use rules::{fresh, imagined};
