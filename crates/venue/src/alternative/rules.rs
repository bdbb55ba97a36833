//! Which other ways there are: decided without the database.

use kernel::{
    Instant, Yen,
    clock::start_of_day,
    ids::{AtomId, EquipmentId, RoomId},
};
use tariff::hire::{HireAsk, HireTariff};
use time::{Date, Duration};

use super::{Alternative, Missed};
use crate::{
    hire_quote::{House, PlannedUse, QuoteAsk, rules},
    plan::{Plan, RoomPlan, TimeAsk, Use, rules::LOOK_AHEAD},
    span::Span,
    tariff_version::TariffVersion,
};

/// How many ways are told for each use.
const MOST: usize = 5;

/// Gaps, and slots that go over midnight, reach no further than this beyond a day.
pub(super) const MARGIN: Duration = Duration::days(2);

/// A part that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub atom: AtomId,
    pub during: Span,
}

/// Items that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub item: EquipmentId,
    pub during: Span,
    pub quantity: i32,
}

/// Everything that decides.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub house: &'a House,
    pub version: &'a TariffVersion,
    pub tariff: &'a HireTariff,
    pub taken: &'a [Taken],
    pub claimed: &'a [Claimed],
}

/// When each part is looked at: those of the room that was wanted for days ahead, all others about the time that was wanted.
pub(super) fn windows(plan: &Plan, missed: &Missed) -> Vec<(AtomId, Span)> {
    let mut windows = Vec::new();
    for ask in missed.uses.iter().filter_map(|at| missed.ask.uses.get(*at)) {
        let midnight = start_of_day(ask.time.day());
        let ends = match &ask.time {
            TimeAsk::Between(span) => span.until(),
            _ => midnight.saturating_add(Duration::DAY),
        };
        let from = midnight.saturating_sub(MARGIN);
        let near = Span::new(from, ends.saturating_add(MARGIN));
        let far = Span::new(from, ends.saturating_add(Duration::days(LOOK_AHEAD) + MARGIN));
        for room in &plan.rooms {
            let follows =
                || plan.room(ask.room).is_some_and(|one| one.attached.iter().any(|with| with.room == room.room.id));
            let window = if room.room.id == ask.room || follows() { far } else { near };
            windows.extend(window.iter().flat_map(|window| room.atoms.iter().map(|atom| (*atom, *window))));
        }
    }
    windows
}

/// The ways for each use that could not be had, in their order.
pub(super) fn find(scene: &Scene<'_>, missed: &Missed, now: Instant) -> Vec<Alternative> {
    let mut found: Vec<Alternative> = Vec::new();
    for at in &missed.uses {
        let more = Search::new(*scene, missed, *at, &found, now).map(|search| search.ways()).unwrap_or_default();
        found.extend(more);
    }
    found
}

/// A room and a time that may be a way.
struct Candidate {
    room: RoomId,
    time: TimeAsk,
    /// By how many days it is later.
    days: i64,
}

/// The search for one use.
struct Search<'a> {
    scene: Scene<'a>,
    missed: &'a Missed,
    at: usize,
    room: &'a RoomPlan,
    /// What was wanted.
    time: &'a TimeAsk,
    wanted: Use,
    /// What is told already for other uses: none of this may get into the way of any of them.
    told: &'a [Alternative],
    now: Instant,
}

impl<'a> Search<'a> {
    fn new(scene: Scene<'a>, missed: &'a Missed, at: usize, told: &'a [Alternative], now: Instant) -> Option<Self> {
        let ask = missed.ask.uses.get(at)?;
        let room = scene.house.plan.room(ask.room)?;
        let wanted = room.at(&scene.house.plan.opening, &ask.time, now).ok()?;
        Some(Self { scene, missed, at, room, time: &ask.time, wanted, told, now })
    }

    fn ways(&self) -> Vec<Alternative> {
        let mut found: Vec<Alternative> =
            self.elsewhere().filter_map(|one| self.consider(&one)).take(MOST - 1).collect();
        for candidate in self.later() {
            if found.len() == MOST {
                break;
            }
            found.extend(self.consider(&candidate));
        }
        found
    }

