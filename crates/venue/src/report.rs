//! What the house sees of its hires: the ledger of rooms and days, the board in the foyer.

mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{FacilityId, HireApplicationId, HireId, PatronId, RoomId},
};
use time::Date;

use crate::{catalogue::CatalogueError, facility, problems, span::Span};

/// How much one report holds.
pub const MOST: usize = 5_000;

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
    /// The code of a purpose.
    pub purpose: Option<String>,
    /// What is asked for it, yen; absent where that was not kept yet.
    pub amount: Option<i64>,
    /// What is asked for the whole application, yen.
    pub total: i64,
}

/// Something else that takes a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// `hold`, `session` or `closure`.
    pub kind: String,
    /// Its own id, as the wire writes it; of a hold its hire's.
    pub id: String,
    /// Absent for closures.
    pub room: Option<(RoomId, String)>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Why something is closed, in the house's own words.
    pub label: Option<String>,
    /// Until when it is held.
    pub held_until: Option<Instant>,
}

/// Everything that takes a room of a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// In the order of day, room and time.
    pub hires: Vec<LedgerLine>,
    /// In the order of time.
    pub others: Vec<LedgerEntry>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("it would hold more than {MOST} lines")]
    TooLong,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CatalogueError> for ReportError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Fault(fault) => Self::Fault(fault),
            _ => Self::Absent,
        }
    }
}

impl Refuse for ReportError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::TooLong => problems::REPORT_TOO_LONG.refuse().fact("most", MOST),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Everything that takes a room of a facility between two days, the second excluded: hires whose applications stand, however long
/// before they began; holds, sessions and closures. Three statements.
///
/// # Errors
/// [`ReportError`]: `Absent`, `TooLong`.
pub async fn ledger(
    tx: &mut TenantTx,
    of: FacilityId,
    days: (Date, Date),
    now: Instant,
) -> Result<Ledger, ReportError> {
    facility::find(tx, of).await?;
    let Some(within) = Span::of_days(days) else { return Ok(Ledger { hires: Vec::new(), others: Vec::new() }) };
    let hires = sql::ledger(tx, of, days, within, now).await?;
    let others = sql::others(tx, of, within, now).await?;
    if hires.len() + others.len() > MOST { Err(ReportError::TooLong) } else { Ok(Ledger { hires, others }) }
}

/// 催物案内: what is confirmed for a day, or goes on then, and has something to be told, in the order of time.
///
/// # Errors
/// [`ReportError`]: `Absent`, `TooLong`.
pub async fn day_list(
    tx: &mut TenantTx,
    of: FacilityId,
    day: Date,
    now: Instant,
) -> Result<Vec<LedgerLine>, ReportError> {
    facility::find(tx, of).await?;
    let days = (day, day.next_day().unwrap_or(day));
    let Some(within) = Span::of_days(days) else { return Ok(Vec::new()) };
    let mut lines = sql::ledger(tx, of, days, within, now).await?;
    if lines.len() > MOST {
        return Err(ReportError::TooLong);
    }
    lines.retain(|line| is_certain(&line.state) && line.public_title.is_some() && line.hire_state != "no_show");
    lines.sort_by_key(|line| (line.starts_at, line.room));
    Ok(lines)
}

/// Whether an application in this state is sure to be used.
fn is_certain(state: &str) -> bool {
    matches!(state, "confirmed" | "settled")
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
