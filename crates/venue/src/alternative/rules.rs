//! Which other ways there are: decided without the database.

mod bundle;

use kernel::{
    Instant, Yen,
    clock::start_of_day,
    ids::{AtomId, EquipmentId, RoomId},
};
use tariff::hire::{HireAsk, HireTariff, RoomUse};
use time::{Date, Duration};

use super::{Alternative, Missed};
use crate::{
    hire_change::rules::{expect_decided, is_let_as_before, moves},
    hire_quote::{Agreed, House, PlannedUse, QuoteAsk, UseAsk, rules},
    plan::{Plan, RoomPlan, TimeAsk, Use, rules::LOOK_AHEAD},
    span::Span,
    tariff_version::{
        TariffVersion,
        rules::{Term, again, applying},
    },
};

pub(super) use bundle::{Bundle, bundles};

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
#[derive(Debug)]
pub(super) struct Scene {
    pub house: House,
    pub version: TariffVersion,
    /// When that one and the others are in force.
    pub terms: Vec<Term>,
    pub tariff: HireTariff,
    pub taken: Vec<Taken>,
    pub claimed: Vec<Claimed>,
}

/// On which day each use of what is priced was, and on which it was to be.
pub(super) fn days(missed: &Missed) -> Vec<(Date, Date)> {
    let wanted = |at: usize| missed.ask.uses.get(missed.places.iter().position(|place| *place == at)?);
    let day = |(at, one): (usize, &RoomUse)| (one.date, wanted(at).map_or(one.date, |to| to.time.day()));
    missed.whole.uses.iter().enumerate().map(day).collect()
}

/// When each part is looked at: those of the rooms that were wanted for days ahead, all others about the time that was wanted.
pub(super) fn windows(plan: &Plan, missed: &Missed, bundles: &[Bundle]) -> Vec<(AtomId, Span)> {
    let ends = |time: &TimeAsk| match time {
        TimeAsk::Between(span) => span.until(),
        _ => start_of_day(time.day()).saturating_add(Duration::DAY),
    };
    let mut windows = Vec::new();
    for bundle in bundles {
        let asks: Vec<&UseAsk> = bundle.places.iter().filter_map(|at| missed.ask.uses.get(*at)).collect();
        let begin = asks.iter().map(|one| start_of_day(one.time.day())).min();
        let end = asks.iter().map(|one| ends(&one.time)).max();
        let Some((begin, end)) = begin.zip(end) else { continue };
        let from = begin.saturating_sub(MARGIN);
        let near = Span::new(from, end.saturating_add(MARGIN));
        let far = Span::new(from, end.saturating_add(Duration::days(LOOK_AHEAD) + MARGIN));
        for room in &plan.rooms {
            let window = if asks.iter().any(|one| one.room == room.room.id) { far } else { near };
            windows.extend(window.iter().flat_map(|window| room.atoms.iter().map(|atom| (*atom, *window))));
        }
    }
    // nothing is read twice
    windows.sort_unstable();
    windows.dedup_by(|(atom, next), (of, last)| {
        let meets = atom == of && next.from() <= last.until();
        let longer = Span::new(last.from(), last.until().max(next.until())).filter(|_| meets);
        longer.map(|longer| *last = longer).is_some()
    });
    windows
}

