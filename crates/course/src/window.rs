//! 申込期間: when who may apply for a class. A class has several: 継続, 市内, 一般, 追加.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{ApplicationWindowId, CourseClassId},
};
use time::Duration;

use crate::{
    catalogue::{CatalogueError, expect_meetable, expect_version},
    class::{self, CourseClass},
    draw,
    rule::Requirement,
    schema::application_windows,
};

/// A window.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_windows)]
pub struct ApplicationWindow {
    pub id: ApplicationWindowId,
    pub class_id: CourseClassId,
    /// `continuing`, `resident`, `general` or `additional`.
    pub kind: String,
    pub label: String,
    /// Half-open.
    pub opens_at: Instant,
    pub closes_at: Instant,
    /// How it is decided; absent: as the class says.
    pub admission: Option<String>,
    pub requires: serde_json::Value,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

impl ApplicationWindow {
    /// What everybody has to meet who applies in it.
    pub fn requirements(&self) -> Vec<Requirement> {
        serde_json::from_value(self.requires.clone()).unwrap_or_default()
    }

    /// Whether it takes applications at this moment.
    pub fn is_open(&self, at: Instant) -> bool {
        self.opens_at <= at && at < self.closes_at
    }
}

/// What a new window is.
#[derive(Debug, Clone)]
pub struct WindowDraft {
    pub class: CourseClassId,
    pub kind: &'static str,
    pub label: String,
    pub opens_at: Instant,
    pub closes_at: Instant,
    pub admission: Option<&'static str>,
    pub requires: Vec<Requirement>,
}

/// What changes. Once it has opened, only its label and when it closes do.
#[derive(Debug, Clone, Default)]
pub struct WindowChange {
    pub label: Option<String>,
    pub opens_at: Option<Instant>,
    pub closes_at: Option<Instant>,
    pub admission: Option<&'static str>,
    pub requires: Option<Vec<Requirement>>,
}

/// Adds a window to a class that is a draft or published: 追加募集 is another window, not another class.
///
/// Of a published class it opens at a moment that lies ahead: by the order in which windows open it is decided who comes first.
///
/// # Errors
/// [`CatalogueError`]: `WindowTimes`, `Rules`, `NoSuch`, `State`, `WindowPast` with when it may open.
pub async fn create(tx: &mut TenantTx, draft: WindowDraft, now: Instant) -> Result<ApplicationWindow, CatalogueError> {
    expect_meetable(&draft.requires)?;
    let made = ApplicationWindow {
        id: ApplicationWindowId::new(now),
        class_id: draft.class,
        kind: draft.kind.to_owned(),
        label: draft.label,
        opens_at: draft.opens_at,
        closes_at: draft.closes_at,
        admission: draft.admission.map(str::to_owned),
        requires: kept(&draft.requires)?,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    expect_times(&made)?;
    expect_ahead(&class::to_amend(tx, draft.class).await?, made.opens_at, now)?;
    sql::insert(tx, &made).await?;
    journal(tx, now, &events::WindowCreated { window: made.id }).await?;
    Ok(made)
}

/// Gives a class that was copied the windows of another, so much later.
pub(crate) async fn copy(
    tx: &mut TenantTx,
    (from, to): (CourseClassId, CourseClassId),
    later: Duration,
    now: Instant,
) -> Result<(), Fault> {
    let again = |one: ApplicationWindow| ApplicationWindow {
        id: ApplicationWindowId::new(now),
        class_id: to,
        opens_at: one.opens_at.saturating_add(later),
        closes_at: one.closes_at.saturating_add(later),
        created_at: now,
        updated_at: now,
        version: 1,
        ..one
    };
    let rows: Vec<_> = sql::of_class(tx, from).await?.into_iter().map(again).collect();
    sql::insert_all(tx, &rows).await
}

/// Those of classes, in their order.
pub(crate) async fn of_classes(tx: &mut TenantTx, classes: &[CourseClassId]) -> Result<Vec<ApplicationWindow>, Fault> {
    sql::of_classes(tx, classes).await
}

/// Lists the windows of a class, or all, oldest first; for whoever is not of the house those of published classes.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<CourseClassId>,
    page: &PageAsk,
    house: bool,
) -> Result<Page<ApplicationWindow>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page, house).await?, page, |window| window.id.uuid()))
}

/// Changes a window, if it is still in the version that was meant. One whose draw is frozen does not open again.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `State`, `WindowOpened` with what stays, `WindowPast` with when it may open,
/// `WindowDrawn`, `WindowTimes`, `Rules`.
pub async fn update(
    tx: &mut TenantTx,
    id: ApplicationWindowId,
    version: Option<i32>,
    change: WindowChange,
    now: Instant,
) -> Result<ApplicationWindow, CatalogueError> {
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.class_id;
    // the class first, like everybody who changes something of it
    let class = class::to_amend(tx, of).await?;
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    if class.is_public() && one.opens_at <= now {
        expect_open_to(&one, &change)?;
    }
    if let Some(opens_at) = change.opens_at {
        expect_ahead(&class, opens_at, now)?;
    }
    if change.closes_at.is_some_and(|at| at != one.closes_at) && draw::is_fixed(tx, id).await? {
        return Err(CatalogueError::WindowDrawn);
    }
    if let Some(requires) = &change.requires {
        expect_meetable(requires)?;
        one.requires = kept(requires)?;
    }
    one.label = change.label.unwrap_or(one.label);
    one.opens_at = change.opens_at.unwrap_or(one.opens_at);
    one.closes_at = change.closes_at.unwrap_or(one.closes_at);
    one.admission = change.admission.map(str::to_owned).or(one.admission);
    expect_times(&one)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::WindowChanged { window: id, version: one.version }).await?;
    Ok(one)
}

/// People may have applied under what was announced.
fn expect_open_to(one: &ApplicationWindow, change: &WindowChange) -> Result<(), CatalogueError> {
    let fixed = [
        (change.opens_at.is_some(), "opens_at"),
        (change.admission.is_some(), "admission"),
        (change.requires.is_some(), "requires"),
    ];
    let fields: Vec<_> = fixed.into_iter().filter(|(given, _)| *given).map(|(_, field)| field).collect();
    if fields.is_empty() { Ok(()) } else { Err(CatalogueError::WindowOpened { at: one.opens_at, fields }) }
}

/// Nobody is put before those who applied already: before the public, a window opens now or later.
fn expect_ahead(class: &CourseClass, opens_at: Instant, now: Instant) -> Result<(), CatalogueError> {
    if class.is_public() && opens_at < now { Err(CatalogueError::WindowPast { earliest: now }) } else { Ok(()) }
}

fn expect_times(one: &ApplicationWindow) -> Result<(), CatalogueError> {
    if one.opens_at < one.closes_at { Ok(()) } else { Err(CatalogueError::WindowTimes) }
}

fn kept(requires: &[Requirement]) -> Result<serde_json::Value, CatalogueError> {
    Ok(serde_json::to_value(requires).map_err(|_| Fault::Unexpected("requirements can be written"))?)
}
