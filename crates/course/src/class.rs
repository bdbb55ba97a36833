//! クラス: what people apply for. Its places are a row of their own, which everybody locks who changes them.

mod copy;
mod events;
mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{CourseClassId, CourseId, FormVersionId, TermId},
};
use time::Date;

pub use copy::{Copied, CopyDraft, copy};

use crate::{
    catalogue::{CatalogueError, expect_sound, expect_version},
    draw,
    rule::ClassRules,
    schema::{classes, places},
    seats::{self, SeatError},
};

/// A class as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = classes)]
pub struct CourseClass {
    pub id: CourseClassId,
    pub course_id: CourseId,
    pub term_id: TermId,
    /// Unique in its term.
    pub code: String,
    pub title: String,
    pub title_en: Option<String>,
    /// `person` or `party`.
    pub capacity_unit: String,
    pub max_party: i32,
    /// 最少催行人数, in the unit of the capacity.
    pub minimum_enrolment: Option<i32>,
    /// The last civil day on which it is decided whether the class runs.
    pub decide_by: Option<Date>,
    /// `first_come`, `draw` or `screening`.
    pub admission: String,
    /// `in_person`, `online` or `hybrid`.
    pub delivery: String,
    /// `strict_head`: nobody passes the first in line; `skip_if_not_fit`: the next that fits is promoted.
    pub group_policy: String,
    /// How long somebody promoted may think.
    pub offer_minutes: i32,
    /// How many days there are to pay.
    pub payment_days: i32,
    /// Percent of the sessions held that completes it (修了).
    pub completion_percent: Option<i32>,
    pub rules: serde_json::Value,
    pub form_version_id: Option<FormVersionId>,
    /// For whoever is admitted alone.
    pub join_url: Option<String>,
    /// `draft`, `published`, `cancelled` or `completed`.
    pub state: String,
    pub published_at: Option<Instant>,
    /// 結果通知: decisions are told from then on; absent: at once.
    pub results_at: Option<Instant>,
    /// `go` or `cancelled`.
    pub decision: Option<String>,
    pub reason: Option<String>,
    pub copied_from_id: Option<CourseClassId>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Places are offered until this session begins, counted in the order of time; absent: the first.
    pub promote_until: Option<i32>,
    /// 猶予: for how many days after its deadline a place is kept that is to be paid for.
    pub payment_grace_days: i32,
}

/// 定員 and what is taken of it, in the unit of the class.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = places)]
pub struct Places {
    pub class_id: CourseClassId,
    pub capacity: i32,
    /// 関係者枠: of the capacity, kept back from everybody but the staff.
    pub held_back: i32,
    /// How many may wait; absent: as many as like.
    pub waiting_capacity: Option<i32>,
    pub taken: i32,
    /// What the house said that is held back, however much of it is used up by now; and how many may wait, though the line was closed.
    pub planned_held_back: i32,
    pub planned_waiting_capacity: Option<i32>,
}

impl Places {
    /// How many may come; or have a place, where that is more since there are fewer places.
    pub fn at_most(&self) -> i32 {
        self.capacity.max(self.taken)
    }

    /// Of which nothing is taken.
    const fn new(class_id: CourseClassId, capacity: i32, held_back: i32, waiting_capacity: Option<i32>) -> Self {
        let (planned_held_back, planned_waiting_capacity) = (held_back, waiting_capacity);
        Self { class_id, capacity, held_back, waiting_capacity, taken: 0, planned_held_back, planned_waiting_capacity }
    }
}

/// A class with its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassWithPlaces {
    pub class: CourseClass,
    pub places: Places,
}

/// What a new class is.
#[derive(Debug, Clone)]
pub struct ClassDraft {
    pub course: CourseId,
    pub term: TermId,
    pub code: String,
    pub title: String,
    pub title_en: Option<String>,
    pub capacity: i32,
    pub held_back: i32,
    pub waiting_capacity: Option<i32>,
    pub capacity_unit: &'static str,
    pub max_party: i32,
    pub minimum_enrolment: Option<i32>,
    pub decide_by: Option<Date>,
    pub admission: &'static str,
    pub delivery: &'static str,
    pub group_policy: &'static str,
    pub offer_minutes: i32,
    pub payment_days: i32,
    pub payment_grace_days: i32,
    pub completion_percent: Option<i32>,
    pub rules: ClassRules,
    pub form_version: Option<FormVersionId>,
    pub join_url: Option<String>,
    pub results_at: Option<Instant>,
    pub promote_until: Option<i32>,
}