/// The ways for each use that could not be had, in their order.
pub(super) fn find(scene: &Scene, missed: &Missed, bundles: &[Bundle], now: Instant) -> Vec<Alternative> {
    let mut found: Vec<Alternative> = Vec::new();
    for bundle in bundles {
        let others = bundles.iter().filter(|other| other.at != bundle.at);
        let others: Vec<usize> = others.flat_map(|other| other.places.iter().copied()).collect();
        let search = Search::new(scene, missed, (bundle, &others), &found, now);
        found.extend(search.map(|search| search.ways()).unwrap_or_default());
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

/// The search for one use and all that moves along.
struct Search<'a> {
    scene: &'a Scene,
    missed: &'a Missed,
    bundle: &'a Bundle,
    /// The uses of the other bundles, by their places: whatever is told for them may be taken, so none of them is counted on.
    others: &'a [usize],
    /// What was wanted of the use that leads.
    room: &'a RoomPlan,
    time: &'a TimeAsk,
    wanted: Use,
    /// What is told already for other uses: none of this may get into the way of any of them.
    told: &'a [Alternative],
    now: Instant,
}

impl<'a> Search<'a> {
    fn new(
        scene: &'a Scene,
        missed: &'a Missed,
        (bundle, others): (&'a Bundle, &'a [usize]),
        told: &'a [Alternative],
        now: Instant,
    ) -> Option<Self> {
        let ask = missed.ask.uses.get(bundle.lead)?;
        let room = scene.house.plan.room(ask.room)?;
        let wanted = missed.ask.at(&scene.house.plan, room, &ask.time, now).ok()?;
        Some(Self { scene, missed, bundle, others, room, time: &ask.time, wanted, told, now })
    }

    fn ways(&self) -> Vec<Alternative> {
        // another room helps only where nothing that this one needs is missing as well
        let stays = |place: &usize| *place == self.bundle.lead || !self.missed.uses.contains(place);
        let others = self.elsewhere().filter(|_| self.bundle.places.iter().all(stays));
        let mut found: Vec<Alternative> = others.filter_map(|one| self.consider(&one)).take(MOST - 1).collect();
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
                && (one.room.open_to == "everybody" || self.missed.ask.user_class.is_some())
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
            TimeAsk::Slots { codes, extension, .. } => {
                let runs = self.room.slots(day).windows(codes.len().max(1));
                let ask = |run: &[crate::slot_set::Slot]| TimeAsk::Slots {
                    day,
                    codes: run.iter().map(|slot| slot.code.clone()).collect(),
                    extension: *extension,
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
        let at = self.missed.ask.at(plan, room, &candidate.time, self.now).ok()?;
        if (candidate.room == self.room.room.id && at == self.wanted) || !self.free(room, at.occupied) {
            return None;
        }
        let mut ask = self.missed.ask.clone();
        let mut with = self.along(&mut ask, candidate, at.during.from() - self.wanted.during.from())?;
        let one = ask.uses.get_mut(self.bundle.lead)?;
        (one.room, one.time) = (candidate.room, candidate.time.clone());
        with.insert(0, (self.bundle.lead, at));
        let (planned, total) = self.priced(&ask)?;
        let moves: Vec<usize> = with.iter().map(|(place, _)| *place).collect();
        if !self.goes_without_others(&planned) || !self.enough(&planned, &moves) || !self.decided(&planned) {
            return None;
        }
        if moves.iter().all(|place| self.stays(&planned, *place)) {
            return None;
        }
        let automatic = moves.iter().filter_map(|place| planned.get(*place)).all(|one| one.automatic);
        let (of_use, at) = with.remove(moves.iter().position(|place| *place == self.bundle.at)?);
        Some(Alternative { of_use, room: ask.uses.get(of_use)?.room, at, with, automatic, total })
    }

    /// Whether no room of it is one that is never hired without another that may move.
    fn goes_without_others(&self, planned: &[PlannedUse]) -> bool {
        let Missed { stays, goes, .. } = self.missed;
        let certain = planned.iter().enumerate().filter(|(place, _)| !self.others.contains(place));
        let certain: Vec<PlannedUse> = certain.map(|(_, one)| one.clone()).collect();
        self.others.is_empty()
            || rules::expect_attached(&self.scene.house.plan, &certain, Agreed { stays, goes }).is_ok()
    }

    /// Whether it does not get around what the house decides.
    fn decided(&self, planned: &[PlannedUse]) -> bool {
        let places: Vec<usize> = (0..planned.len()).collect();
        !self.missed.decided || expect_decided(&self.missed.goes, planned, &places).is_ok()
    }

    /// Whether a use would be where and when it is: that is no other way.
    fn stays(&self, planned: &[PlannedUse], place: usize) -> bool {
        let had = self.missed.goes.get(place).zip(planned.get(place));
        had.is_some_and(|(was, is)| is_let_as_before(was, is))
    }

    /// Moves the others of the bundle to another time of the same room, if they are all free then.
    fn along(&self, ask: &mut QuoteAsk, candidate: &Candidate, by: Duration) -> Option<Vec<(usize, Use)>> {
        let plan = &self.scene.house.plan;
        let mut with = Vec::new();
        let stays = candidate.room != self.room.room.id;
        for place in self.bundle.places.iter().filter(|place| **place != self.bundle.lead && !stays) {
            let one = ask.uses.get_mut(*place)?;
            one.time = match &one.time {
                same if same == self.time => candidate.time.clone(),
                TimeAsk::Between(span) => TimeAsk::Between(shifted(*span, by)?),
                other => moved(other, candidate.days)?,
            };
            let room = plan.room(one.room)?;
            let use_ = self.missed.ask.at(plan, room, &one.time, self.now).ok()?;
            self.free(room, use_.occupied).then_some(())?;
            with.push((*place, use_));
        }
        Some(with)
    }

    /// The ask as the house lets it, if the tariff has a price for it, and what all of it costs.
    fn priced(&self, ask: &QuoteAsk) -> Option<(Vec<PlannedUse>, Yen)> {
        let Missed { stays, goes, whole, places, .. } = self.missed;
        let agreed = Agreed { stays, goes };
        let (planned, asked) = rules::check(ask, &self.scene.house, agreed, whole.applied_on, self.now).ok()?;
        let whole = rules::with_uses(whole.clone(), places, asked.uses)?;
        let charge = tariff::hire::quote(&self.scene.tariff, &whole).ok()?;
        (self.days_fit(&whole) && charge.total >= Yen::ZERO).then_some((planned, charge.total))
    }

    /// Whether all of it is priced by the same version as what could not be had.
    fn days_fit(&self, whole: &HireAsk) -> bool {
        let (terms, by, applied_on) = (&self.scene.terms, self.scene.version.id, whole.applied_on);
        match self.missed.agreed {
            Some(agreed) => again(terms, agreed, applied_on, &moves(&self.missed.whole, whole)) == Ok(by),
            None => whole.uses.iter().all(|one| applying(terms, applied_on, one.date).is_some_and(|one| one.id == by)),
        }
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
            let each = |one: &Alternative| {
                let with = one.with.iter().map(|(place, use_)| (*place, use_.during));
                with.chain([(one.of_use, one.at.during)]).collect::<Vec<_>>()
            };
            let told: Vec<(usize, Claimed)> = self
                .told
                .iter()
                .flat_map(each)
                .filter_map(|(place, during)| Some((place, wanted(place, during)?)))
                .collect();
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
        TimeAsk::Slots { codes, extension, .. } => {
            Some(TimeAsk::Slots { day, codes: codes.clone(), extension: *extension })
        }
        TimeAsk::Day(_) => Some(TimeAsk::Day(day)),
        TimeAsk::Between(span) => Some(TimeAsk::Between(shifted(*span, later)?)),
    }
}

fn shifted(span: Span, by: Duration) -> Option<Span> {
    Span::new(span.from().checked_add(by)?, span.until().checked_add(by)?)
}
