//! Whether a room may be hired at a time, and when else.

use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
};
use tariff::hire::clock;
use time::{Date, Duration};

use super::{Extension, Gap, RoomPlan, TimeAsk, TimeError, Use};
use crate::{
    catalogue::in_force,
    facility::Facility,
    opening::{DayPlan, LONGEST_USE, Opening},
    room::rules::occupied,
    slot_set::{SetOfSlots, Slot, rules},
    span::Span,
};

/// Days within which another time is looked for.
pub(crate) const LOOK_AHEAD: i64 = 14;

/// Slots with their minutes, the times beside and between them that are charged, and the time of all of it.
type SlotsAt = (Vec<(String, i64)>, Vec<(String, i64)>, Span);

impl RoomPlan {
    /// The slots of a day, in its order.
    pub fn slots(&self, day: Date) -> &[Slot] {
        let set = self.sets.iter().find(|one| rules::in_force(&one.set, day));
        set.map(|one| one.slots.as_slice()).unwrap_or_default()
    }

    /// Whether the room, and its house, are in force on a day.
    pub fn is_there(&self, day: Date) -> bool {
        let (from, until) = self.in_force;
        in_force(from, until, day)
    }

    /// What a use takes: with what is kept free beside it, by the gaps that rooms keep about its day.
    pub fn occupied(&self, during: Span) -> Span {
        occupied(&self.room, self.is_mixed(during), during)
    }

    /// Whether a room with other gaps may be used just before or after this. No gap is longer than a day.
    fn is_mixed(&self, during: Span) -> bool {
        let (first, last) = (civil_day(during.from()), civil_day(during.until()));
        let (before, after) = (first.saturating_sub(Duration::DAY), last.saturating_add(Duration::DAY));
        self.mixed.iter().any(|(since, until)| *since <= after && until.is_none_or(|until| before < until))
    }

    /// The use that takes this, without what is kept free beside it.
    pub fn without_gaps(&self, occupied: Span) -> Span {
        let wide = self.occupied(occupied);
        let (before, after) = (occupied.from() - wide.from(), wide.until() - occupied.until());
        Span::new(occupied.from().saturating_add(before), occupied.until().saturating_sub(after)).unwrap_or(occupied)
    }

    /// The use that an ask means, if the house lets the room then; what is taken is not looked at.
    ///
    /// # Errors
    /// [`TimeError`].
    pub fn at(&self, opening: &Opening, ask: &TimeAsk, now: Instant) -> Result<Use, TimeError> {
        self.let_at(opening, ask, now, |during| during.from() < now)
    }

    /// The same at the counter of the house: also what has begun and is not over.
    ///
    /// # Errors
    /// [`TimeError`].
    pub fn at_counter(&self, opening: &Opening, ask: &TimeAsk, now: Instant) -> Result<Use, TimeError> {
        self.let_at(opening, ask, now, |during| during.until() <= now)
    }

    fn let_at(
        &self,
        opening: &Opening,
        ask: &TimeAsk,
        now: Instant,
        past: impl Fn(Span) -> bool,
    ) -> Result<Use, TimeError> {
        let (room, day) = (&self.room, ask.day());
        // before anything else: nobody walks through thousands of years
        if matches!(ask, TimeAsk::Between(span) if span.until() - span.from() > LONGEST_USE) {
            return Err(self.wrong_length());
        }
        // a room that is not there has no slots and no grid either
        if !self.is_there(day) || !self.is_there(ask.last_day()) {
            return Err(TimeError::NotForHire { from: self.in_force.0, until: self.in_force.1, successor: None });
        }
        let (slots, extensions, during) = match ask {
            TimeAsk::Slots { day, codes, extension } => self.of_slots(*day, codes, *extension)?,
            TimeAsk::Between(span) => (Vec::new(), Vec::new(), self.on_grid(*span)?),
            TimeAsk::Day(day) => (Vec::new(), Vec::new(), self.of_day(opening, *day)?),
        };
        if past(during) {
            return Err(TimeError::Past { earliest: self.earliest(opening, now) });
        }
        let plan = opening.day(room.id, day);
        if !self.is_open(opening, &plan, ask, during) {
            let next_open = opening.next_open(room.id, day.next_day().unwrap_or(day));
            let open = plan.open.unwrap_or_else(|| self.of_all_slots(day).into_iter().collect());
            return Err(TimeError::Closed { why: plan.why, open, next_open });
        }
        let minutes = during.minutes();
        let short = room.min_minutes.is_some_and(|min| minutes < i64::from(min));
        if short || room.max_minutes.is_some_and(|max| minutes > i64::from(max)) {
            return Err(self.wrong_length());
        }
        let (class, extension, occupied) = (plan.class, ask.extension(), self.occupied(during));
        // what is within the hours of one day of the house is of that day, however late it becomes
        let within = plan.open.is_some() && plan.covers(during);
        let days = if matches!(ask, TimeAsk::Between(_)) && !within { during.days() } else { 1 };
        Ok(Use { day, class, slots, extensions, extension, during, days, occupied })
    }

