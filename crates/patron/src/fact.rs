//! What is known of a person: claimed by whoever acts for them, verified by the staff with date and by whom. Nothing is
//! rewritten: a new claim closes the one before, and the history stays.
//!
//! Kinds are the tenant's codes; some are known to the house and checked: `residence` is a code (`city`, `outside`, …),
//! `work_in_city` and `school_in_city` are yes or no, `school_grade` (a number, see [`SchoolGrade`]) stands above the grade
//! that follows from the birth date once it is verified, and `birth_date` verifies the person's.

mod events;
pub(crate) mod rules;
pub(crate) mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{PersonFactId, PersonId},
};
use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    Keys,
    household::sql::resolved,
    person::{self, Hand, PersonError, age::SchoolGrade},
    problems,
};

/// The kind of fact that verifies a birth date.
pub const BIRTH_DATE: &str = "birth_date";
/// The kind of fact that, verified, stands above the grade that follows from the birth date. It is that of the school year in which
/// it is so: later it is told by as many higher as there were Aprils.
pub const SCHOOL_GRADE: &str = "school_grade";

/// Names of what the house computes, from the birth date and from its own records: nobody claims them.
pub const COMPUTED: [&str; 6] = ["age", "grade", "continuing", "first_time", "courses_in_two_years", "lost_last_term"];

/// The civil days in Japan on which what is known of somebody counts; both are one for whoever asks of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct On {
    /// On which age and grade are counted.
    pub age: Date,
    /// On which what was said is so, and papers that were seen are valid: those that prove age and grade as well.
    pub said: Date,
}

impl From<Date> for On {
    fn from(day: Date) -> Self {
        Self { age: day, said: day }
    }
}

/// What a fact says. It never prints.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactValue {
    Yes(bool),
    Number(i64),
    /// A code, or a short text.
    Text(String),
}

impl std::fmt::Debug for FactValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactValue(…)")
    }
}

/// One thing said of a person, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub id: PersonFactId,
    pub person: PersonId,
    pub kind: String,
    pub value: FactValue,
    /// The civil day in Japan since which it is so.
    pub as_of: Date,
    pub claimed_at: Instant,
    pub verified_at: Option<Instant>,
    /// Who verified it: `staff stf_…`, `key key_…`.
    pub verified_by: Option<String>,
    /// The first day on which the verification does not count any more; nothing when it has no end.
    pub expires_on: Option<Date>,
    /// When a later one takes its place, ahead while that is not so yet, or when it was withdrawn.
    pub closed_at: Option<Instant>,
}

/// What is known of a person on the days that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFacts {
    /// As it was asked for.
    pub person: PersonId,
    /// The one who is left, when the person asked for was merged.
    pub resolved: PersonId,
    pub birth_date: Option<Date>,
    /// The staff has seen the paper of exactly this birth date, and it counts on the day.
    pub birth_date_verified: bool,
    /// Full years on the day; nothing when the birth date is not known.
    pub age: Option<u16>,
    /// 学年 in the school year of the day: from a verified fact, else by the birth date, else as it is claimed.
    pub grade: Option<SchoolGrade>,
    /// Whether the grade is verified: the fact, or the birth date it follows from.
    pub grade_verified: bool,
    /// By kind.
    pub facts: BTreeMap<String, KnownFact>,
}

/// One fact as it counts on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFact {
    pub value: FactValue,
    /// The staff has seen the paper.
    pub verified: bool,
    /// A verification that has not run out on the day; true of what is only claimed.
    pub valid: bool,
}

impl KnownFact {
    /// The staff has seen the paper, and it counts on the day.
    pub const fn proven(&self) -> bool {
        self.verified && self.valid
    }
}

