//! Whether a room may be hired at a time, and when else.

use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
    ids::RoomId,
};
use time::{Date, Duration};

use super::{Alternative, Plan, RoomPlan, TimeAsk, TimeError, Use};
use crate::{
    calendar::Busy,
    opening::Opening,
    room::rules::occupied,
    slot_set::{SetOfSlots, Slot, rules},
    span::Span,
};

/// Days within which another time is looked for.
pub(super) const LOOK_AHEAD: i64 = 14;

/// How many other ways are told.
const MOST: usize = 5;

/// Slots with their minutes, the gaps between them that are charged, and the time from the first to the last.
type SlotsAt = (Vec<(String, i64)>, Vec<(String, i64)>, Span);

impl RoomPlan {
    /// The slots of a day, in its order.
    pub fn slots(&self, day: Date) -> &[Slot] {
        let set = self.sets.iter().find(|one| rules::in_force(&one.set, day));
        set.map(|one| one.slots.as_slice()).unwrap_or_default()
    }

    /// The use that an ask means, if the house lets the room then; what is taken is not looked at.
    ///
    /// # Errors
    /// [`TimeError`].
    pub fn at(&self, opening: &Opening, ask: &TimeAsk, now: Instant) -> Result<Use, TimeError> {
        let day = ask.day();
        let (slots, gaps, during) = match ask {
            TimeAsk::Slots { day, codes } => self.of_slots(*day, codes)?,
            TimeAsk::Between(span) => (Vec::new(), Vec::new(), self.on_grid(*span)?),
            TimeAsk::Day(day) => (Vec::new(), Vec::new(), self.of_day(opening, *day)?),
        };
        let room = &self.room;
        if day < room.effective_from || room.effective_until.is_some_and(|until| day >= until) {
            return Err(TimeError::NotForHire { from: room.effective_from, until: room.effective_until });
        }
        if during.from() < now {
            return Err(TimeError::Past);
        }
        let plan = opening.day(room.id, day);
        // slots are open by themselves where no layer speaks of the day
        let open = match (&plan.open, slots.is_empty()) {
            (None, false) => true,
            _ => opening.covers(room.id, during),
        };
        if !open {
            let next_open = opening.next_open(room.id, day.next_day().unwrap_or(day));
            return Err(TimeError::Closed { why: plan.why, open: plan.open.unwrap_or_default(), next_open });
        }
        let minutes = during.minutes();
        let short = room.min_minutes.is_some_and(|min| minutes < i64::from(min));
        if short || room.max_minutes.is_some_and(|max| minutes > i64::from(max)) {
            return Err(TimeError::Length { min: room.min_minutes, max: room.max_minutes });
        }
        Ok(Use { day, class: plan.class, slots, gaps, during, occupied: occupied(room, during) })
    }

    fn of_slots(&self, day: Date, codes: &[String]) -> Result<SlotsAt, TimeError> {
        if self.room.time_unit != "slots" {
            return Err(TimeError::Unit(self.room.time_unit.clone()));
        }
        let set = self.sets.iter().find(|one| rules::in_force(&one.set, day));
        let all = set.map(|one| one.slots.as_slice()).unwrap_or_default();
        let names = || all.iter().map(|slot| slot.code.clone()).collect::<Vec<_>>();
        let places = codes.iter().map(|code| all.iter().position(|slot| slot.code == *code));
        let mut places = places.collect::<Option<Vec<_>>>().ok_or_else(|| TimeError::NoSuchSlot { slots: names() })?;
        places.sort_unstable();
        let follow = places.windows(2).all(|pair| matches!(pair, [one, next] if one + 1 == *next));
        let chosen: Vec<&Slot> = places.iter().filter_map(|at| all.get(*at)).collect();
        if !follow || set.is_some_and(|one| keeps_apart(one, &chosen)) {
            return Err(TimeError::Apart { slots: names() });
        }
        let spans: Vec<Span> = chosen.iter().filter_map(|slot| rules::on(slot, day)).collect();
        let during = match (spans.first(), spans.last()) {
            (Some(first), Some(last)) => Span::new(first.from(), last.until()),
            _ => None,
        };
        let during = during.ok_or_else(|| TimeError::NoSuchSlot { slots: names() })?;
        let minutes = |slot: &&Slot| (slot.code.clone(), i64::from(slot.ends_minute - slot.starts_minute));
        let billed = set.is_some_and(|one| one.set.gap_policy == "billable_extension");
        let gaps = if billed { gaps(&chosen) } else { Vec::new() };
        Ok((chosen.iter().map(minutes).collect(), gaps, during))
    }

