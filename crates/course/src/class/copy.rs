//! コピー再利用: a class again in another term, with its rules, windows, fees and the plan of its sessions.

use audit::journal;
use db::TenantTx;
use kernel::{
    Instant,
    ids::{CourseClassId, FormVersionId, TermId},
};
use time::Duration;

use super::{ClassWithPlaces, CourseClass, Places, events, known, rules, sql};
use crate::{
    catalogue::CatalogueError,
    fee,
    rule::ClassRules,
    session::{self, SessionDraft, SessionWithPeople, Teacher, When, pattern},
    term, window,
};

/// Where a class is copied to.
#[derive(Debug, Clone)]
pub struct CopyDraft {
    pub term: TermId,
    /// Unique in that term.
    pub code: String,
    /// Absent: as it is, in both languages.
    pub title: Option<String>,
    /// What it asks; absent: the same.
    pub form_version: Option<FormVersionId>,
    /// In the unit of the class; absent: as it is.
    pub capacity: Option<i32>,
}

/// A class that was copied, as a draft.
#[derive(Debug, Clone)]
pub struct Copied {
    pub made: ClassWithPlaces,
    /// Its sessions as they would be: of those that are not cancelled, at their hours, as many whole weeks later as the terms are
    /// apart. They are made by whoever takes their rooms.
    pub sessions: Vec<SessionDraft>,
}

/// Copies a class with its windows and fees. Whatever speaks of a day moves by whole weeks, so that it stays on its day of the
/// week, but for the day on which age and grade are judged, which stays the same day of its year; who applied or was drawn does not
/// come along: what the house holds back and how many may wait are as it last said, not what is left of it. Whoever calls makes sure
/// that the form it asks by is still offered.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `NoSuch`, `CodeTaken`, `Numbers` when its capacity was lowered below what else it says and no other is
/// given.
pub async fn copy(
    tx: &mut TenantTx,
    id: CourseClassId,
    draft: CopyDraft,
    now: Instant,
) -> Result<Copied, CatalogueError> {
    let from = super::find(tx, id, true).await?;
    let (before, after) = (term::find(tx, from.class.term_id).await?, find_term(tx, draft.term).await?);
    let later = pattern::shift(before.starts_on, after.starts_on);
    let was = from.class.class_rules();
    let rules = ClassRules {
        facts_on: was.facts_on.map(|day| pattern::same_day(day, before.starts_on, after.starts_on)),
        answers_until: was.answers_until.map(|at| at.saturating_add(later)),
        ..was
    };
    let mut made = copied(from, draft, later, now);
    made.class.rules = rules::kept(&rules)?;
    rules::expect_numbers(&made)?;
    sql::insert(tx, &made.class).await.map_err(known)?;
    sql::insert_places(tx, &made.places).await?;
    window::copy(tx, (id, made.class.id), later, now).await?;
    fee::copy(tx, (id, made.class.id), now).await?;
    journal(tx, now, &events::ClassCopied { class: made.class.id, of: id }).await?;
    let held = session::of_class(tx, id).await?;
    let sessions = held.iter().filter(|one| one.session.state != "cancelled").map(|one| moved(one, later)).collect();
    Ok(Copied { made, sessions })
}

async fn find_term(tx: &mut TenantTx, id: TermId) -> Result<term::Term, CatalogueError> {
    term::find(tx, id).await.map_err(|error| match error {
        CatalogueError::Absent => CatalogueError::NoSuch("term"),
        error => error,
    })
}

fn copied(from: ClassWithPlaces, draft: CopyDraft, later: Duration, now: Instant) -> ClassWithPlaces {
    let id = CourseClassId::new(now);
    let source = from.class.id;
    let class = CourseClass {
        id,
        term_id: draft.term,
        code: draft.code,
        // what it is called otherwise does not mean what it is called now
        title_en: if draft.title.is_some() { None } else { from.class.title_en },
        title: draft.title.unwrap_or(from.class.title),
        form_version_id: draft.form_version.or(from.class.form_version_id),
        decide_by: from.class.decide_by.map(|day| day.saturating_add(later)),
        results_at: from.class.results_at.map(|at| at.saturating_add(later)),
        state: "draft".to_owned(),
        published_at: None,
        decision: None,
        reason: None,
        copied_from_id: Some(source),
        created_at: now,
        updated_at: now,
        version: 1,
        ..from.class
    };
    let Places { capacity, planned_held_back, planned_waiting_capacity, .. } = from.places;
    let capacity = draft.capacity.unwrap_or(capacity);
    ClassWithPlaces { class, places: Places::new(id, capacity, planned_held_back, planned_waiting_capacity) }
}

fn moved(one: &SessionWithPeople, later: Duration) -> SessionDraft {
    let of = &one.session;
    // who stood in for somebody teaches by themselves in another term
    let teacher = |one: &session::Teaching| match one.teacher() {
        substitute if substitute.role == "substitute" => Teacher { role: "lead", ..substitute },
        same => same,
    };
    SessionDraft {
        at: When {
            starts_at: of.starts_at.saturating_add(later),
            ends_at: of.ends_at.saturating_add(later),
            room: of.room_id,
            place: of.place.clone(),
        },
        people: one.people.iter().map(teacher).collect(),
    }
}
