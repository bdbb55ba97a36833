//! 室場: what is hired. A room is a set of parts; two rooms that share a part are never hired at the same time.

pub(crate) mod events;
pub mod rules;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{AtomId, FacilityId, PurposeId, RoomId},
};
use time::Date;

use crate::{
    behind,
    catalogue::{CatalogueError, earlier_end, expect_effective, expect_nothing_behind, expect_version},
    closure::{self, Collision},
    facility,
    schema::rooms,
};

/// A room for hire.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rooms)]
pub struct Room {
    pub id: RoomId,
    pub facility_id: FacilityId,
    /// Unique in the facility.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// 定員.
    pub capacity: Option<i32>,
    /// `slots`, `grid` or `day`.
    pub time_unit: String,
    pub grid_minutes: Option<i32>,
    /// 準備・片付け, kept free beside each use.
    pub gap_before_minutes: i32,
    pub gap_after_minutes: i32,
    /// `max`: one gap between two uses, as long as the longer; `sum`: both.
    pub gap_mode: String,
    pub min_minutes: Option<i32>,
    pub max_minutes: Option<i32>,
    /// `automatic` or `staff`.
    pub approval: String,
    /// `hidden`, `shown` or `bookable`.
    pub visibility: String,
    /// Its place in lists of the house.
    pub ordinal: i32,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it was ended although something was let for after that: the house's own words.
    pub ended_despite: Option<String>,
    /// `everybody`, or only who is `registered` when they hold it, apply for it or move into it.
    pub open_to: String,
}

/// A room with what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomOfParts {
    pub room: Room,
    /// The labels of its parts, in their order.
    pub parts: Vec<String>,
    /// What it may be used for; empty: everything.
    pub purposes: Vec<PurposeId>,
    pub attached: Vec<Attached>,
}

/// 付属室: a room that comes with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attached {
    pub room: RoomId,
    /// The other is never hired without it; otherwise it is only proposed.
    pub required: bool,
}

/// What a new room is.
#[derive(Debug, Clone)]
pub struct RoomDraft {
    pub facility: FacilityId,
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub capacity: Option<i32>,
    pub time_unit: &'static str,
    pub grid_minutes: Option<i32>,
    pub gap_before_minutes: i32,
    pub gap_after_minutes: i32,
    pub gap_mode: &'static str,
    pub min_minutes: Option<i32>,
    pub max_minutes: Option<i32>,
    pub approval: &'static str,
    pub visibility: &'static str,
    pub open_to: &'static str,
    pub ordinal: i32,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    /// Labels of the smallest parts of the facility; one that is not known yet is made.
    pub parts: Vec<String>,
    pub purposes: Vec<PurposeId>,
    pub attached: Vec<Attached>,
}

/// What changes; `Some(None)` clears. The parts stay: what was hired was hired with them.
#[derive(Debug, Clone, Default)]
pub struct RoomChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub capacity: Option<Option<i32>>,
    pub min_minutes: Option<Option<i32>>,
    pub max_minutes: Option<Option<i32>>,
    pub approval: Option<&'static str>,
    pub visibility: Option<&'static str>,
    pub open_to: Option<&'static str>,
    pub ordinal: Option<i32>,
    pub effective_until: Option<Option<Date>>,
    /// Why it ends although something was let for after that.
    pub despite: Option<String>,
    /// All of them anew.
    pub purposes: Option<Vec<PurposeId>>,
    /// All of them anew.
    pub attached: Option<Vec<Attached>>,
}

/// Makes a room out of parts.
///
/// # Errors
/// [`CatalogueError`]: `Effective`, `Lengths`, `PartTwice`, `NoSuch` facility, `CodeTaken` while both would be in force, `Attached`.
pub async fn create(tx: &mut TenantTx, draft: RoomDraft, now: Instant) -> Result<RoomOfParts, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    rules::expect_lengths(draft.time_unit, draft.grid_minutes, draft.min_minutes, draft.max_minutes)?;
    let parts = rules::parts(draft.parts)?;
    let room = Room {
        id: RoomId::new(now),
        facility_id: draft.facility,
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        capacity: draft.capacity,
        time_unit: draft.time_unit.to_owned(),
        grid_minutes: draft.grid_minutes,
        gap_before_minutes: draft.gap_before_minutes,
        gap_after_minutes: draft.gap_after_minutes,
        gap_mode: draft.gap_mode.to_owned(),
        min_minutes: draft.min_minutes,
        max_minutes: draft.max_minutes,
        approval: draft.approval.to_owned(),
        visibility: draft.visibility.to_owned(),
        ordinal: draft.ordinal,
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
        open_to: draft.open_to.to_owned(),
    };
    build(tx, RoomOfParts { room, parts, purposes: draft.purposes, attached: draft.attached }, now).await
}

/// Builds a room. While the whole facility is closed, so are the parts that are made for it.
pub(crate) async fn build(tx: &mut TenantTx, made: RoomOfParts, now: Instant) -> Result<RoomOfParts, CatalogueError> {
    let (room, parts) = (&made.room, &made.parts);
    facility::lock(tx, room.facility_id).await?;
    sql::insert(tx, room).await.map_err(code_taken)?;
    let fresh = parts.iter().map(|_| AtomId::new(now)).collect();
    let fresh = sql::set_parts(tx, room, fresh, parts.clone(), now).await?;
    closure::extend(tx, room.facility_id, fresh, now).await?;
    set_terms(tx, room.id, Some(made.purposes.clone()), Some(made.attached.clone())).await?;
    journal(tx, now, &events::RoomCreated { room: room.id }).await?;
    Ok(made)
}

