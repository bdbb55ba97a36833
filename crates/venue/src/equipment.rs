//! 附属設備: what is hired beside a room, in quantities.

pub(crate) mod events;
mod rules;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{EquipmentId, FacilityId},
};
use serde_json::json;
use time::Date;
use uuid::Uuid;

use crate::{
    behind,
    catalogue::{CatalogueError, earlier_end, expect_effective, expect_nothing_behind, expect_version},
    closure::Collision,
    problems,
    schema::equipment,
    span::Span,
};

/// An item of which a facility has some.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = equipment)]
pub struct Equipment {
    pub id: EquipmentId,
    pub facility_id: FacilityId,
    /// Unique in the facility; tariffs name it.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// 台, 本, 式, 脚.
    pub unit: String,
    /// How many there are.
    pub capacity: i32,
    /// Busy that much longer before and after each use.
    pub gap_before_minutes: i32,
    pub gap_after_minutes: i32,
    pub max_per_hire: Option<i32>,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it was ended although something was let for after that: the house's own words.
    pub ended_despite: Option<String>,
}

/// What a new item is.
#[derive(Debug, Clone)]
pub struct EquipmentDraft {
    pub facility: FacilityId,
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub unit: String,
    pub capacity: i32,
    pub gap_before_minutes: i32,
    pub gap_after_minutes: i32,
    pub max_per_hire: Option<i32>,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct EquipmentChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub capacity: Option<i32>,
    pub max_per_hire: Option<Option<i32>>,
    pub effective_until: Option<Option<Date>>,
    /// Why it ends although something was let for after that.
    pub despite: Option<String>,
}

/// Makes an item.
///
/// # Errors
/// [`CatalogueError`]: `Effective`, `NoSuch` facility, `CodeTaken`.
pub async fn create(tx: &mut TenantTx, draft: EquipmentDraft, now: Instant) -> Result<Equipment, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    let made = Equipment {
        id: EquipmentId::new(now),
        facility_id: draft.facility,
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        unit: draft.unit,
        capacity: draft.capacity,
        gap_before_minutes: draft.gap_before_minutes,
        gap_after_minutes: draft.gap_after_minutes,
        max_per_hire: draft.max_per_hire,
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
    };
    buy(tx, made, now).await
}

/// Adds an item.
pub(crate) async fn buy(tx: &mut TenantTx, made: Equipment, now: Instant) -> Result<Equipment, CatalogueError> {
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("equipment_facility") => CatalogueError::NoSuch("facility"),
        fault => code_taken(fault),
    })?;
    journal(tx, now, &events::EquipmentCreated { equipment: made.id }).await?;
    Ok(made)
}

fn code_taken(fault: Fault) -> CatalogueError {
    if fault.violates("equipment_code") { CatalogueError::CodeTaken } else { fault.into() }
}

/// Finds an item.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: EquipmentId) -> Result<Equipment, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// So many of an item are left all through a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Available {
    pub during: Span,
    pub free: i64,
}

/// How many of an item are left, from a day on until another: what is claimed, with the gaps that the item needs, is not; nor what was
/// let of the one before it under its code and is still out.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn availability(
    tx: &mut TenantTx,
    id: EquipmentId,
    days: (Date, Date),
    now: Instant,
) -> Result<Vec<Available>, CatalogueError> {
    let item = find(tx, id).await?;
    let Some(within) = Span::of_days(days) else { return Ok(Vec::new()) };
    Ok(rules::steps(&item, &sql::claimed(tx, id, within, now).await?, within))
}

/// Lists the items of a facility, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<FacilityId>, page: &PageAsk) -> Result<Page<Equipment>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |one| one.id.uuid()))
}

/// What was let of an item for days from one on, in the order of time, at most 200.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn behind(
    tx: &mut TenantTx,
    id: EquipmentId,
    from: Date,
    now: Instant,
) -> Result<Vec<Collision>, CatalogueError> {
    find(tx, id).await?;
    Ok(behind::equipment(tx, id, from, now).await?)
}

