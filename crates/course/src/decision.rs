//! 開講決定: whether a class runs that has a minimum (最少催行人数). Nobody decides it but the staff: what is owed is shown beforehand and
//! noted in the journal day by day until they do, and a class that falls short does not begin before.

mod events;
mod refused;
pub mod rules;
mod sql;

use audit::{journal, journal_many};
use db::{Fault, Remark, TenantTx, remark, sealed::Cell};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, SealKey,
    clock::civil_day,
    ids::{CourseClassId, CourseId, TenantId, TermId},
};
use time::Date;

use crate::{
    catalogue::CatalogueError,
    class::{self, ClassWithPlaces},
};
pub use refused::DecisionError;
pub use rules::Shortfall;

/// How a class stands before it is decided, and after.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct RunStanding {
    pub class: CourseClassId,
    pub course: CourseId,
    pub term: TermId,
    pub code: String,
    pub title: String,
    pub title_en: Option<String>,
    /// `draft`, `published`, `cancelled` or `completed`.
    pub state: String,
    /// `person` or `party`.
    pub capacity_unit: String,
    /// 最少催行人数, in the unit of the capacity; absent: it runs however few they are.
    pub minimum: Option<i32>,
    /// Places of whoever is admitted.
    pub admitted: i64,
    /// Places that are kept for whoever has still to accept or to pay.
    pub kept: i64,
    /// The last civil day on which it is decided; absent: it says none and has no session.
    pub decide_by: Option<Date>,
    /// One of its sessions was held.
    pub begun: bool,
    /// `go` or `cancelled`.
    pub decision: Option<String>,
    /// When it was decided that it runs.
    pub decided_at: Option<Instant>,
    /// Why it runs with fewer than its minimum, sealed.
    pub reason: Option<Vec<u8>>,
    /// Nobody may pass the first in line, for whose party the class has not room any more, whoever leaves.
    pub line_stuck: bool,
}

impl RunStanding {
    /// Why it runs with fewer than its minimum, in the words of who decided it.
    ///
    /// # Errors
    /// A [`Fault`] when it does not open in its place.
    pub fn opened_reason(&self, key: &SealKey, tenant: TenantId) -> Result<Option<String>, Fault> {
        remark::open(key, &reason_cell(tenant, self.class), self.reason.as_deref())
    }
}

const fn reason_cell(tenant: TenantId, class: CourseClassId) -> Cell {
    Cell { tenant, table: "course.run_decisions", column: "reason", row: class.uuid() }
}

/// Which decisions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionFilter {
    pub term: Option<TermId>,
    /// Those to be made on this civil day or before.
    pub until: Date,
    /// Also of classes that have enough.
    pub met: bool,
}

/// Decisions that are owed: of published classes with a minimum, the earliest day first. The number of statements is fixed.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, filter: DecisionFilter, page: &PageAsk) -> Result<Page<RunStanding>, Fault> {
    Ok(Page::from_rows(sql::list(tx, filter, page).await?, page, |one| one.class.uuid()))
}

/// How a class stands.
///
/// # Errors
/// [`DecisionError`]: `Catalogue` with `Absent`.
pub async fn find(tx: &mut TenantTx, class: CourseClassId) -> Result<RunStanding, DecisionError> {
    Ok(sql::find(tx, class).await?.ok_or(CatalogueError::Absent)?)
}

/// The class runs: with fewer than its minimum only for a reason, which stays with it. Deciding it twice is deciding it once; that it
/// does not run is decided by cancelling it. Nobody enters or leaves the class until the transaction ends.
///
/// # Errors
/// [`DecisionError`]: `Below` when fewer are admitted than it needs and no reason is given, `NoReason` for an empty one; `Catalogue` with
/// `Absent`, `Stale`, `State` unless it is published.
pub async fn run(
    tx: &mut TenantTx,
    id: CourseClassId,
    version: Option<i32>,
    reason: Option<&Remark>,
    now: Instant,
) -> Result<ClassWithPlaces, DecisionError> {
    class::expect(tx, id, version).await?;
    let stands = find(tx, id).await?;
    if stands.state != "published" {
        return Err(CatalogueError::State(stands.state).into());
    }
    if stands.decision.is_none() {
        let reason = rules::reasoned(&stands, reason)?;
        sql::decide(tx, &stands, reason, now).await?;
        let (admitted, minimum) = (stands.admitted, stands.minimum);
        journal(tx, now, &events::ClassDecided { class: id, admitted, minimum, short: reason.is_some() }).await?;
    }
    Ok(class::find(tx, id, true).await?)
}

/// Notes in the journal which decisions are owed today, each once a day, whoever else is at it. Says which they are, at most so many
/// at once.
///
/// # Errors
/// A [`Fault`].
pub async fn remind(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<RunStanding>, Fault> {
    let today = civil_day(now);
    let mut owed = sql::owed(tx, today, most).await?;
    if owed.is_empty() {
        return Ok(owed);
    }
    let noted = sql::note(tx, owed.iter().map(|one| one.class).collect(), today).await?;
    owed.retain(|one| noted.contains(&one.class) && rules::is_owed(one, today));
    let told: Vec<_> = owed.iter().filter_map(events::DecisionOwed::of).collect();
    journal_many(tx, now, &told).await?;
    Ok(owed)
}

/// What a class lacks that would begin though fewer are admitted than it needs and nobody decided that it runs.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn shortfall(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Shortfall>, Fault> {
    Ok(sql::find(tx, class).await?.and_then(|stands| rules::shortfall(&stands)))
}
