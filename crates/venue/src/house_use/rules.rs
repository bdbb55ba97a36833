//! Whether the house may use a room at a time, and which other room it may: decided without the database.

use kernel::{clock::civil_day, ids::RoomId};

use super::{Hindrance, HouseUse, People};
use crate::{
    calendar::sql::BusyPart,
    closure::Collision,
    occupancy::Claim,
    plan::{Plan, RoomPlan},
    span::Span,
};

/// How many other rooms are told.
const MOST: usize = 5;

fn plan_of(plans: &[Plan], room: RoomId) -> Option<(&Plan, &RoomPlan)> {
    plans.iter().find_map(|plan| plan.room(room).map(|one| (plan, one)))
}

/// What a use takes.
pub(super) fn claim(plans: &[Plan], one: &HouseUse) -> Option<Claim> {
    let (_, room) = plan_of(plans, one.room)?;
    let during = room.occupied(one.during);
    Some(Claim { source: one.source, room: Some(one.room), atoms: room.atoms.clone(), during })
}

/// Every use that meets something, a closed house, or a room that is not there on its days or does not hold these people; `found` says by
/// the place of a use what it meets.
pub(super) fn hindered(
    plans: &[Plan],
    (uses, people): (&[HouseUse], i32),
    found: &[(usize, Collision)],
) -> Vec<Hindrance> {
    let of = |(at, one): (usize, &HouseUse)| {
        let met = found.iter().filter(|(of, _)| *of == at).map(|(_, collision)| collision.clone());
        let own = uses.iter().enumerate().filter(|(other, use_)| *other != at && meet(plans, one, use_));
        let collisions: Vec<Collision> = met.chain(own.map(|(_, other)| itself(other))).collect();
        let place = plan_of(plans, one.room);
        let closed = place.and_then(|(plan, _)| closed(plan, one.room, one.during));
        let room = place.map(|(_, room)| room);
        let in_force = room.filter(|room| !is_there(room, one.during)).map(|room| room.in_force);
        let too_small = room.and_then(|room| too_small(room.room.capacity, people));
        let free = collisions.is_empty() && closed.is_none() && in_force.is_none() && too_small.is_none();
        (!free).then_some(Hindrance { at, collisions, closed, in_force, too_small, free_rooms: Vec::new() })
    };
    uses.iter().enumerate().filter_map(of).collect()
}

/// Whether there is such a room from the first day of a use until the last.
fn is_there(room: &RoomPlan, during: Span) -> bool {
    room.is_there(civil_day(during.from())) && room.is_there(during.last_day())
}

/// How many a room holds, and how many are to be in it, where that is more.
fn too_small(capacity: Option<i32>, people: i32) -> Option<(i32, i32)> {
    capacity.filter(|holds| *holds < people).map(|holds| (holds, people))
}

/// Whether another room holds everybody who may come; one of which nobody knows how many it holds, where nobody knows it of the room that
/// is `wanted` either.
fn large_enough(capacity: Option<i32>, wanted: Option<i32>, people: People) -> bool {
    let most = people.at_most.or(wanted).unwrap_or(0).max(people.by_now);
    capacity.map_or(wanted.is_none(), |holds| holds >= most)
}

/// Whether two uses want the same part at the same time.
fn meet(plans: &[Plan], one: &HouseUse, other: &HouseUse) -> bool {
    match (claim(plans, one), claim(plans, other)) {
        (Some(one), Some(other)) => {
            one.during.overlaps(other.during) && one.atoms.iter().any(|atom| other.atoms.contains(atom))
        }
        _ => false,
    }
}

fn itself(other: &HouseUse) -> Collision {
    Collision {
        kind: "session".to_owned(),
        id: kernel::ids::CourseSessionId::from_uuid(other.source).to_string(),
        room: Some(other.room),
        starts_at: other.during.from(),
        ends_at: other.during.until(),
        held_until: None,
    }
}

fn closed(plan: &Plan, room: RoomId, during: Span) -> Option<String> {
    let open = plan.opening.covers(room, during);
    (!open).then(|| plan.opening.day(room, civil_day(during.from())).why.unwrap_or_default())
}

/// Other rooms of the facility that are large enough and free then.
pub(super) fn free(plans: &[Plan], (wanted, people): (&HouseUse, People), taken: &[BusyPart]) -> Vec<RoomId> {
    let Some((plan, room)) = plan_of(plans, wanted.room) else { return Vec::new() };
    let holds = room.room.capacity;
    let fits = |one: &&RoomPlan| {
        let room = &one.room;
        is_there(one, wanted.during)
            && room.id != wanted.room
            && room.visibility != "hidden"
            && large_enough(room.capacity, holds, people)
            && closed(plan, room.id, wanted.during).is_none()
            && !taken
                .iter()
                .any(|part| one.atoms.contains(&part.atom) && part.busy.during.overlaps(one.occupied(wanted.during)))
    };
    plan.rooms.iter().filter(fits).map(|one| one.room.id).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_too_small_for_more_than_it_is_known_to_hold() {
        assert_eq!(too_small(Some(20), 21), Some((20, 21)));
        assert_eq!([too_small(Some(20), 20), too_small(Some(20), 0), too_small(None, 21)], [None; 3]);
    }

    #[test]
    fn another_room_is_large_enough_for_everybody_who_may_come_or_where_nobody_says_for_as_many_as_the_wanted_one() {
        let people = |by_now, at_most| People { by_now, at_most };
        let enough = |capacity, wanted, people| large_enough(Some(capacity), Some(wanted), people);
        assert!(enough(12, 30, people(0, Some(12))) && !enough(11, 30, people(0, Some(12))));
        assert!(!enough(12, 30, people(13, Some(12))), "more have a place than there are places by now");
        assert!(enough(30, 30, people(0, None)) && !enough(29, 30, people(0, None)));
        assert!(large_enough(None, None, people(5, Some(12))) && !large_enough(None, Some(30), people(5, Some(12))));
    }
}
