//! 講座: what people search. Its classes are what they apply for.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, ids::CourseId};

use crate::{
    catalogue::{CatalogueError, expect_version},
    folding::folded,
    schema::courses,
};

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = courses)]
pub struct Course {
    pub id: CourseId,
    /// Unique at the contractor.
    pub code: String,
    pub title: String,
    pub title_kana: Option<String>,
    pub title_en: Option<String>,
    pub genres: Vec<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    /// Whom to ask, for everybody to read: an office, never a person.
    pub contact: Option<String>,
    /// What a search reads.
    pub searchable: String,
    pub copied_from_id: Option<CourseId>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new course is.
#[derive(Debug, Clone)]
pub struct CourseDraft {
    pub code: String,
    pub title: String,
    pub title_kana: Option<String>,
    pub title_en: Option<String>,
    pub genres: Vec<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub contact: Option<String>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct CourseChange {
    pub title: Option<String>,
    pub title_kana: Option<Option<String>>,
    pub title_en: Option<Option<String>>,
    pub genres: Option<Vec<String>>,
    pub summary: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub contact: Option<Option<String>>,
}

impl Course {
    fn read_aloud(&self) -> String {
        let texts = [Some(&self.title), self.title_kana.as_ref(), self.title_en.as_ref(), self.summary.as_ref()];
        let all: Vec<&str> = texts.into_iter().flatten().chain(&self.genres).map(String::as_str).collect();
        folded(&all.join(" "))
    }
}

/// Makes a course.
///
/// # Errors
/// [`CatalogueError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: CourseDraft, now: Instant) -> Result<Course, CatalogueError> {
    let mut made = Course {
        id: CourseId::new(now),
        code: draft.code,
        title: draft.title,
        title_kana: draft.title_kana,
        title_en: draft.title_en,
        genres: draft.genres,
        summary: draft.summary,
        description: draft.description,
        contact: draft.contact,
        searchable: String::new(),
        copied_from_id: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    made.searchable = made.read_aloud();
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("courses_code") => CatalogueError::CodeTaken,
        fault => fault.into(),
    })?;
    journal(tx, now, &events::CourseCreated { course: made.id }).await?;
    Ok(made)
}

/// Finds a course; whoever is not of the house only when one of its classes was published.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: CourseId, house: bool) -> Result<Course, CatalogueError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if house || sql::is_published(tx, id).await? { Ok(found) } else { Err(CatalogueError::Absent) }
}

/// These courses, each once.
pub(crate) async fn of_ids(tx: &mut TenantTx, ids: Vec<CourseId>) -> Result<Vec<Course>, Fault> {
    sql::of_ids(tx, ids).await
}

/// Lists courses, oldest first; for whoever is not of the house those of which a class was published.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk, house: bool) -> Result<Page<Course>, Fault> {
    Ok(Page::from_rows(sql::list(tx, page, house).await?, page, |course| course.id.uuid()))
}

/// Changes a course, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn update(
    tx: &mut TenantTx,
    id: CourseId,
    version: Option<i32>,
    change: CourseChange,
    now: Instant,
) -> Result<Course, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.title = change.title.unwrap_or(one.title);
    one.title_kana = change.title_kana.unwrap_or(one.title_kana);
    one.title_en = change.title_en.unwrap_or(one.title_en);
    one.genres = change.genres.unwrap_or(one.genres);
    one.summary = change.summary.unwrap_or(one.summary);
    one.description = change.description.unwrap_or(one.description);
    one.contact = change.contact.unwrap_or(one.contact);
    one.searchable = one.read_aloud();
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::CourseChanged { course: id, version: one.version }).await?;
    Ok(one)
}
