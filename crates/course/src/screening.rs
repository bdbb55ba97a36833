//! 書類選考: what the staff decides beforehand is published to everybody when the class tells its results.

mod events;
mod sql;

use std::collections::BTreeSet;

use audit::journal;
use db::{Fault, Remark, TenantTx, remark, sealed::Cell};
use diesel::prelude::*;
use kernel::{
    Instant, Refusal, Refuse, SealKey,
    ids::{CourseApplicationId, CourseClassId, TenantId},
};
use serde::{Deserialize, Serialize};

use crate::{
    application,
    catalogue::{CatalogueError, expect_version},
    class, problems,
    schema::screenings,
    seats::{self, Drawn, Move, SeatError, State},
    window,
};

/// What is decided of those who are screened. Whoever is not named stays before the staff.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Choices {
    /// Seated as far as the places go, in this order.
    pub admit: Vec<CourseApplicationId>,
    /// In line, after those for whom there was no place.
    pub wait: Vec<CourseApplicationId>,
    pub reject: Vec<CourseApplicationId>,
    /// Why, for those who are rejected.
    #[serde(skip)]
    pub reason: Option<Remark>,
}

impl Choices {
    fn named(&self) -> impl Iterator<Item = CourseApplicationId> {
        self.admit.iter().chain(&self.wait).chain(&self.reject).copied()
    }
}

/// What is kept of it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = screenings)]
pub struct Screening {
    pub class_id: CourseClassId,
    choices: serde_json::Value,
    reason: Option<Vec<u8>>,
    pub prepared_at: Instant,
    /// Since when everybody knows; absent: nobody does yet.
    pub released_at: Option<Instant>,
    pub version: i32,
}

impl Screening {
    /// What is decided.
    ///
    /// # Errors
    /// A [`Fault`] for choices that nobody wrote, or a reason that does not open in its place.
    pub fn choices(&self, key: &SealKey, tenant: TenantId) -> Result<Choices, Fault> {
        let choices: Choices = serde_json::from_value(self.choices.clone())
            .map_err(|_| Fault::Unexpected("the choices of a screening can be read"))?;
        let reason = remark::open(key, &reason_cell(tenant, self.class_id), self.reason.as_deref())?;
        Ok(Choices { reason: reason.map(|reason| Remark::new(reason, key)), ..choices })
    }
}

const fn reason_cell(tenant: TenantId, class: CourseClassId) -> Cell {
    Cell { tenant, table: "course.screenings", column: "reason", row: class.uuid() }
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum ScreeningError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the class is not decided by screening")]
    NotByScreening,
    #[error("the results are told at {0}")]
    Ahead(Instant),
    #[error("the class tells its results at once")]
    NoMoment,
    #[error("some are named that are not before the staff, or twice")]
    NotScreened(Vec<CourseApplicationId>),
    #[error(transparent)]
    Seats(#[from] SeatError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CatalogueError> for ScreeningError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Fault(fault) => Self::Fault(fault),
            _ => Self::Absent,
        }
    }
}

impl Refuse for ScreeningError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotByScreening => problems::SCREENING_NOT_BY_SCREENING.refuse(),
            Self::Ahead(at) => {
                let at = kernel::clock::written(*at);
                problems::RESULTS_AHEAD.refuse().fact("possible_at", at)
            }
            Self::NoMoment => problems::SCREENING_NO_MOMENT.refuse(),
            Self::NotScreened(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                problems::SCREENING_NOT_SCREENED.refuse().fact("applications", ids)
            }
            Self::Seats(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Publishes what is decided, all of it at one moment.
///
/// # Errors
/// [`ScreeningError`]: `Absent`, `NotByScreening`, `Ahead` before the class tells its results, `NotScreened`, `Seats`.
pub async fn publish(
    tx: &mut TenantTx,
    class: CourseClassId,
    choices: &Choices,
    now: Instant,
) -> Result<Vec<Move>, ScreeningError> {
    expect_by_screening(tx, class).await?;
    if let Some(at) = results_at(tx, class).await?.filter(|at| now < *at) {
        return Err(ScreeningError::Ahead(at));
    }
    expect_screened(tx, class, choices).await?;
    settle(tx, class, choices, now).await
}

/// Keeps what is decided until the class tells its results; then it is published without anybody asking. Deciding again replaces
/// what was decided.
///
/// # Errors
/// [`ScreeningError`]: `Absent`, `NotByScreening`, `NoMoment` when the class tells its results at once or has told them, `NotScreened`,
/// `Seats` with `NoReason`.
pub async fn prepare(
    tx: &mut TenantTx,
    class: CourseClassId,
    choices: &Choices,
    now: Instant,
) -> Result<Screening, ScreeningError> {
    // whoever withdraws or is decided meanwhile waits
    seats::lock(tx, class).await?;
    expect_by_screening(tx, class).await?;
    if results_at(tx, class).await?.is_none_or(|at| at <= now) {
        return Err(ScreeningError::NoMoment);
    }
    expect_screened(tx, class, choices).await?;
    if !choices.reject.is_empty() {
        seats::expect_given(choices.reason.as_ref())?;
    }
    let written = serde_json::to_value(choices).map_err(|_| Fault::Unexpected("choices can be written"))?;
    let cell = reason_cell(tx.tenant(), class);
    let reason = choices.reason.as_ref().map(|reason| reason.seal(&cell)).transpose()?;
    let kept = sql::keep(tx, class, (written, reason), now).await?;
    let (admit, wait, reject) = (choices.admit.len(), choices.wait.len(), choices.reject.len());
    journal(tx, now, &events::ScreeningPrepared { class, admit, wait, reject }).await?;
    Ok(kept)
}

/// Whether what is decided beforehand is in the version that was meant: 0 while nothing is. Nobody decides it until the transaction
/// ends.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn expect(tx: &mut TenantTx, class: CourseClassId, version: Option<i32>) -> Result<(), CatalogueError> {
    class::hold(tx, class).await?;
    let kept = sql::find(tx, class).await?;
    expect_version(version, kept.map_or(0, |one| one.version))
}

