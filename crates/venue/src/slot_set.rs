//! 利用区分: the named slots in which a room is hired, a set of them at a time.

pub(crate) mod events;
pub mod rules;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{RoomId, SlotSetId},
};
use time::Date;

use crate::{
    behind,
    catalogue::{CatalogueError, earlier_end, expect_effective, expect_nothing_behind, expect_version, is_season},
    closure::Collision,
    room,
    schema::{slot_sets, slots},
};

/// A set of slots, without them.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = slot_sets)]
pub struct SlotSet {
    pub id: SlotSetId,
    pub room_id: RoomId,
    pub name: String,
    /// `free_if_both`, `closed` or `billable_extension`: what the time between two slots is to who hires both.
    pub gap_policy: String,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    /// Month × 100 + day, both included, each year; over New Year when the first is the greater.
    pub season_from: Option<i32>,
    pub season_until: Option<i32>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it was ended although something was let for after that: the house's own words.
    pub ended_despite: Option<String>,
}

/// One slot of a set.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = slots)]
pub struct Slot {
    pub slot_set_id: SlotSetId,
    /// What tariffs call it.
    pub code: String,
    pub name: String,
    /// Minutes after midnight of the day of use, at most 1439.
    pub starts_minute: i32,
    /// At most 2880: until midnight of the next day.
    pub ends_minute: i32,
}

/// A set with its slots, in the order of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOfSlots {
    pub set: SlotSet,
    pub slots: Vec<Slot>,
}

/// What a new set is.
#[derive(Debug, Clone)]
pub struct SlotSetDraft {
    pub room: RoomId,
    pub name: String,
    pub gap_policy: &'static str,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    pub season: Option<(i32, i32)>,
    pub slots: Vec<SlotDraft>,
}

/// What a new slot is.
#[derive(Debug, Clone)]
pub struct SlotDraft {
    pub code: String,
    pub name: String,
    pub starts_minute: i32,
    pub ends_minute: i32,
}

impl SlotDraft {
    /// The same again.
    pub(crate) fn of(slot: &Slot) -> Self {
        Self {
            code: slot.code.clone(),
            name: slot.name.clone(),
            starts_minute: slot.starts_minute,
            ends_minute: slot.ends_minute,
        }
    }
}

/// Makes a set of slots for a room. On no day are two sets of a room in force.
///
/// # Errors
/// [`CatalogueError`]: `Effective`, `Season`, `Slots` with every fault at once, `NoSuch` room, `NoSlots` in a room that is hired otherwise,
/// `SlotsInForce`.
pub async fn create(tx: &mut TenantTx, draft: SlotSetDraft, now: Instant) -> Result<SetOfSlots, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    if draft.season.is_some_and(|season| !is_season(season)) {
        return Err(CatalogueError::Season);
    }
    rules::expect_sound(&draft.slots)?;
    let set = SlotSet {
        id: SlotSetId::new(now),
        room_id: draft.room,
        name: draft.name,
        gap_policy: draft.gap_policy.to_owned(),
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        season_from: draft.season.map(|(from, _)| from),
        season_until: draft.season.map(|(_, until)| until),
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
    };
    // under the room's row lock nobody else adds a set
    rules::expect_by_slots(&room::lock(tx, draft.room).await?)?;
    add(tx, set, draft.slots, now).await
}

/// Adds a set, under the room's row lock.
pub(crate) async fn add(
    tx: &mut TenantTx,
    set: SlotSet,
    drafts: Vec<SlotDraft>,
    now: Instant,
) -> Result<SetOfSlots, CatalogueError> {
    for other in sql::of_room(tx, set.room_id).await? {
        if let Some(from) = rules::both_in_force(&set, &other) {
            return Err(CatalogueError::SlotsInForce { set: other.id.to_string(), from });
        }
    }
    let slot = |slot: SlotDraft| Slot {
        slot_set_id: set.id,
        code: slot.code,
        name: slot.name,
        starts_minute: slot.starts_minute,
        ends_minute: slot.ends_minute,
    };
    let mut slots: Vec<Slot> = drafts.into_iter().map(slot).collect();
    slots.sort_by_key(|slot| slot.starts_minute);
    sql::insert(tx, &set).await?;
    sql::insert_slots(tx, &slots).await?;
    journal(tx, now, &events::SlotSetCreated { slot_set: set.id }).await?;
    Ok(SetOfSlots { set, slots })
}

/// Finds a set.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: SlotSetId) -> Result<SetOfSlots, CatalogueError> {
    let set = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    with_slots(tx, vec![set]).await?.pop().ok_or(CatalogueError::Absent)
}

/// Lists the sets of a room, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<RoomId>, page: &PageAsk) -> Result<Page<SetOfSlots>, Fault> {
    let sets = sql::list(tx, of, page).await?;
    Ok(Page::from_rows(with_slots(tx, sets).await?, page, |one| one.set.id.uuid()))
}

/// What was let by the slots of a set for days from one on, in the order of time, at most 200.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn behind(
    tx: &mut TenantTx,
    id: SlotSetId,
    from: Date,
    now: Instant,
) -> Result<Vec<Collision>, CatalogueError> {
    let one = find(tx, id).await?;
    Ok(behind::slots(tx, &one, None, from, now).await?)
}

/// Lets a set end before a day, if it is still in the version that was meant: its slots are never changed.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective`, `SlotsInForce` when a later end would reach into another set, `Behind` with what
/// was let by its slots for after an earlier end, unless it says why.
pub async fn end(
    tx: &mut TenantTx,
    id: SlotSetId,
    version: Option<i32>,
    (until, despite): (Option<Date>, Option<String>),
    now: Instant,
) -> Result<SetOfSlots, CatalogueError> {
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    room::lock(tx, found.room_id).await?;
    let mut set = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, set.version)?;
    if let Some(from) = earlier_end(set.effective_until, Some(until)) {
        let before = with_slots(tx, vec![set.clone()]).await?.pop().ok_or(CatalogueError::Absent)?;
        let found = behind::slots(tx, &before, None, from, now).await?;
        set.ended_despite = expect_nothing_behind(found, despite)?;
    }
    set.effective_until = until;
    expect_effective(set.effective_from, set.effective_until)?;
    for other in sql::of_room(tx, set.room_id).await?.into_iter().filter(|other| other.id != id) {
        if let Some(from) = rules::both_in_force(&set, &other) {
            return Err(CatalogueError::SlotsInForce { set: other.id.to_string(), from });
        }
    }
    (set.updated_at, set.version) = (now, set.version.saturating_add(1));
    sql::update(tx, &set).await?;
    journal(tx, now, &events::SlotSetChanged { slot_set: id, version: set.version }).await?;
    with_slots(tx, vec![set]).await?.pop().ok_or(CatalogueError::Absent)
}

pub(crate) async fn with_slots(tx: &mut TenantTx, sets: Vec<SlotSet>) -> Result<Vec<SetOfSlots>, Fault> {
    let slots = sql::slots(tx, &sets.iter().map(|set| set.id).collect::<Vec<_>>()).await?;
    let of = |id: SlotSetId| slots.iter().filter(|slot| slot.slot_set_id == id).cloned().collect();
    Ok(sets.into_iter().map(|set| SetOfSlots { slots: of(set.id), set }).collect())
}
