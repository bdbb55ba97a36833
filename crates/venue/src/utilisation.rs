//! 稼働率: how well rooms are used, by day and by block (日数単位, ブロック単位), as the association of public halls counts it: of what
//! could be used, what was.

pub mod rules;
mod sql;

use db::TenantTx;
use kernel::ids::{FacilityId, RoomId};
use time::Date;

use crate::{catalogue::CatalogueError, plan};

/// Days, or blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Could be used: open by the calendar, and not closed otherwise.
    pub open: i64,
    /// Of these, used: hires that were confirmed or sessions of the house had all of the room at once.
    pub used: i64,
    /// Of these, somebody had it and did not come.
    pub no_show: i64,
    /// Open by the calendar, but closed by a closure: these are not among the others.
    pub blocked: i64,
}

/// How well something is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub days: Counts,
    /// Slots; none where a room is not hired by them.
    pub blocks: Counts,
    /// In which hires and sessions had all of the room at once.
    pub minutes: i64,
}

/// What a room is used for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Hires for a purpose, by its code; or for none that was said.
    Hires(Option<String>),
    /// Sessions of the house.
    Sessions,
}

/// How much a room was used for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedFor {
    pub purpose: Purpose,
    pub days: i64,
    pub blocks: i64,
    pub minutes: i64,
}

/// How well a room is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomUsage {
    pub room: RoomId,
    pub code: String,
    pub name: String,
    pub total: Usage,
    /// By the first day of each month.
    pub months: Vec<(Date, Usage)>,
    pub purposes: Vec<UsedFor>,
}

/// How well the rooms of a facility are used between two days, the second excluded, in the order of the house. In a number of
/// statements that depends on nothing.
///
/// A hall is used when all of its parts are at the same time, whether it was let as a whole or its parts one by one: its days, blocks,
/// minutes and purposes are those of that time. A part is used with the hall.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn of(tx: &mut TenantTx, id: FacilityId, days: (Date, Date)) -> Result<Vec<RoomUsage>, CatalogueError> {
    let plan = plan::load(tx, id, None, days, true).await?;
    let uses = sql::uses(tx, id, days).await?;
    let closed = sql::closed(tx, id, days).await?;
    Ok(rules::count(&plan, uses, &closed, days))
}
