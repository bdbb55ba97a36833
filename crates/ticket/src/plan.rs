//! 座席表: the seats of a hall, in versions that never change once they are published.

pub mod csv;
mod events;
pub mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{HallId, SeatId, SeatingPlanId, SeatingPlanVersionId},
};

pub use self::{
    csv::{Charset, LineFault},
    rules::SeatDraft,
};
use crate::{
    catalogue::CatalogueError,
    problems,
    schema::{seating_plan_versions, seating_plans, seats},
};

/// A seating plan of a hall.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = seating_plans)]
pub struct Plan {
    pub id: SeatingPlanId,
    pub hall_id: HallId,
    pub name: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A version of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = seating_plan_versions)]
pub struct PlanVersion {
    pub id: SeatingPlanVersionId,
    pub plan_id: SeatingPlanId,
    /// 1, 2, 3 … within the plan.
    pub number: i32,
    /// `draft` or `published`.
    pub state: String,
    pub seat_count: i32,
    /// SHA-256 over the canonical list of seats.
    pub checksum: Vec<u8>,
    pub created_at: Instant,
    pub published_at: Option<Instant>,
}

/// A seat of a version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = seats)]
pub struct Seat {
    pub id: SeatId,
    pub ordinal: i32,
    pub section: String,
    pub row_label: String,
    pub seat_label: String,
    pub row_index: i32,
    pub position_index: i32,
    pub block_index: i32,
    pub x: Option<i32>,
    pub y: Option<i32>,
    pub quality_rank: i32,
    pub aisle: bool,
    pub wheelchair: bool,
    pub companion: bool,
    pub restricted_view: bool,
}

/// Why a version is not read in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the file has {} faults", .0.len())]
    File(Vec<LineFault>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Seat {
    /// The seat as files describe it.
    pub fn draft(&self) -> SeatDraft {
        SeatDraft {
            section: self.section.clone(),
            row_label: self.row_label.clone(),
            seat_label: self.seat_label.clone(),
            row_index: self.row_index,
            position_index: self.position_index,
            block_index: self.block_index,
            x: self.x,
            y: self.y,
            quality_rank: self.quality_rank,
            aisle: self.aisle,
            wheelchair: self.wheelchair,
            companion: self.companion,
            restricted_view: self.restricted_view,
        }
    }
}

/// The seats of a file.
///
/// # Errors
/// [`ImportError::File`] with every fault of the file, each with its line and column.
pub fn read_file(bytes: &[u8], charset: Charset) -> Result<Vec<SeatDraft>, ImportError> {
    csv::decode(bytes, charset).and_then(|text| csv::read(&text)).map_err(ImportError::File)
}

/// So many faults of a file are told at once.
const TOLD: usize = 200;

impl Refuse for ImportError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::File(faults) => {
                let told: Vec<serde_json::Value> = faults.iter().take(TOLD).map(LineFault::fact).collect();
                problems::PLAN_FILE.refuse().fact("fault_count", faults.len()).fact("faults", told)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes a seating plan, without seats yet.
///
/// # Errors
/// [`CatalogueError::NoSuch`] hall.
pub async fn create(tx: &mut TenantTx, hall: HallId, name: String, now: Instant) -> Result<Plan, CatalogueError> {
    let plan = Plan { id: SeatingPlanId::new(now), hall_id: hall, name, created_at: now, updated_at: now, version: 1 };
    sql::insert(tx, &plan).await.map_err(|fault| match fault {
        fault if fault.violates("seating_plans_hall") => CatalogueError::NoSuch("hall"),
        fault => fault.into(),
    })?;
    journal(tx, now, &events::PlanCreated { seating_plan: plan.id, hall }).await?;
    Ok(plan)
}

/// Finds a seating plan.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: SeatingPlanId) -> Result<Plan, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists the plans of a hall, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<HallId>, page: &PageAsk) -> Result<Page<Plan>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |plan| plan.id.uuid()))
}

/// Takes the seats that [`csv::read`] found in a file as the next version of a plan, as a draft.
///
/// # Errors
/// [`ImportError::Absent`].
pub async fn import(
    tx: &mut TenantTx,
    plan: SeatingPlanId,
    seats: &[SeatDraft],
    now: Instant,
) -> Result<PlanVersion, ImportError> {
    let number = sql::next_number(tx, plan).await?.ok_or(ImportError::Absent)?;
    let checksum = rules::checksum(seats);
    let hex: String = checksum.iter().map(|byte| format!("{byte:02x}")).collect();
    let version = PlanVersion {
        id: SeatingPlanVersionId::new(now),
        plan_id: plan,
        number,
        state: "draft".to_owned(),
        seat_count: i32::try_from(seats.len()).unwrap_or(i32::MAX),
        checksum,
        created_at: now,
        published_at: None,
    };
    sql::insert_version(tx, &version).await?;
    sql::insert_seats(tx, version.id, seats, now).await?;
    let event = events::VersionCreated {
        seating_plan_version: version.id,
        seating_plan: plan,
        seats: version.seat_count,
        checksum: hex,
    };
    journal(tx, now, &event).await?;
    Ok(version)
}

/// Publishes a version: from now on performances may use it and nothing can change it.
///
/// # Errors
/// [`CatalogueError::Absent`], [`CatalogueError::State`] when it is published already.
pub async fn publish(tx: &mut TenantTx, id: SeatingPlanVersionId, now: Instant) -> Result<PlanVersion, CatalogueError> {
    let Some(version) = sql::publish(tx, id, now).await? else {
        let version = find_version(tx, id).await?;
        return Err(CatalogueError::State { what: "seating plan version", state: version.state });
    };
    journal(tx, now, &events::VersionPublished { seating_plan_version: id, seats: version.seat_count }).await?;
    Ok(version)
}

/// Finds a version.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find_version(tx: &mut TenantTx, id: SeatingPlanVersionId) -> Result<PlanVersion, CatalogueError> {
    sql::find_version(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Finds a version of a certain plan. Who does not see drafts sees published ones.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find_version_of(
    tx: &mut TenantTx,
    plan: SeatingPlanId,
    id: SeatingPlanVersionId,
    drafts: bool,
) -> Result<PlanVersion, CatalogueError> {
    let version = find_version(tx, id).await?;
    let seen = version.plan_id == plan && (drafts || version.state == "published");
    if seen { Ok(version) } else { Err(CatalogueError::Absent) }
}

/// Lists the versions of a plan, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list_versions(
    tx: &mut TenantTx,
    of: SeatingPlanId,
    drafts: bool,
    page: &PageAsk,
) -> Result<Page<PlanVersion>, Fault> {
    Ok(Page::from_rows(sql::list_versions(tx, of, drafts, page).await?, page, |version| version.id.uuid()))
}

/// Every seat of a version in its order, which is the order of the status bitmap.
///
/// # Errors
/// [`CatalogueError::Absent`] when there is no such version.
pub async fn seats(tx: &mut TenantTx, id: SeatingPlanVersionId) -> Result<Vec<Seat>, CatalogueError> {
    let seats = sql::seats(tx, id).await?;
    if seats.is_empty() { Err(CatalogueError::Absent) } else { Ok(seats) }
}
