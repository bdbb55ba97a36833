//! 受講者名簿: who is in a class, for the desk and the instructor. Names are the register's; whoever takes them out of the house is
//! in the journal.

mod events;
mod sql;

use audit::journal;
use db::TenantTx;
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId, EnrolmentId, PersonId},
};

use crate::{
    application::{self, Applied},
    catalogue::CatalogueError,
    class::{self, CourseClass},
};

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterLine {
    pub enrolment: EnrolmentId,
    pub application: CourseApplicationId,
    pub person: PersonId,
    /// 受付番号.
    pub receipt_number: i64,
    /// `active` or `ended`.
    pub state: String,
    /// `open`, `passed` or `failed`.
    pub completion: String,
    /// 途中入会: the first session they take part in.
    pub joined_session: i32,
    /// Sessions attended by the last revision, of those that are over and recorded.
    pub attended: i64,
    pub held: i64,
}

/// A class with everybody in it.
#[derive(Debug, Clone)]
pub struct Roster {
    pub class: CourseClass,
    /// By receipt number; whoever withdrew is not among them.
    pub lines: Vec<RosterLine>,
}

/// Takes the roster of a class out, and journals of whom.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn export(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Roster, CatalogueError> {
    let found = class::find(tx, class, true).await?.class;
    let lines = sql::lines(tx, class, now).await?;
    let persons = lines.iter().map(|line| line.person).collect();
    journal(tx, now, &events::RosterExported { class, persons }).await?;
    Ok(Roster { class: found, lines })
}

/// 申込者名簿: everybody who applied for a class, whatever became of it.
#[derive(Debug, Clone)]
pub struct Applicants {
    pub class: CourseClass,
    /// By receipt number.
    pub applications: Vec<Applied>,
}

/// Takes everybody who applied for a class out, and journals of whom.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn applicants(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<Applicants, CatalogueError> {
    let found = class::find(tx, class, true).await?.class;
    let applications = application::of_class(tx, class).await?;
    let persons = applications.iter().flat_map(|one| &one.people).map(|(person, _)| *person).collect();
    journal(tx, now, &events::ApplicantsExported { class, persons }).await?;
    Ok(Applicants { class: found, applications })
}
