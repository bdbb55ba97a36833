//! 受講履歴: what somebody applied for, was in, attended and completed.

mod events;
mod sql;
mod standing;

use std::collections::BTreeMap;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk,
    ids::{CertificateId, CourseApplicationId, CourseId, EnrolmentId, PersonId, TermId},
};

use crate::{
    application::{Application, Title},
    seats::Role,
};

pub use standing::{Standing, standing};

/// An application with what came of it for the persons who are asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    pub application: Application,
    pub about: About,
    pub people: Vec<Part>,
}

/// What an application was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub course: CourseId,
    pub course_title: Title,
    pub class_title: Title,
    pub term: TermId,
    pub term_name: String,
}

/// What came of an application for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Under the id that the application names, also when that person was merged into another since.
    pub person: PersonId,
    pub role: Role,
    /// Absent: never admitted, or a companion.
    pub enrolled: Option<Enrolled>,
}

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    pub enrolment: EnrolmentId,
    /// `active`, `withdrawn` or `ended`.
    pub state: String,
    /// `open`, `passed` or `failed`.
    pub completion: String,
    pub joined_session: i32,
    /// Sessions that are over and were not cancelled, by what was last recorded of this person; for whoever is in the class also what
    /// they attended of it before they withdrew from it.
    pub attended: i64,
    pub absent: i64,
    pub excused: i64,
    /// The valid one, with its number as it is printed.
    pub certificate: Option<(CertificateId, String)>,
}

/// What these persons applied for, oldest first, as it stands now, in three statements. Where some of them are on one application, it
/// is told once.
///
/// # Errors
/// A [`Fault`].
pub async fn of(tx: &mut TenantTx, persons: &[PersonId], ask: &PageAsk, now: Instant) -> Result<Page<Episode>, Fault> {
    let page = Page::from_rows(sql::applications(tx, persons, ask).await?, ask, |one| one.id.uuid());
    let ids: Vec<CourseApplicationId> = page.items.iter().map(|one| one.id).collect();
    let about = sql::about(tx, ids.clone()).await?;
    let mut people: BTreeMap<CourseApplicationId, Vec<Part>> = BTreeMap::new();
    for (application, part) in sql::parts(tx, ids, persons.to_vec(), now).await? {
        people.entry(application).or_default().push(part);
    }
    let mut items = Vec::with_capacity(page.items.len());
    for application in page.items {
        let about = about.get(&application.id).cloned().ok_or(Fault::Unexpected("an application is for a class"))?;
        let people = people.remove(&application.id).unwrap_or_default();
        items.push(Episode { application, about, people });
    }
    Ok(Page { items, next: page.next })
}

/// As [`of`], of one person under every id that they have, by the hand of staff. The reading is journalled.
///
/// # Errors
/// A [`Fault`].
pub async fn read(
    tx: &mut TenantTx,
    person: PersonId,
    known_as: &[PersonId],
    ask: &PageAsk,
    now: Instant,
) -> Result<Page<Episode>, Fault> {
    let page = of(tx, known_as, ask, now).await?;
    journal(tx, now, &events::HistoryRead { person, applications: page.items.len() }).await?;
    Ok(page)
}