    /// Other rooms at the same time that hold as many people.
    fn elsewhere(&self) -> impl Iterator<Item = Candidate> {
        let capacity = self.room.room.capacity.unwrap_or(0);
        let fits = move |one: &&RoomPlan| {
            one.room.id != self.room.room.id
                && one.room.visibility == "bookable"
                && one.room.capacity.unwrap_or(0) >= capacity
        };
        let candidate = |one: &RoomPlan| {
            let time = if one.room.time_unit == "day" { TimeAsk::Day(self.time.day()) } else { self.time.clone() };
            Candidate { room: one.room.id, time, days: 0 }
        };
        self.scene.house.plan.rooms.iter().filter(fits).map(candidate)
    }

    /// The same room: other times of the day, then the same time on the days after it.
    fn later(&self) -> Vec<Candidate> {
        let of_day = self.same_day().into_iter().map(|time| (0, time));
        let days = (1..LOOK_AHEAD).filter_map(|days| Some((days, moved(self.time, days)?)));
        of_day.chain(days).map(|(days, time)| Candidate { room: self.room.room.id, time, days }).collect()
    }

    fn same_day(&self) -> Vec<TimeAsk> {
        let day = self.time.day();
        match self.time {
            TimeAsk::Day(_) => Vec::new(),
            TimeAsk::Slots { codes, .. } => {
                let runs = self.room.slots(day).windows(codes.len().max(1));
                let ask = |run: &[crate::slot_set::Slot]| TimeAsk::Slots {
                    day,
                    codes: run.iter().map(|slot| slot.code.clone()).collect(),
                };
                runs.map(ask).collect()
            }
            // one after the other from the beginning of the day on, none over another
            TimeAsk::Between(span) => {
                let length = span.until() - span.from();
                let ends = start_of_day(day).saturating_add(Duration::DAY);
                let mut asks = Vec::new();
                let mut from = start_of_day(day);
                while asks.len() < 48 && from < ends {
                    let until = from.saturating_add(length);
                    asks.extend(Span::new(from, until).map(TimeAsk::Between));
                    from = until;
                }
                asks
            }
        }
    }

    /// The way that a candidate is, if it is one.
    fn consider(&self, candidate: &Candidate) -> Option<Alternative> {
        let plan = &self.scene.house.plan;
        let room = plan.room(candidate.room)?;
        let at = room.at(&plan.opening, &candidate.time, self.now).ok()?;
        if (candidate.room == self.room.room.id && at == self.wanted) || !self.free(room, at.occupied) {
            return None;
        }
        let mut ask = self.missed.ask.clone();
        let mut with = Vec::new();
        for (place, follower) in self.followers(candidate) {
            let one = ask.uses.get_mut(place)?;
            one.time = follower;
            let room = plan.room(one.room)?;
            let use_ = room.at(&plan.opening, &one.time, self.now).ok()?;
            self.free(room, use_.occupied).then_some(())?;
            with.push((place, use_));
        }
        let one = ask.uses.get_mut(self.at)?;
        (one.room, one.time) = (candidate.room, candidate.time.clone());
        let planned = self.priced(&ask)?;
        let moves: Vec<usize> = with.iter().map(|(place, _)| *place).chain([self.at]).collect();
        self.enough(&planned, &moves).then_some(Alternative { of_use: self.at, room: candidate.room, at, with })
    }

    /// Rooms that this one is never hired without, where they were asked for beside it: they come along to another time.
    fn followers(&self, candidate: &Candidate) -> Vec<(usize, TimeAsk)> {
        if candidate.room != self.room.room.id {
            return Vec::new();
        }
        let needed = |room: RoomId| self.room.attached.iter().any(|with| with.required && with.room == room);
        let beside = self.missed.ask.uses.iter().enumerate().filter(|(_, one)| needed(one.room));
        let same_day = beside.filter(|(_, one)| one.time.day() == self.time.day());
        let follow = |(place, one): (usize, &crate::hire_quote::UseAsk)| {
            let time = if candidate.days > 0 || one.time != *self.time {
                moved(&one.time, candidate.days)?
            } else {
                candidate.time.clone()
            };
            Some((place, time))
        };
        same_day.filter_map(follow).collect()
    }

    /// The ask as the house lets it, if the tariff has a price for it.
    fn priced(&self, ask: &QuoteAsk) -> Option<Vec<PlannedUse>> {
        let missed = self.missed;
        let (planned, asked): (_, HireAsk) =
            rules::check(ask, self.scene.house, &missed.beside, missed.applied_on, self.now).ok()?;
        let days_fit = planned.iter().all(|one| applies(self.scene.version, one.day));
        let charge = tariff::hire::quote(self.scene.tariff, &asked).ok()?;
        (days_fit && charge.total >= Yen::ZERO).then_some(planned)
    }

