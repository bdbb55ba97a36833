//! What the house sees of its hires: the ledger of rooms and days, the board in the foyer, how well rooms are used.

pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{FacilityId, HireApplicationId, HireId, PatronId, RoomId},
};
use time::Date;

use crate::{catalogue::CatalogueError, facility, plan};

/// The longest time that one report is about, in days.
pub const LONGEST: u16 = 92;

/// One hire in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    pub hire: HireId,
    pub application: HireApplicationId,
    pub room: RoomId,
    pub room_name: String,
    pub day: Date,
    /// Codes of slots joined by `+`.
    pub span: Option<String>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Of its application: `requested`, `awaiting_payment`, `confirmed`, `settled`.
    pub state: String,
    /// Of the hire: `open`, `used`, `no_show`.
    pub hire_state: String,
    pub title: String,
    pub public_title: Option<String>,
    pub patron: PatronId,
    /// What the whole application costs, yen.
    pub total: i64,
}

/// How well a room is used: by day and by block, as the association of public halls counts it (日数単位, ブロック単位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utilisation {
    pub room: RoomId,
    pub code: String,
    pub name: String,
    /// Days on which the house is open for it.
    pub days_open: i64,
    /// Of these, days with a confirmed hire.
    pub days_used: i64,
    /// Slots that could be hired; none where it is not hired by slots.
    pub blocks_open: i64,
    pub blocks_used: i64,
    /// Minutes of confirmed hires.
    pub minutes_used: i64,
}

/// The hires of a facility between two days, the second excluded, in the order of day, room and time; those that take nothing
/// any more are left out. At most 5,000. One statement.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn ledger(
    tx: &mut TenantTx,
    of: FacilityId,
    (from, until): (Date, Date),
    now: Instant,
) -> Result<Vec<LedgerLine>, CatalogueError> {
    facility::find(tx, of).await?;
    Ok(sql::ledger(tx, of, from, until, now).await?)
}

/// 催物案内: what is confirmed for a day and has something to be told, in the order of time.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn day_list(
    tx: &mut TenantTx,
    of: FacilityId,
    day: Date,
    now: Instant,
) -> Result<Vec<LedgerLine>, CatalogueError> {
    let next = day.next_day().ok_or(CatalogueError::Fault(Fault::Unexpected("a day has a next")))?;
    let mut lines = ledger(tx, of, (day, next), now).await?;
    lines.retain(|line| rules::is_certain(&line.state) && line.public_title.is_some() && line.hire_state != "no_show");
    lines.sort_by_key(|line| (line.starts_at, line.room));
    Ok(lines)
}

/// How well the rooms of a facility are used between two days, the second excluded.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn utilisation(
    tx: &mut TenantTx,
    of: FacilityId,
    days: (Date, Date),
    now: Instant,
) -> Result<Vec<Utilisation>, CatalogueError> {
    let plan = plan::load(tx, of, None, days, true).await?;
    let lines = ledger(tx, of, days, now).await?;
    Ok(rules::utilisation(&plan, &lines, days))
}

/// The room of a hire, in the order of the house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HiredRoom {
    pub ordinal: i32,
    pub code: String,
    pub name: String,
    pub room: RoomId,
}

/// In which room of a facility each of these hires is, as it stands now; those of other facilities are left out. One statement.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn rooms(
    tx: &mut TenantTx,
    of: FacilityId,
    hires: Vec<HireId>,
) -> Result<Vec<(HireId, HiredRoom)>, CatalogueError> {
    facility::find(tx, of).await?;
    Ok(sql::rooms(tx, of, hires).await?)
}