    fn on_grid(&self, span: Span) -> Result<Span, TimeError> {
        let Some(grid) = self.room.grid_minutes else { return Err(TimeError::Unit(self.room.time_unit.clone())) };
        let midnight = start_of_day(civil_day(span.from()));
        let step = i64::from(grid) * 60;
        let on = |at: Instant| {
            let since = at - midnight;
            since.whole_seconds() % step == 0 && since.subsec_nanoseconds() == 0
        };
        if on(span.from()) && on(span.until()) { Ok(span) } else { Err(TimeError::Grid { minutes: grid }) }
    }

    fn of_day(&self, opening: &Opening, day: Date) -> Result<Span, TimeError> {
        if self.room.time_unit != "day" {
            return Err(TimeError::Unit(self.room.time_unit.clone()));
        }
        let plan = opening.day(self.room.id, day);
        let whole = || Span::new(start_of_day(day), start_of_day(day) + Duration::days(1));
        let open = match &plan.open {
            None => whole(),
            Some(spans) => {
                spans.first().zip(spans.last()).and_then(|(first, last)| Span::new(first.from(), last.until()))
            }
        };
        open.ok_or_else(|| {
            let next_open = opening.next_open(self.room.id, day.next_day().unwrap_or(day));
            TimeError::Closed { why: plan.why.clone(), open: Vec::new(), next_open }
        })
    }
}

/// 区分の間が閉まる: where the time between slots is nobody's, slots with such a time between them are two uses.
fn keeps_apart(one: &SetOfSlots, chosen: &[&Slot]) -> bool {
    let gap = |pair: &[&Slot]| matches!(pair, [before, after] if before.ends_minute < after.starts_minute);
    one.set.gap_policy == "closed" && chosen.windows(2).any(gap)
}

/// The times between slots: when they begin, and their minutes.
fn gaps(chosen: &[&Slot]) -> Vec<(String, i64)> {
    let between = chosen.windows(2).filter_map(|pair| match pair {
        [before, after] if before.ends_minute < after.starts_minute => Some((before.ends_minute, after.starts_minute)),
        _ => None,
    });
    between.map(|(from, until)| (format!("{:02}:{:02}", from / 60, from % 60), i64::from(until - from))).collect()
}

/// Other rooms at the same time, then the same room at other times.
pub(super) fn alternatives(
    plan: &Plan,
    wanted_room: RoomId,
    wanted: &Use,
    taken: &[(RoomId, Busy)],
    now: Instant,
) -> Vec<Alternative> {
    let codes: Vec<String> = wanted.slots.iter().map(|(code, _)| code.clone()).collect();
    let on = |days: i64| {
        let day = wanted.day.saturating_add(Duration::days(days));
        let later = Duration::days(days);
        match (codes.is_empty(), wanted.during.from() + later, wanted.during.until() + later) {
            (false, ..) => Some(TimeAsk::Slots { day, codes: codes.clone() }),
            (true, from, until) => Span::new(from, until).map(TimeAsk::Between),
        }
    };
    let free = |room: &RoomPlan, ask: &TimeAsk| {
        let of_day = TimeAsk::Day(ask.day());
        let ask = if room.room.time_unit == "day" { &of_day } else { ask };
        let found = room.at(&plan.opening, ask, now).ok()?;
        let met = taken.iter().any(|(of, busy)| *of == room.room.id && busy.during.overlaps(found.occupied));
        (!met).then_some(Alternative { room: room.room.id, at: found })
    };
    let capacity = plan.room(wanted_room).and_then(|one| one.room.capacity).unwrap_or(0);
    let as_large = |one: &&RoomPlan| {
        one.room.id != wanted_room && one.room.visibility == "bookable" && one.room.capacity.unwrap_or(0) >= capacity
    };
    let others = plan.rooms.iter().filter(as_large).filter_map(|room| free(room, &on(0)?)).take(MOST - 1);
    let mut found: Vec<Alternative> = others.collect();
    if let Some(room) = plan.room(wanted_room) {
        let of_day = room.slots(wanted.day).windows(codes.len().max(1));
        let same_day = of_day
            .filter(|_| !codes.is_empty())
            .map(|run| TimeAsk::Slots { day: wanted.day, codes: run.iter().map(|slot| slot.code.clone()).collect() });
        let asks = same_day.chain((1..LOOK_AHEAD).filter_map(on));
        found.extend(asks.filter_map(|ask| free(room, &ask)).filter(|one| one.at != *wanted).take(MOST - found.len()));
    }
    found
}

impl TimeAsk {
    /// The day it is about.
    pub fn day(&self) -> Date {
        match self {
            Self::Slots { day, .. } | Self::Day(day) => *day,
            Self::Between(span) => civil_day(span.from()),
        }
    }
}