/// What changes; `Some(None)` clears. Fields of the second half only change while the class is a draft.
#[derive(Debug, Clone, Default)]
pub struct ClassChange {
    pub title: Option<String>,
    pub title_en: Option<Option<String>>,
    pub minimum_enrolment: Option<Option<i32>>,
    pub decide_by: Option<Option<Date>>,
    pub completion_percent: Option<Option<i32>>,
    pub join_url: Option<Option<String>>,
    pub results_at: Option<Option<Instant>>,
    pub promote_until: Option<Option<i32>>,
    pub capacity: Option<i32>,
    pub held_back: Option<i32>,
    pub waiting_capacity: Option<Option<i32>>,
    pub max_party: Option<i32>,
    pub admission: Option<&'static str>,
    pub delivery: Option<&'static str>,
    pub group_policy: Option<&'static str>,
    pub offer_minutes: Option<i32>,
    pub payment_days: Option<i32>,
    pub payment_grace_days: Option<i32>,
    pub rules: Option<ClassRules>,
    pub form_version: Option<Option<FormVersionId>>,
}

impl CourseClass {
    /// What it decides by. Rules that cannot be read are none: only what was checked is ever written.
    pub fn class_rules(&self) -> ClassRules {
        serde_json::from_value(self.rules.clone()).unwrap_or_default()
    }

    /// Whether whoever is not of the house knows of it.
    pub const fn is_public(&self) -> bool {
        self.published_at.is_some()
    }
}

/// Makes a class, as a draft.
///
/// # Errors
/// [`CatalogueError`]: `Numbers`, `Rules`, `NoSuch`, `CodeTaken`.
pub async fn create(tx: &mut TenantTx, draft: ClassDraft, now: Instant) -> Result<ClassWithPlaces, CatalogueError> {
    expect_sound(&draft.rules)?;
    let made = rules::drafted(draft, now)?;
    rules::expect_numbers(&made)?;
    sql::insert(tx, &made.class).await.map_err(known)?;
    sql::insert_places(tx, &made.places).await?;
    journal(tx, now, &events::ClassCreated { class: made.class.id }).await?;
    Ok(made)
}

/// Finds a class; whoever is not of the house only when it was published.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: CourseClassId, house: bool) -> Result<ClassWithPlaces, CatalogueError> {
    let found = sql::find_with_places(tx, id).await?.ok_or(CatalogueError::Absent)?;
    if house || found.class.is_public() { Ok(found) } else { Err(CatalogueError::Absent) }
}

/// The places of a class; nothing when there is no such class.
///
/// # Errors
/// A [`Fault`].
pub async fn places_of(tx: &mut TenantTx, id: CourseClassId) -> Result<Option<Places>, Fault> {
    Ok(sql::places_of(tx, &[id]).await?.pop())
}

/// These classes, in the order of their ids.
pub(crate) async fn of_ids(tx: &mut TenantTx, ids: &[CourseClassId]) -> Result<Vec<ClassWithPlaces>, Fault> {
    sql::of_ids(tx, ids).await
}

/// Lists classes, oldest first; for whoever is not of the house those that were published.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    course: Option<CourseId>,
    term: Option<TermId>,
    page: &PageAsk,
    house: bool,
) -> Result<Page<ClassWithPlaces>, Fault> {
    let rows = sql::list(tx, course, term, page, house).await?;
    Ok(Page::from_rows(rows, page, |one| one.class.id.uuid()))
}

/// Nobody enters or leaves a class until the transaction ends.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub(crate) async fn hold(tx: &mut TenantTx, id: CourseClassId) -> Result<(), CatalogueError> {
    seats::lock(tx, id).await.map_err(|error| match error {
        SeatError::Fault(fault) => CatalogueError::from(fault),
        _ => CatalogueError::Absent,
    })
}

/// Whether a class is in the version that was meant. Nobody enters, leaves or changes it until the transaction ends.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn expect(tx: &mut TenantTx, id: CourseClassId, version: Option<i32>) -> Result<(), CatalogueError> {
    hold(tx, id).await?;
    let current = sql::lock(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, current)
}

