//! 引き継ぎ: a change from a day on. What there is ends the day before, and what follows it goes on under the same code, so that tariffs
//! and habits stay. All of it in one transaction, or nothing.

use audit::journal;
use db::TenantTx;
use kernel::{
    Instant,
    ids::{EquipmentId, PurposeId, RoomId, SlotSetId},
};
use time::Date;

use crate::{
    behind,
    catalogue::{CatalogueError, expect_effective, expect_nothing_behind, expect_version},
    closure::Collision,
    equipment::{self, Equipment},
    layer,
    room::{self, Attached, RoomOfParts},
    slot_set::{self, SetOfSlots, SlotDraft, SlotSet},
};

/// From when on, and why although something was let for after that.
#[derive(Debug, Clone)]
pub struct From {
    pub day: Date,
    pub despite: Option<String>,
}

/// What is different about slots; what is absent stays as it is.
#[derive(Debug, Clone)]
pub struct SlotSetSuccession {
    pub from: From,
    pub name: Option<String>,
    pub gap_policy: Option<&'static str>,
    pub slots: Option<Vec<SlotDraft>>,
}

/// What is different about an item; what is absent stays as it is, `Some(None)` clears.
#[derive(Debug, Clone)]
pub struct EquipmentSuccession {
    pub from: From,
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub unit: Option<String>,
    pub capacity: Option<i32>,
    pub gap_before_minutes: Option<i32>,
    pub gap_after_minutes: Option<i32>,
    pub max_per_hire: Option<Option<i32>>,
}

/// What is different about a room; what is absent stays as it is, `Some(None)` clears.
#[derive(Debug, Clone)]
pub struct RoomSuccession {
    pub from: From,
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub capacity: Option<Option<i32>>,
    /// Of these parts; those that are not known yet are made.
    pub parts: Option<Vec<String>>,
    pub time_unit: Option<&'static str>,
    pub grid_minutes: Option<Option<i32>>,
    pub gap_before_minutes: Option<i32>,
    pub gap_after_minutes: Option<i32>,
    pub gap_mode: Option<&'static str>,
    pub min_minutes: Option<Option<i32>>,
    pub max_minutes: Option<Option<i32>>,
    pub approval: Option<&'static str>,
    pub visibility: Option<&'static str>,
    pub open_to: Option<&'static str>,
    pub ordinal: Option<i32>,
    pub purposes: Option<Vec<PurposeId>>,
    pub attached: Option<Vec<Attached>>,
}

/// Lets other slots follow a set from a day on, as long as it would have been in force. What was let by slots that stay the same is
/// not touched.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective` when the set is not in force both before and from that day on, `Slots`, `Behind`.
pub async fn slot_set(
    tx: &mut TenantTx,
    id: SlotSetId,
    version: Option<i32>,
    change: SlotSetSuccession,
    now: Instant,
) -> Result<SetOfSlots, CatalogueError> {
    let found = slot_set::find(tx, id).await?;
    room::lock(tx, found.set.room_id).await?;
    let mut old = slot_set::sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, old.version)?;
    expect_within(&change.from, (old.effective_from, old.effective_until))?;
    let slots = change.slots.unwrap_or_else(|| found.slots.iter().map(SlotDraft::of).collect());
    slot_set::rules::expect_sound(&slots)?;
    let behind = behind::slots(tx, &found, Some(&slots), change.from.day, now).await?;
    old.ended_despite = expect_nothing_behind(behind, change.from.despite)?;
    let next = SlotSet {
        id: SlotSetId::new(now),
        name: change.name.unwrap_or_else(|| old.name.clone()),
        gap_policy: change.gap_policy.map_or_else(|| old.gap_policy.clone(), str::to_owned),
        effective_from: change.from.day,
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
        ..old.clone()
    };
    old.effective_until = Some(change.from.day);
    (old.updated_at, old.version) = (now, old.version.saturating_add(1));
    slot_set::sql::update(tx, &old).await?;
    journal(tx, now, &slot_set::events::SlotSetChanged { slot_set: id, version: old.version }).await?;
    slot_set::add(tx, next, slots, now).await
}