/// Changes an item, if it is still in the version that was meant. There are never fewer than are claimed for one moment.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective`, `Claimed`, `CodeTaken` when a later end would reach into an item of the same
/// code, `Behind` with what was let for after an earlier end, unless it says why.
pub async fn update(
    tx: &mut TenantTx,
    id: EquipmentId,
    version: Option<i32>,
    change: EquipmentChange,
    now: Instant,
) -> Result<Equipment, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    if let Some(capacity) = change.capacity.filter(|capacity| *capacity < one.capacity) {
        // under the item's row lock, which every claim takes as well
        sql::expire(tx, id, now).await?;
        let peak = sql::peak(tx, id, now).await?;
        if i64::from(capacity) < peak {
            return Err(CatalogueError::Claimed { peak });
        }
    }
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.capacity = change.capacity.unwrap_or(one.capacity);
    one.max_per_hire = change.max_per_hire.unwrap_or(one.max_per_hire);
    if let Some(from) = earlier_end(one.effective_until, change.effective_until) {
        let found = behind::equipment(tx, id, from, now).await?;
        one.ended_despite = expect_nothing_behind(found, change.despite)?;
    }
    one.effective_until = change.effective_until.unwrap_or(one.effective_until);
    expect_effective(one.effective_from, one.effective_until)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await.map_err(code_taken)?;
    journal(tx, now, &events::EquipmentChanged { equipment: id, version: one.version }).await?;
    Ok(one)
}

/// So many of an item, for a source, at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquipmentClaim {
    /// The hire that has it.
    pub source: Uuid,
    pub item: EquipmentId,
    /// At least 1.
    pub quantity: i32,
    /// Without the gaps that the item needs.
    pub during: Span,
}

/// There are not enough of an item at some moment of the wanted time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    pub source: Uuid,
    pub item: EquipmentId,
    /// How many there are all through it.
    pub free: i64,
}

/// Why no equipment was claimed.
#[derive(Debug, thiserror::Error)]
pub enum EquipmentError {
    /// The transaction must not be committed.
    #[error("there are not enough of {} items", .0.len())]
    Short(Vec<Short>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for EquipmentError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Short(items) => {
                let told = items.iter().map(|one| json!({ "equipment": one.item.to_string(), "free": one.free }));
                problems::EQUIPMENT_SHORT.refuse().fact("short", told.collect::<Vec<_>>())
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Claims every item of every claim, or answers with an error after which the caller rolls back. At no moment are more claimed of all
/// items of one code than there are of the one that is in force then. One statement; the rows of all of them are locked in the order of
/// their ids, after all rooms. What ran out and is in the way is made inactive under the same locks, so that nobody who looks at an
/// older clock keeps it.
///
/// # Errors
/// [`EquipmentError`].
pub async fn claim(
    tx: &mut TenantTx,
    claims: &[EquipmentClaim],
    hold_until: Option<Instant>,
    now: Instant,
) -> Result<(), EquipmentError> {
    if claims.is_empty() {
        return Ok(());
    }
    let short = sql::claim(tx, claims, hold_until, now).await?;
    if short.is_empty() { Ok(()) } else { Err(EquipmentError::Short(short)) }
}

/// Gives back everything that these sources have.
///
/// # Errors
/// A [`Fault`].
pub async fn release(tx: &mut TenantTx, sources: &[Uuid]) -> Result<(), Fault> {
    sql::release(tx, sources).await
}

/// From now on what these sources have counts until `hold_until`, or for good. Answers with how many of their claims were lost
/// meanwhile: they had run out, and somebody else wanted the items.
///
/// # Errors
/// A [`Fault`].
pub async fn keep(
    tx: &mut TenantTx,
    sources: &[Uuid],
    hold_until: Option<Instant>,
    now: Instant,
) -> Result<usize, Fault> {
    sql::keep(tx, sources, hold_until, now).await
}