/// What is decided beforehand.
///
/// # Errors
/// [`ScreeningError::Absent`].
pub async fn find(tx: &mut TenantTx, class: CourseClassId) -> Result<Screening, ScreeningError> {
    sql::find(tx, class).await?.ok_or(ScreeningError::Absent)
}

/// Classes that tell their results by now and of which something is decided that nobody knows yet.
///
/// # Errors
/// A [`Fault`].
pub async fn due(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<CourseClassId>, Fault> {
    sql::due(tx, now, most).await
}

/// Publishes what was decided beforehand, of those who are still before the staff.
///
/// # Errors
/// [`ScreeningError`]: `Absent` when nothing is decided that nobody knows yet, `Ahead`, `Seats`.
pub async fn release(
    tx: &mut TenantTx,
    key: &SealKey,
    class: CourseClassId,
    now: Instant,
) -> Result<Vec<Move>, ScreeningError> {
    seats::lock(tx, class).await?;
    let kept = sql::find(tx, class).await?.filter(|one| one.released_at.is_none()).ok_or(ScreeningError::Absent)?;
    if let Some(at) = results_at(tx, class).await?.filter(|at| now < *at) {
        return Err(ScreeningError::Ahead(at));
    }
    let mut choices = kept.choices(key, tx.tenant())?;
    let gone: BTreeSet<_> = not_screened(tx, class, &choices).await?.into_iter().collect();
    for list in [&mut choices.admit, &mut choices.wait, &mut choices.reject] {
        list.retain(|id| !gone.contains(id));
    }
    let moves = settle(tx, class, &choices, now).await?;
    sql::release(tx, class, now).await?;
    journal(tx, now, &events::ScreeningReleased { class }).await?;
    Ok(moves)
}

async fn settle(
    tx: &mut TenantTx,
    class: CourseClassId,
    choices: &Choices,
    now: Instant,
) -> Result<Vec<Move>, ScreeningError> {
    let chosen = Drawn { seated: choices.admit.clone(), standby: choices.wait.clone(), promised: 0 };
    let rejected = (choices.reject.as_slice(), choices.reason.as_ref());
    Ok(seats::settle_screening(tx, class, &chosen, rejected, now).await?)
}

/// As the class says, or one of its windows for itself.
async fn expect_by_screening(tx: &mut TenantTx, class: CourseClassId) -> Result<(), ScreeningError> {
    let screens = |admission: &str| admission == "screening";
    if screens(&class::find(tx, class, true).await?.class.admission) {
        return Ok(());
    }
    let windows = window::of_classes(tx, &[class]).await?;
    let screened = windows.iter().any(|one| one.admission.as_deref().is_some_and(screens));
    if screened { Ok(()) } else { Err(ScreeningError::NotByScreening) }
}

async fn results_at(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Instant>, ScreeningError> {
    Ok(class::find(tx, class, true).await?.class.results_at)
}

async fn expect_screened(tx: &mut TenantTx, class: CourseClassId, choices: &Choices) -> Result<(), ScreeningError> {
    let mut seen = BTreeSet::new();
    let mut wrong: Vec<_> = choices.named().filter(|id| !seen.insert(*id)).collect();
    wrong.extend(not_screened(tx, class, choices).await?);
    if wrong.is_empty() { Ok(()) } else { Err(ScreeningError::NotScreened(wrong)) }
}

async fn not_screened(
    tx: &mut TenantTx,
    class: CourseClassId,
    choices: &Choices,
) -> Result<Vec<CourseApplicationId>, Fault> {
    let found = application::find_all(tx, choices.named().collect()).await?;
    let screened = |id: &CourseApplicationId| {
        found.iter().any(|one| one.id == *id && one.class_id == class && one.state == State::Screening.as_str())
    };
    Ok(choices.named().filter(|id| !screened(id)).collect())
}
