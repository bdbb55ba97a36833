//! 先の利用: what stands behind an end. Before a room, its slots, its equipment, its house or its opening end, everything that was let
//! for the time after that is told.

pub mod rules;
pub(crate) mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
    ids::{EquipmentId, FacilityId, RoomId},
};
use time::{Date, Duration};

use crate::{
    catalogue::CatalogueError,
    closure::Collision,
    holiday::Holidays,
    layer::{self, Laid},
    plan::{self, Plan},
    room::Room,
    slot_set::{SetOfSlots, SlotDraft, rules::in_force},
};

/// How many things are told.
const MOST: usize = 200;

/// How far ahead anything can be let that a layer or a holiday might close.
const AHEAD: Duration = Duration::days(800);

/// What was let of rooms for days from one on, and what was let from a moment before until one after that begins; in the order of time,
/// at most 200.
///
/// # Errors
/// A [`Fault`].
pub async fn rooms(tx: &mut TenantTx, rooms: &[RoomId], from: Date, now: Instant) -> Result<Vec<Collision>, Fault> {
    sql::rooms(tx, rooms.to_vec(), from, now).await
}

/// Whatever has a part of a room on a day or later and is not over, as that room or as another: hires, holds, sessions, and closures
/// that are not of the whole facility. In the order of time, at most 200.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn parts(tx: &mut TenantTx, room: RoomId, from: Date, now: Instant) -> Result<Vec<Collision>, Fault> {
    sql::parts(tx, room, start_of_day(from).max(now), now).await
}

/// What was let of any room of a facility for days from one on.
///
/// # Errors
/// A [`Fault`].
pub async fn facility(tx: &mut TenantTx, id: FacilityId, from: Date, now: Instant) -> Result<Vec<Collision>, Fault> {
    let all = sql::rooms_of(tx, id).await?;
    rooms(tx, &all, from, now).await
}

/// What was let of an item so.
///
/// # Errors
/// A [`Fault`].
pub async fn equipment(tx: &mut TenantTx, id: EquipmentId, from: Date, now: Instant) -> Result<Vec<Collision>, Fault> {
    sql::equipment(tx, id, from, 0, now).await
}

/// Of that, what has more of it than one hire may have from then on.
///
/// # Errors
/// A [`Fault`].
pub async fn too_many(
    tx: &mut TenantTx,
    id: EquipmentId,
    from: Date,
    most: Option<i32>,
    now: Instant,
) -> Result<Vec<Collision>, Fault> {
    match most {
        Some(most) => sql::equipment(tx, id, from, most, now).await,
        None => Ok(Vec::new()),
    }
}

/// What was let by the slots of a set for days from one on, where the slots that follow are not the same.
///
/// # Errors
/// A [`Fault`].
pub async fn slots(
    tx: &mut TenantTx,
    one: &SetOfSlots,
    next: Option<&[SlotDraft]>,
    from: Date,
    now: Instant,
) -> Result<Vec<Collision>, Fault> {
    let hires = sql::by_slots(tx, one.set.room_id, from, now).await?;
    let behind = hires.into_iter().filter(|hire| in_force(&one.set, hire.day));
    let lost = behind.filter(|hire| !next.is_some_and(|next| rules::stay(&one.slots, next, &hire.span)));
    Ok(lost.map(|hire| hire.collision).take(MOST).collect())
}

/// What was let at times at which a house was open, and would not be when the layer of one id is taken away and another is laid.
///
/// # Errors
/// [`CatalogueError::NoSuch`] facility.
pub(crate) async fn layer(
    tx: &mut TenantTx,
    (before, after): (Option<&Laid>, Option<&Laid>),
    now: Instant,
) -> Result<Vec<Collision>, CatalogueError> {
    let Some(about) = after.or(before) else { return Ok(Vec::new()) };
    let days = days(now);
    // also those that have ended: what was let of them for later stays
    let rooms = sql::rooms_of(tx, about.layer.facility_id).await?;
    let plan: Plan = match plan::load(tx, about.layer.facility_id, Some(&rooms), days, true).await {
        Err(CatalogueError::Absent) => return Err(CatalogueError::NoSuch("facility")),
        other => other?,
    };
    let touched = rules::touched(&plan, [before, after], days);
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let atoms = rules::atoms(&plan, about.layer.room_id);
    let let_then = sql::between(tx, atoms, &touched, now).await?;
    let opening = plan.opening.instead(before, after);
    let room_of = |one: &sql::LetThen| one.collision.room.and_then(|room| plan.room(room));
    let closes =
        |one: &sql::LetThen| room_of(one).is_some_and(|of| rules::closes(&of.room, (&plan.opening, &opening), one));
    Ok(let_then.into_iter().filter(closes).map(|one| one.collision).take(MOST).collect())
}

/// The days for which anything can be let that a layer or a holiday might close, half-open.
pub(crate) fn days(now: Instant) -> (Date, Date) {
    let first = civil_day(now);
    (first, first.saturating_add(AHEAD))
}

/// What was let at times at which any house was open, and would not be when other days are holidays. The number of statements does
/// not depend on how many houses there are.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn holidays(
    tx: &mut TenantTx,
    (before, after): (&Holidays, &Holidays),
    now: Instant,
) -> Result<Vec<Collision>, Fault> {
    let houses = rules::houses(layer::sql::all(tx).await?, (before, after));
    let touched = rules::turned(&houses, days(now));
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let facilities: Vec<FacilityId> = houses.keys().copied().collect();
    let rooms = sql::rooms_in(tx, &facilities).await?;
    let rooms: BTreeMap<RoomId, Room> = rooms.into_iter().map(|room| (room.id, room)).collect();
    let atoms = sql::atoms_in(tx, facilities).await?;
    let let_then = sql::between(tx, atoms, &touched, now).await?;
    let closes = |one: &sql::LetThen| {
        let room = one.collision.room.and_then(|id| rooms.get(&id));
        let house = room.and_then(|room| houses.get(&room.facility_id));
        room.zip(house).is_some_and(|(room, house)| rules::closes(room, (&house.before, &house.after), one))
    };
    Ok(let_then.into_iter().filter(closes).map(|one| one.collision).take(MOST).collect())
}