    /// Whether nobody has any part then, nor would by what is told already.
    fn free(&self, room: &RoomPlan, occupied: Span) -> bool {
        let plan = &self.scene.house.plan;
        let had =
            |atom: &AtomId| self.scene.taken.iter().any(|taken| taken.atom == *atom && taken.during.overlaps(occupied));
        let told = || self.told.iter().flat_map(|one| self.rooms_of(one));
        !room.atoms.iter().any(had) && !told().any(|(of, span)| span.overlaps(occupied) && plan.share(of, room.room.id))
    }

    /// The rooms that a way would take, and when.
    fn rooms_of<'b>(&'b self, one: &'b Alternative) -> impl Iterator<Item = (RoomId, Span)> + 'b {
        let room = |place: usize| self.missed.ask.uses.get(place).map(|ask| ask.room);
        let with = one.with.iter().filter_map(move |(place, use_)| Some((room(*place)?, use_.occupied)));
        std::iter::once((one.room, one.at.occupied)).chain(with)
    }

    /// Whether there is as much equipment as the moved uses want, at every moment of them.
    fn enough(&self, planned: &[PlannedUse], moves: &[usize]) -> bool {
        self.scene.house.items.iter().all(|item| {
            let gaps = (item.gap_before_minutes.into(), item.gap_after_minutes.into());
            let wanted = |place: usize, during: Span| {
                let quantity = planned.get(place)?.equipment.iter().find(|one| one.item == item.id)?.quantity;
                Some(Claimed { item: item.id, during: during.widened(gaps.0, gaps.1), quantity })
            };
            let asked: Vec<Option<Claimed>> =
                planned.iter().enumerate().map(|(place, one)| wanted(place, one.during)).collect();
            let moved: Vec<Claimed> = moves.iter().filter_map(|place| asked.get(*place).copied().flatten()).collect();
            let all: Vec<Claimed> = self
                .scene
                .claimed
                .iter()
                .filter(|one| one.item == item.id)
                .copied()
                .chain(asked.into_iter().flatten())
                .collect();
            // of the ways told for one other use only one is taken
            let told: Vec<(usize, Claimed)> =
                self.told.iter().filter_map(|one| Some((one.of_use, wanted(one.of_use, one.at.during)?))).collect();
            let busy = |moment: Instant| {
                let at = |one: &Claimed| one.during.from() <= moment && moment < one.during.until();
                let certain: i32 = all.iter().filter(|one| at(one)).map(|one| one.quantity).sum();
                let mut ways: Vec<(usize, i32)> =
                    told.iter().filter(|(_, one)| at(one)).map(|(of, one)| (*of, one.quantity)).collect();
                ways.sort_unstable();
                ways.dedup_by_key(|(of, _)| *of);
                certain + ways.iter().map(|(_, quantity)| quantity).sum::<i32>()
            };
            let begins = || all.iter().chain(told.iter().map(|(_, one)| one)).map(|one| one.during.from());
            let within = |one: &Claimed, moment: Instant| one.during.from() <= moment && moment < one.during.until();
            moved
                .iter()
                .all(|one| begins().filter(|moment| within(one, *moment)).all(|moment| busy(moment) <= item.capacity))
        })
    }
}

/// The same time so many days later.
fn moved(time: &TimeAsk, days: i64) -> Option<TimeAsk> {
    let later = Duration::days(days);
    let day = time.day().checked_add(later)?;
    match time {
        TimeAsk::Slots { codes, .. } => Some(TimeAsk::Slots { day, codes: codes.clone() }),
        TimeAsk::Day(_) => Some(TimeAsk::Day(day)),
        TimeAsk::Between(span) => {
            Some(TimeAsk::Between(Span::new(span.from().checked_add(later)?, span.until().checked_add(later)?)?))
        }
    }
}

/// Whether a version of the tariff applies to a use on a day.
fn applies(version: &TariffVersion, day: Date) -> bool {
    version.applies_by != "use_date"
        || (version.effective_from <= day && version.effective_until.is_none_or(|until| day < until))
}