/// Lets another item follow one from a day on, under its code. What was let of it for later is let of the other, if there is as much; what
/// was let for before and is still out then stays with the one, and counts for the other as long as it is out.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective` when it is not in force both before and from that day on, `Claimed` when there are
/// fewer than are claimed at once from that day on, `Behind` with those that have more than one hire may have of the other.
pub async fn equipment(
    tx: &mut TenantTx,
    id: EquipmentId,
    version: Option<i32>,
    change: EquipmentSuccession,
    now: Instant,
) -> Result<Equipment, CatalogueError> {
    // under the item's row lock, which every claim takes as well
    let mut old = equipment::sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, old.version)?;
    expect_within(&change.from, (old.effective_from, old.effective_until))?;
    let max_per_hire = change.max_per_hire.unwrap_or(old.max_per_hire);
    let behind = behind::too_many(tx, id, change.from.day, max_per_hire, now).await?;
    old.ended_despite = expect_nothing_behind(behind, change.from.despite)?;
    let next = Equipment {
        id: EquipmentId::new(now),
        name: change.name.unwrap_or_else(|| old.name.clone()),
        name_en: change.name_en.unwrap_or_else(|| old.name_en.clone()),
        unit: change.unit.unwrap_or_else(|| old.unit.clone()),
        capacity: change.capacity.unwrap_or(old.capacity),
        gap_before_minutes: change.gap_before_minutes.unwrap_or(old.gap_before_minutes),
        gap_after_minutes: change.gap_after_minutes.unwrap_or(old.gap_after_minutes),
        max_per_hire,
        effective_from: change.from.day,
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
        ..old.clone()
    };
    old.effective_until = Some(change.from.day);
    (old.updated_at, old.version) = (now, old.version.saturating_add(1));
    equipment::sql::update(tx, &old).await?;
    journal(tx, now, &equipment::events::EquipmentChanged { equipment: id, version: old.version }).await?;
    let next = equipment::buy(tx, next, now).await?;
    equipment::sql::expire(tx, id, now).await?;
    equipment::sql::move_claims(tx, id, next.id, change.from.day).await?;
    let peak = equipment::sql::peak(tx, next.id, now).await?;
    if peak > next.capacity.into() { Err(CatalogueError::Claimed { peak }) } else { Ok(next) }
}

/// Lets another room follow one from a day on, under its code: with its slots and its layers as far as they reach, and with the rooms
/// that it comes with. What was let of the one for later stays with it and keeps its parts taken: so there is nothing that has them then
/// when the other is to have parts that the one has not, or the same place would be let twice.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective` when it is not in force both before and from that day on, `PartsInUse`, `Behind`,
/// and as [`room::create`].
pub async fn room(
    tx: &mut TenantTx,
    id: RoomId,
    version: Option<i32>,
    change: RoomSuccession,
    now: Instant,
) -> Result<RoomOfParts, CatalogueError> {
    let before = room::find(tx, id, true).await?;
    crate::facility::lock(tx, before.room.facility_id).await?;
    let mut old = room::sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, old.version)?;
    expect_within(&change.from, (old.effective_from, old.effective_until))?;
    let found = behind::rooms(tx, &[id], change.from.day, now).await?;
    let (from, why, had) = (change.from.day, change.from.despite.clone(), before.parts.clone());
    let RoomOfParts { room: mut next, parts, purposes, attached } = room::rules::followed(before, change, now)?;
    if room::rules::gains(&parts, &had) {
        expect_free(behind::parts(tx, id, from, now).await?)?;
    }
    old.ended_despite = expect_nothing_behind(found, why)?;
    old.effective_until = Some(from);
    (old.updated_at, old.version) = (now, old.version.saturating_add(1));
    room::sql::update(tx, &old).await?;
    journal(tx, now, &room::events::RoomChanged { room: id, version: old.version }).await?;
    next.id = RoomId::new(now);
    let next = room::build(tx, RoomOfParts { room: next, parts, purposes, attached }, now).await?;
    room::sql::attach_too(tx, id, next.room.id).await?;
    if next.room.time_unit == "slots" {
        slots_too(tx, id, next.room.id, from, now).await?;
    }
    layer::sql::lay_too(tx, id, next.room.id, from, now).await?;
    Ok(next)
}

/// The slots of one room from a day on are those of another too.
async fn slots_too(
    tx: &mut TenantTx,
    before: RoomId,
    after: RoomId,
    from: Date,
    now: Instant,
) -> Result<(), CatalogueError> {
    let sets = slot_set::sql::of_room(tx, before).await?;
    let later = sets.into_iter().filter(|set| set.effective_until.is_none_or(|until| until > from)).collect();
    for one in slot_set::with_slots(tx, later).await? {
        let set = SlotSet {
            id: SlotSetId::new(now),
            room_id: after,
            effective_from: one.set.effective_from.max(from),
            created_at: now,
            updated_at: now,
            version: 1,
            ended_despite: None,
            ..one.set
        };
        slot_set::add(tx, set, one.slots.iter().map(SlotDraft::of).collect(), now).await?;
    }
    Ok(())
}

/// Nobody has any of it: no reason makes up for that.
fn expect_free(found: Vec<Collision>) -> Result<(), CatalogueError> {
    if found.is_empty() { Ok(()) } else { Err(CatalogueError::PartsInUse(found)) }
}

/// It was in force before that day, and would have been on it.
fn expect_within(from: &From, (since, until): (Date, Option<Date>)) -> Result<(), CatalogueError> {
    expect_effective(since, Some(from.day))?;
    expect_effective(from.day, until)
}
