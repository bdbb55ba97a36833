//! 受講者名簿: who is in a class, for the desk and the instructor. Names are the register's; whoever takes them out of the house is
//! in the journal.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId, EnrolmentId, PersonId},
};
use serde::Serialize;

use crate::{
    application::{self, Application, Applied},
    catalogue::CatalogueError,
    class::{self, CourseClass},
    seats::State,
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
    /// Sessions attended by the last revision, of those that are over and recorded; also before they withdrew and came back.
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

/// Why letters are taken out to be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterPurpose {
    /// 結果通知.
    Results,
    /// 支払案内.
    Payment,
    /// 日程変更・中止の連絡.
    Change,
    Other,
}

/// The applications to a class by receipt number, each as it stands at this moment, so that letters tell of it; `state`: those in it
/// alone.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn standings(
    tx: &mut TenantTx,
    class: CourseClassId,
    state: Option<State>,
    now: Instant,
) -> Result<Vec<(Application, State)>, CatalogueError> {
    class::find(tx, class, true).await?;
    let mut found = Vec::new();
    for one in application::of_class(tx, class).await? {
        let stands = one.application.standing(now)?;
        if state.is_none_or(|asked| asked == stands) {
            found.push((one.application, stands));
        }
    }
    Ok(found)
}

/// Journals that letters about these applications were taken out to be posted, and why.
///
/// # Errors
/// A [`Fault`].
pub async fn letters_taken(
    tx: &mut TenantTx,
    class: CourseClassId,
    applications: Vec<CourseApplicationId>,
    purpose: LetterPurpose,
    now: Instant,
) -> Result<(), Fault> {
    journal(tx, now, &events::LettersExported { class, applications, purpose }).await
}