    /// Whether the room is open all through a use of a day.
    fn is_open(&self, opening: &Opening, plan: &DayPlan, ask: &TimeAsk, during: Span) -> bool {
        match (ask, &plan.open) {
            // slots are open by themselves where no layer speaks of the day, and so is the time between the first and the last of them
            (TimeAsk::Slots { extension, .. }, None) => {
                extension.is_none() || self.of_all_slots(plan.day).is_some_and(|all| all.covers(during))
            }
            // a day is what the house is open, breaks included
            (TimeAsk::Day(_), _) => true,
            _ => opening.covers(self.room.id, during),
        }
    }

    /// From when the first slot of a day begins until the last one ends.
    fn of_all_slots(&self, day: Date) -> Option<Span> {
        let spans: Vec<Span> = self.slots(day).iter().filter_map(|slot| rules::on(slot, day)).collect();
        Span::across(&spans)
    }

    /// The room's own longest time, or what nobody may exceed.
    fn wrong_length(&self) -> TimeError {
        let most = i32::try_from(LONGEST_USE.whole_minutes()).unwrap_or(i32::MAX);
        TimeError::Length { min: self.room.min_minutes, max: Some(self.room.max_minutes.unwrap_or(most).min(most)) }
    }

    /// The first moment from now on at which a use could begin, as far as it is looked for; what is taken is not looked at.
    fn earliest(&self, opening: &Opening, now: Instant) -> Option<Instant> {
        let today = civil_day(now);
        let days = (0..LOOK_AHEAD).filter_map(|more| today.checked_add(Duration::days(more)));
        days.filter(|day| self.is_there(*day)).find_map(|day| self.begins(opening, day, now))
    }

    fn begins(&self, opening: &Opening, day: Date, now: Instant) -> Option<Instant> {
        let open = opening.day(self.room.id, day).open;
        match self.room.time_unit.as_str() {
            "slots" => {
                let spans = self.slots(day).iter().filter_map(|slot| rules::on(slot, day));
                let hired = |span: &Span| span.from() >= now && (open.is_none() || opening.covers(self.room.id, *span));
                spans.filter(hired).map(Span::from).next()
            }
            "day" => self.of_day(opening, day).ok().map(Span::from).filter(|from| *from >= now),
            _ => {
                let step = Duration::minutes(self.room.grid_minutes?.into());
                let least = Duration::minutes(self.room.min_minutes.or(self.room.grid_minutes)?.into());
                let open = open.or_else(|| Some(vec![Span::of_day(day)?]))?;
                open.into_iter().find_map(|span| {
                    let midnight = start_of_day(day);
                    let since = (span.from().max(now) - midnight).whole_seconds();
                    let steps =
                        since.div_euclid(step.whole_seconds()) + i64::from(since.rem_euclid(step.whole_seconds()) > 0);
                    let from = midnight.checked_add(Duration::seconds(steps.checked_mul(step.whole_seconds())?))?;
                    Some(from).filter(|from| *from >= now && span.until() - *from >= least)
                })
            }
        }
    }