fn code_taken(fault: Fault) -> CatalogueError {
    if fault.violates("rooms_code") { CatalogueError::CodeTaken } else { fault.into() }
}

/// Finds a room; who does not see hidden ones does not see them here either.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: RoomId, hidden: bool) -> Result<RoomOfParts, CatalogueError> {
    let found = sql::find(tx, id).await?.filter(|room| hidden || room.visibility != "hidden");
    let room = found.ok_or(CatalogueError::Absent)?;
    with_parts(tx, vec![room]).await?.pop().ok_or(CatalogueError::Absent)
}

/// Lists rooms, of one facility or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<FacilityId>,
    hidden: bool,
    page: &PageAsk,
) -> Result<Page<RoomOfParts>, Fault> {
    let rooms = sql::list(tx, of, hidden, page).await?;
    let rows = with_parts(tx, rooms).await?;
    Ok(Page::from_rows(rows, page, |one| one.room.id.uuid()))
}

/// The rooms that are taken when this one is, because they share a part with it: by id, without itself.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn sharing(tx: &mut TenantTx, id: RoomId, hidden: bool) -> Result<Vec<RoomId>, CatalogueError> {
    find(tx, id, hidden).await?;
    Ok(sql::sharing(tx, id, hidden).await?)
}

/// What was let of a room for days from one on, in the order of time, at most 200.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn behind(tx: &mut TenantTx, id: RoomId, from: Date, now: Instant) -> Result<Vec<Collision>, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    Ok(behind::rooms(tx, &[id], from, now).await?)
}

/// Changes a room, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective`, `Lengths`, `CodeTaken` when a later end would reach into a room of the same
/// code, `Attached`, `Behind` with what was let for after an earlier end, unless it says why.
pub async fn update(
    tx: &mut TenantTx,
    id: RoomId,
    version: Option<i32>,
    change: RoomChange,
    now: Instant,
) -> Result<RoomOfParts, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.capacity = change.capacity.unwrap_or(one.capacity);
    one.min_minutes = change.min_minutes.unwrap_or(one.min_minutes);
    one.max_minutes = change.max_minutes.unwrap_or(one.max_minutes);
    one.approval = change.approval.map_or(one.approval, str::to_owned);
    one.visibility = change.visibility.map_or(one.visibility, str::to_owned);
    one.open_to = change.open_to.map_or(one.open_to, str::to_owned);
    one.ordinal = change.ordinal.unwrap_or(one.ordinal);
    if let Some(from) = earlier_end(one.effective_until, change.effective_until) {
        let found = behind::rooms(tx, &[id], from, now).await?;
        one.ended_despite = expect_nothing_behind(found, change.despite)?;
    }
    one.effective_until = change.effective_until.unwrap_or(one.effective_until);
    expect_effective(one.effective_from, one.effective_until)?;
    rules::expect_lengths(&one.time_unit, one.grid_minutes, one.min_minutes, one.max_minutes)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await.map_err(code_taken)?;
    set_terms(tx, id, change.purposes, change.attached).await?;
    journal(tx, now, &events::RoomChanged { room: id, version: one.version }).await?;
    with_parts(tx, vec![one]).await?.pop().ok_or(CatalogueError::Absent)
}

/// Holds a room for the rest of the transaction: what belongs to it is changed by one at a time.
///
/// # Errors
/// [`CatalogueError::NoSuch`] room.
pub(crate) async fn lock(tx: &mut TenantTx, id: RoomId) -> Result<Room, CatalogueError> {
    sql::find_for_update(tx, id).await?.ok_or(CatalogueError::NoSuch("room"))
}

/// Lets nobody change rooms or their slots for the rest of the transaction: many may ask for that at once. A hire does so by the row that
/// refers to its room.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn keep(tx: &mut TenantTx, ids: Vec<RoomId>) -> Result<(), Fault> {
    sql::find_for_key_share(tx, ids).await.map(drop)
}

/// Says what a room is for and what comes with it, as far as something is said.
async fn set_terms(
    tx: &mut TenantTx,
    id: RoomId,
    purposes: Option<Vec<PurposeId>>,
    attached: Option<Vec<Attached>>,
) -> Result<(), CatalogueError> {
    let refused = |fault: Fault| match fault {
        fault if fault.violates("room_purposes_purpose") => CatalogueError::NoSuch("purpose"),
        fault if fault.violates("attached_rooms_attached") => CatalogueError::NoSuch("room"),
        fault if fault.violates("attached_rooms_other") => CatalogueError::NoSuch("other room"),
        fault => fault.into(),
    };
    if let Some(purposes) = purposes {
        sql::set_purposes(tx, id, purposes).await.map_err(refused)?;
    }
    if let Some(mut attached) = attached {
        attached.sort_by_key(|one| (one.room, !one.required));
        attached.dedup_by_key(|one| one.room);
        if let Some(room) = sql::unfit(tx, id, attached.iter().map(|one| one.room).collect()).await? {
            return Err(CatalogueError::Attached { room });
        }
        sql::set_attached(tx, id, &attached).await.map_err(refused)?;
    }
    Ok(())
}

pub(crate) async fn with_parts(tx: &mut TenantTx, rooms: Vec<Room>) -> Result<Vec<RoomOfParts>, Fault> {
    let mut made = sql::made_of(tx, rooms.iter().map(|room| room.id).collect()).await?;
    let of = |room: Room| match made.remove(&room.id) {
        Some((parts, purposes, attached)) => RoomOfParts { room, parts, purposes, attached },
        None => RoomOfParts { room, parts: Vec::new(), purposes: Vec::new(), attached: Vec::new() },
    };
    Ok(rooms.into_iter().map(of).collect())
}