/// Changes a class, if it is still in the version that was meant. What a draw that is announced draws by stays, in a draft too.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `State`, `Fixed` with what only changes in a draft, `Announced` with what stays until the draw is
/// voided, `CompletionRaised`, `Numbers`, `Rules`, `NoSuch`.
pub async fn update(
    tx: &mut TenantTx,
    id: CourseClassId,
    version: Option<i32>,
    change: ClassChange,
    now: Instant,
) -> Result<ClassWithPlaces, CatalogueError> {
    let was = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, was.class.version)?;
    if let Some(rules) = &change.rules {
        expect_sound(rules)?;
    }
    let mut one = rules::changed(was.clone(), change)?;
    rules::expect_changed_numbers(&was, &one)?;
    let fields = rules::drawn_by(&was, &one);
    if !fields.is_empty()
        && let Some(draw) = draw::announced_of(tx, id).await?
    {
        return Err(CatalogueError::Announced { draw, fields });
    }
    (one.class.updated_at, one.class.version) = (now, one.class.version.saturating_add(1));
    sql::update(tx, &one.class).await.map_err(known)?;
    if one.class.state == "draft" {
        sql::update_places(tx, &one.places).await?;
    }
    journal(tx, now, &events::ClassChanged { class: id, version: one.class.version }).await?;
    Ok(one)
}

/// Puts a class before the public. Publishing it twice is publishing it once.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `State` of a class that was cancelled or is over, `NotReady` with what it lacks:
/// `capacity`, `window` (one that has not closed yet), `places` (a room or another place for every session that is held somewhere).
pub async fn publish(
    tx: &mut TenantTx,
    id: CourseClassId,
    version: Option<i32>,
    now: Instant,
) -> Result<ClassWithPlaces, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.class.version)?;
    match one.class.state.as_str() {
        "draft" => {}
        "published" => return Ok(one),
        state => return Err(CatalogueError::State(state.to_owned())),
    }
    let open = sql::has_window_after(tx, id, now).await?;
    let homeless = one.class.delivery != "online" && sql::has_session_nowhere(tx, id).await?;
    let lacks = [(one.places.capacity == 0, "capacity"), (!open, "window"), (homeless, "places")];
    let missing: Vec<_> = lacks.into_iter().filter(|(lacking, _)| *lacking).map(|(_, what)| what).collect();
    if !missing.is_empty() {
        return Err(CatalogueError::NotReady(missing));
    }
    one.class.state = "published".to_owned();
    one.class.published_at = Some(now);
    (one.class.updated_at, one.class.version) = (now, one.class.version.saturating_add(1));
    sql::update(tx, &one.class).await?;
    journal(tx, now, &events::ClassPublished { class: id }).await?;
    Ok(one)
}

/// Locks a class that its windows and fees are to be changed of.
///
/// # Errors
/// [`CatalogueError`]: `NoSuch`, `State` of a class that was cancelled or is over.
pub(crate) async fn to_amend(tx: &mut TenantTx, id: CourseClassId) -> Result<CourseClass, CatalogueError> {
    Ok(to_amend_with_places(tx, id).await?.class)
}

/// As [`to_amend`], with the places of the class.
///
/// # Errors
/// [`CatalogueError`]: `NoSuch`, `State` of a class that was cancelled or is over.
pub(crate) async fn to_amend_with_places(
    tx: &mut TenantTx,
    id: CourseClassId,
) -> Result<ClassWithPlaces, CatalogueError> {
    let found = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::NoSuch("class"))?;
    match found.class.state.as_str() {
        "draft" | "published" => Ok(found),
        state => Err(CatalogueError::State(state.to_owned())),
    }
}

/// Locks a class of which money may still go back: also one that is over.
///
/// # Errors
/// [`CatalogueError`]: `NoSuch`, `State` of a class that was cancelled.
pub(crate) async fn to_settle(tx: &mut TenantTx, id: CourseClassId) -> Result<CourseClass, CatalogueError> {
    let class = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::NoSuch("class"))?.class;
    if class.state == "cancelled" { Err(CatalogueError::State(class.state)) } else { Ok(class) }
}

/// The refusal that the database means.
fn known(fault: Fault) -> CatalogueError {
    match fault {
        fault if fault.violates("classes_code") => CatalogueError::CodeTaken,
        fault if fault.violates("classes_course") => CatalogueError::NoSuch("course"),
        fault if fault.violates("classes_term") => CatalogueError::NoSuch("term"),
        fault => fault.into(),
    }
}