/// Why a fact is not taken, shown or verified.
#[derive(Debug, thiserror::Error)]
pub enum FactError {
    #[error("there is no such fact")]
    Absent,
    #[error("a kind is 1 to 40 lower-case letters, digits and underscores")]
    Kind,
    /// What the value of this kind has to be: `a code`, `true or false`, `a grade from -5 to 12`, `the day of birth`.
    #[error("the value is not {0}")]
    Value(&'static str),
    #[error("the house computes it from its own records")]
    Computed,
    #[error("it is said twice")]
    Twice,
    #[error("the person has another birth date, or none")]
    BirthDate,
    #[error("it would not count any more")]
    Expired,
    #[error("it is closed")]
    Closed,
    #[error("the person has {most} kinds of facts already")]
    TooMany { most: usize },
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for FactError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Kind => problems::FACT_KIND.refuse(),
            Self::Value(expected) => problems::FACT_VALUE.refuse().fact("expected", *expected),
            Self::Computed => problems::FACT_COMPUTED.refuse(),
            Self::Twice => problems::FACT_TWICE.refuse(),
            Self::BirthDate => problems::FACT_BIRTH_DATE.refuse(),
            Self::Expired => problems::FACT_EXPIRED.refuse(),
            Self::Closed => problems::FACT_CLOSED.refuse(),
            Self::TooMany { most } => problems::FACTS_FULL.refuse().fact("most", *most),
            Self::Person(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Something said of a person.
#[derive(Debug, Clone)]
pub struct Claim {
    pub person: PersonId,
    pub kind: String,
    pub value: FactValue,
    /// The civil day since which it is so; today when absent.
    pub as_of: Option<Date>,
    /// The staff has seen the paper.
    pub seen: Option<Seen>,
}

/// That the staff has seen a paper.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// The first day on which it does not count any more.
    pub expires_on: Option<Date>,
}

/// How many kinds of facts a person has at most.
pub const MOST: usize = 50;

/// Takes what is said of a person. It closes what was said of the same kind before, at once or on the day from which it is so; saying
/// again what is verified and still counts changes nothing.
///
/// # Errors
/// [`FactError`]: `Kind`, `Computed`, `Value`, `BirthDate`, `Expired`, `TooMany`; [`PersonError::Absent`] of somebody else's person.
pub async fn claim(tx: &mut TenantTx, keys: Keys<'_>, ask: Claim, by: Hand, now: Instant) -> Result<Fact, FactError> {
    person::reached(tx, keys, ask.person, by, now).await?;
    let person = person::sql::locked(tx, keys, ask.person).await?.ok_or(PersonError::Absent)?;
    rules::check(&ask, person.birth_date)?;
    let seen = ask.seen.filter(|_| by == Hand::Office);
    rules::expect_ahead(seen, now)?;
    let current = sql::current(tx, keys, person.id).await?;
    let before = current.iter().find(|fact| fact.kind == ask.kind);
    if let Some(same) = before.filter(|before| seen.is_none() && rules::says_it_again(before, &ask, now)) {
        return Ok(same.clone());
    }
    if before.is_none() && current.len() >= MOST {
        return Err(FactError::TooMany { most: MOST });
    }
    let fact = rules::fresh(person.id, ask, seen, tx.scope().actor(), now);
    if let Some(before) = before {
        if rules::takes_place(before, now) > now {
            take_back(tx, before, now).await?;
        }
        sql::close_standing(tx, &fact, rules::takes_place(&fact, now)).await?;
    }
    sql::insert(tx, keys, &fact).await?;
    audit::journal(tx, now, &told(&fact)).await?;
    Ok(fact)
}

/// What the journal says of a fact that is new.
pub(crate) fn told(fact: &Fact) -> events::FactChanged {
    events::FactChanged::new(fact, if fact.verified_at.is_some() { "recorded" } else { "claimed" })
}

/// The staff has seen the paper of what was claimed. What is verified until the same day already stays as it is; seen again until
/// another one, it takes the place of the one before, whose verification stays in the history.
///
/// # Errors
/// [`FactError`]: `Absent`, `Closed`, `BirthDate`, `Expired`.
pub async fn verify(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (person, id): (PersonId, PersonFactId),
    seen: Seen,
    now: Instant,
) -> Result<Fact, FactError> {
    let person = person::sql::locked(tx, keys, person).await?.ok_or(PersonError::Absent)?;
    let before = open_fact(tx, keys, (person.id, id), now).await?;
    rules::expect_ahead(Some(seen), now)?;
    rules::expect_birth_date(&before.kind, &before.value, person.birth_date)?;
    if before.verified_at.is_some() && before.expires_on == seen.expires_on {
        audit::journal(tx, now, &person::events::PersonRead { person: person.id, what: "facts", own: false }).await?;
        return Ok(before);
    }
    let fact = rules::verified(before, seen, tx.scope().actor(), now);
    if fact.id == id {
        sql::verify(tx, &fact).await?;
    } else {
        sql::close(tx, id, now).await?;
        sql::insert(tx, keys, &fact).await?;
    }
    audit::journal(tx, now, &events::FactChanged::new(&fact, "verified")).await?;
    Ok(fact)
}

/// Takes back what was said, by the hand of staff: it is not so, or not any more. What it would have taken the place of on a day to
/// come stays.
///
/// # Errors
/// [`FactError`]: `Absent`, `Closed`.
pub async fn withdraw(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (person, id): (PersonId, PersonFactId),
    now: Instant,
) -> Result<Fact, FactError> {
    let person = person::sql::locked(tx, keys, person).await?.ok_or(PersonError::Absent)?;
    let mut fact = open_fact(tx, keys, (person.id, id), now).await?;
    fact.closed_at = Some(now);
    take_back(tx, &fact, now).await?;
    audit::journal(tx, now, &events::FactChanged::new(&fact, "withdrawn")).await?;
    Ok(fact)
}

/// Closes a fact. What it would have taken the place of on a day to come stands again.
async fn take_back(tx: &mut TenantTx, fact: &Fact, now: Instant) -> Result<(), Fault> {
    sql::close(tx, fact.id, now).await?;
    let ahead = rules::takes_place(fact, now);
    if ahead > now { sql::reopen(tx, fact, ahead).await } else { Ok(()) }
}

async fn open_fact(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (person, id): (PersonId, PersonFactId),
    now: Instant,
) -> Result<Fact, FactError> {
    let fact = sql::one(tx, keys, id).await?.filter(|fact| fact.person == person).ok_or(FactError::Absent)?;
    if fact.closed_at.is_some_and(|at| at <= now) { Err(FactError::Closed) } else { Ok(fact) }
}

/// What is known of a person on a day, with everything that was said before, newest first, 200 at most. The reading is
/// journalled.
///
/// # Errors
/// [`PersonError::Absent`].
pub async fn view(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (id, by): (PersonId, Hand),
    on: Date,
    now: Instant,
) -> Result<(PersonFacts, Vec<Fact>), FactError> {
    person::reached(tx, keys, id, by, now).await?;
    let person = resolved(tx, id).await?.ok_or(PersonError::Absent)?;
    let known = facts(tx, keys, &[person], on.into()).await?.pop().ok_or(PersonError::Absent)?;
    let said = sql::history(tx, keys, person).await?;
    let own = by != Hand::Office;
    audit::journal(tx, now, &person::events::PersonRead { person, what: "facts", own }).await?;
    Ok((known, said))
}

/// What is known of each of these persons on the days that count, in the order asked, in one statement; ids of nobody are
/// left out. For rules of eligibility and price: the reading is not journalled here.
///
/// # Errors
/// A [`Fault`].
pub async fn facts(tx: &mut TenantTx, keys: Keys<'_>, persons: &[PersonId], on: On) -> Result<Vec<PersonFacts>, Fault> {
    let mut found = sql::known(tx, keys, persons, on).await?;
    Ok(persons.iter().filter_map(|person| found.remove(person)).collect())
}