    fn of_slots(&self, day: Date, codes: &[String], extension: Extension) -> Result<SlotsAt, TimeError> {
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
        let gap = set.filter(|_| follow).and_then(|one| kept_apart(one, &chosen, day));
        if !follow || gap.is_some() {
            return Err(TimeError::Apart { slots: names(), gap: gap.map(Box::new) });
        }
        let spans: Vec<Span> = chosen.iter().filter_map(|slot| rules::on(slot, day)).collect();
        let during = match (spans.first(), spans.last()) {
            (Some(first), Some(last)) => Span::new(first.from(), last.until()),
            _ => None,
        };
        let during = during.ok_or_else(|| TimeError::NoSuchSlot { slots: names() })?;
        let during = during.widened(extension.early, extension.late);
        let minutes = |slot: &&Slot| (slot.code.clone(), i64::from(slot.ends_minute - slot.starts_minute));
        let billed = set.is_some_and(|one| one.set.gap_policy == "billable_extension");
        let between = if billed { gaps(&chosen) } else { Vec::new() };
        Ok((chosen.iter().map(minutes).collect(), with_extension(&chosen, between, extension), during))
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
        let open = match &plan.open {
            None => Span::of_day(day),
            Some(spans) => Span::across(spans),
        };
        open.ok_or_else(|| {
            let next_open = opening.next_open(self.room.id, day.next_day().unwrap_or(day));
            TimeError::Closed { why: plan.why.clone(), open: Vec::new(), next_open }
        })
    }
}

/// 適用開始日 and 廃止日 of a part of a facility, as far as the facility is in force.
pub(super) fn within((from, until): (Date, Option<Date>), facility: &Facility) -> (Date, Option<Date>) {
    let end = [until, facility.effective_until].into_iter().flatten().min();
    (from.max(facility.effective_from), end)
}

/// 区分の間が閉まる: where the time between slots is nobody's, slots with such a time between them are two uses. The first such time.
fn kept_apart(one: &SetOfSlots, chosen: &[&Slot], day: Date) -> Option<Gap> {
    let gap = |pair: &[&Slot]| match pair {
        [first, next] => {
            let during = Span::new(rules::on(first, day)?.until(), rules::on(next, day)?.from())?;
            Some(Gap { after: first.code.clone(), before: next.code.clone(), during })
        }
        _ => None,
    };
    if one.set.gap_policy == "closed" { chosen.windows(2).find_map(gap) } else { None }
}

/// The times between slots: when they begin, and their minutes.
pub(crate) fn gaps(chosen: &[&Slot]) -> Vec<(String, i64)> {
    let between = chosen.windows(2).filter_map(|pair| match pair {
        [before, after] if before.ends_minute < after.starts_minute => Some((before.ends_minute, after.starts_minute)),
        _ => None,
    });
    between.map(|(from, until)| (clock(from.into()), i64::from(until - from))).collect()
}

/// With what is planned before the first slot and after the last.
fn with_extension(chosen: &[&Slot], between: Vec<(String, i64)>, extension: Extension) -> Vec<(String, i64)> {
    let Extension { early, late } = extension;
    let begins = chosen.first().map(|first| i64::from(first.starts_minute) - early);
    let before = begins.filter(|_| early > 0).map(|from| (clock(from), early));
    let after = chosen.last().filter(|_| late > 0).map(|last| (clock(last.ends_minute.into()), late));
    before.into_iter().chain(between).chain(after).collect()
}

impl TimeAsk {
    /// The day it is about.
    pub fn day(&self) -> Date {
        match self {
            Self::Slots { day, .. } | Self::Day(day) => *day,
            Self::Between(span) => civil_day(span.from()),
        }
    }

    /// The last day that it is about: slots, and a day that the house is open, are about one however late it becomes.
    pub fn last_day(&self) -> Date {
        match self {
            Self::Slots { day, .. } | Self::Day(day) => *day,
            Self::Between(span) => span.last_day(),
        }
    }

    /// What is planned beside its slots.
    pub const fn extension(&self) -> Extension {
        match self {
            Self::Slots { extension, .. } => *extension,
            Self::Between(_) | Self::Day(_) => Extension { early: 0, late: 0 },
        }
    }
}

#[cfg(test)]
mod tests;
