//! 講師: what everybody may read of whoever teaches. Who they are stays with the patrons.

mod events;
pub(crate) mod sql;

use std::collections::BTreeMap;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{CourseSessionId, InstructorId, PatronId},
};

use crate::{
    catalogue::{CatalogueError, expect_version},
    problems,
    schema::instructors,
};

/// An instructor.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = instructors)]
pub struct Instructor {
    pub id: InstructorId,
    /// Whom letters and honoraria go to.
    pub patron_id: Option<PatronId>,
    pub public_name: String,
    pub public_name_en: Option<String>,
    pub profile: Option<String>,
    /// `individual`: income tax is withheld; `company`, `none`: it is not.
    pub payee: String,
    /// `active` or `closed`.
    pub state: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new instructor is.
#[derive(Debug, Clone)]
pub struct InstructorDraft {
    pub patron: Option<PatronId>,
    pub public_name: String,
    pub public_name_en: Option<String>,
    pub profile: Option<String>,
    pub payee: &'static str,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct InstructorChange {
    pub patron: Option<Option<PatronId>>,
    pub public_name: Option<String>,
    pub public_name_en: Option<Option<String>>,
    pub profile: Option<Option<String>>,
    pub payee: Option<&'static str>,
}

/// Why an instructor stays as they are.
#[derive(Debug, thiserror::Error)]
pub enum InstructorError {
    #[error("the instructor is closed")]
    Closed,
    /// The next of the sessions that they are to teach.
    #[error("the instructor has {sessions} sessions to teach")]
    Teaches { sessions: i64, next: CourseSessionId, at: Instant },
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for InstructorError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Closed => problems::INSTRUCTOR_CLOSED.refuse(),
            Self::Teaches { sessions, next, at } => {
                let at = kernel::clock::written(*at);
                let refusal = problems::INSTRUCTOR_TEACHES.refuse().fact("sessions", *sessions);
                refusal.fact("next_session", next.to_string()).fact("next_at", at)
            }
            Self::Catalogue(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes an instructor. Whether there is such a patron is for whoever calls to know.
///
/// # Errors
/// A [`Fault`].
pub async fn create(tx: &mut TenantTx, draft: InstructorDraft, now: Instant) -> Result<Instructor, InstructorError> {
    let made = Instructor {
        id: InstructorId::new(now),
        patron_id: draft.patron,
        public_name: draft.public_name,
        public_name_en: draft.public_name_en,
        profile: draft.profile,
        payee: draft.payee.to_owned(),
        state: "active".to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &made).await?;
    journal(tx, now, &events::InstructorCreated { instructor: made.id }).await?;
    Ok(made)
}

/// Finds an instructor; whoever is not of the house only while they are active.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: InstructorId, house: bool) -> Result<Instructor, InstructorError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if house || found.state == "active" { Ok(found) } else { Err(CatalogueError::Absent.into()) }
}

/// Whom letters to instructors go to; those who are not known as patrons are left out.
///
/// # Errors
/// A [`Fault`].
pub async fn patrons(tx: &mut TenantTx, ids: &[InstructorId]) -> Result<BTreeMap<InstructorId, PatronId>, Fault> {
    sql::patrons(tx, ids).await
}

/// Lists instructors, oldest first; for whoever is not of the house those who are active.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk, house: bool) -> Result<Page<Instructor>, Fault> {
    Ok(Page::from_rows(sql::list(tx, page, house).await?, page, |one| one.id.uuid()))
}

/// Changes an instructor, if they are still in the version that was meant.
///
/// # Errors
/// [`InstructorError`]: `Closed`; `Catalogue` with `Absent`, `Stale`.
pub async fn update(
    tx: &mut TenantTx,
    id: InstructorId,
    version: Option<i32>,
    change: InstructorChange,
    now: Instant,
) -> Result<Instructor, InstructorError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    if one.state != "active" {
        return Err(InstructorError::Closed);
    }
    one.patron_id = change.patron.unwrap_or(one.patron_id);
    one.public_name = change.public_name.unwrap_or(one.public_name);
    one.public_name_en = change.public_name_en.unwrap_or(one.public_name_en);
    one.profile = change.profile.unwrap_or(one.profile);
    one.payee = change.payee.map_or(one.payee, str::to_owned);
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::InstructorChanged { instructor: id, version: one.version }).await?;
    Ok(one)
}

/// Closes an instructor for good: nobody gives them a session any more, and what they taught stays. Closing them twice is
/// closing them once.
///
/// # Errors
/// [`InstructorError`]: `Teaches` while sessions lie ahead of them; `Catalogue` with `Absent`, `Stale`.
pub async fn close(
    tx: &mut TenantTx,
    id: InstructorId,
    version: Option<i32>,
    now: Instant,
) -> Result<Instructor, InstructorError> {
    // whoever gives them a session locks them for share first
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if one.state == "closed" {
        return Ok(one);
    }
    expect_version(version, one.version)?;
    if let Some((sessions, next, at)) = sql::ahead(tx, id, now).await? {
        return Err(InstructorError::Teaches { sessions, next, at });
    }
    one.state = "closed".to_owned();
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::InstructorClosed { instructor: id }).await?;
    Ok(one)
}
