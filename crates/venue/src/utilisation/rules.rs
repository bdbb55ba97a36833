//! Counting.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::ids::{AtomId, RoomId};
use time::{Date, Duration};

use super::{Counts, Purpose, RoomUsage, Usage, UsedFor};
use crate::{
    plan::{Plan, RoomPlan},
    slot_set::rules::on,
    span::Span,
};

/// Something that used parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UseOf {
    pub purpose: Purpose,
    /// Nobody came.
    pub no_show: bool,
    /// The room that it was let as.
    pub room: Option<RoomId>,
    /// Of a hire, when it was let; of a session, with what is kept free beside it.
    pub during: Span,
    pub atoms: Vec<AtomId>,
}

/// Times of each part.
#[derive(Debug, Default)]
struct Times(HashMap<AtomId, Vec<Span>>);

impl Times {
    fn of<'a>(all: impl IntoIterator<Item = (AtomId, Span)> + 'a) -> Self {
        let mut times: HashMap<AtomId, Vec<Span>> = HashMap::new();
        for (atom, span) in all {
            times.entry(atom).or_default().push(span);
        }
        times.values_mut().for_each(|spans| spans.sort_unstable());
        Self(times)
    }

    /// What of a part's times lies over a span. Of one part nothing lies over anything else.
    fn over(&self, atom: AtomId, span: Span) -> &[Span] {
        over(self.0.get(&atom).map(Vec::as_slice).unwrap_or_default(), span)
    }

    /// When in a span all parts are somebody's at once, whoever has each of them; in the order of time.
    fn at_once(&self, atoms: &[AtomId], within: Span) -> Vec<Span> {
        let [first, others @ ..] = atoms else { return Vec::new() };
        let of = |atom: AtomId, span: Span| self.over(atom, span).iter().filter_map(move |one| one.common(span));
        others.iter().fold(of(*first, within).collect(), |spans: Vec<Span>, atom| {
            spans.into_iter().flat_map(|span| of(*atom, span)).collect()
        })
    }

    /// Whether somewhere in these spans all parts are somebody's at once.
    fn all(&self, atoms: &[AtomId], spans: &[Span]) -> bool {
        spans.iter().any(|span| !self.at_once(atoms, *span).is_empty())
    }

    fn any(&self, atoms: &[AtomId], span: Span) -> bool {
        atoms.iter().any(|atom| !self.over(*atom, span).is_empty())
    }
}

/// What of spans that follow each other lies over another.
fn over(all: &[Span], span: Span) -> &[Span] {
    let from = all.partition_point(|one| one.until() <= span.from());
    let until = all.partition_point(|one| one.from() < span.until());
    all.get(from..until).unwrap_or_default()
}

/// Everything that is counted.
struct Ledger {
    /// What was used.
    used: Times,
    /// That, and where nobody came.
    had: Times,
    closed: Times,
    uses: Vec<UseOf>,
}

/// One day of a room.
struct DayOf {
    /// When it could be used.
    spans: Vec<Span>,
    blocks: Vec<Span>,
}

/// How well each room of a plan is used between two days.
pub(super) fn count(
    plan: &Plan,
    mut uses: Vec<UseOf>,
    closed: &[(AtomId, Span)],
    (from, until): (Date, Date),
) -> Vec<RoomUsage> {
    for one in uses.iter_mut().filter(|one| one.purpose == Purpose::Sessions) {
        // a session is kept with its gaps; that time is not used
        if let Some(room) = one.room.and_then(|room| plan.room(room)) {
            one.during = room.without_gaps(one.during);
        }
    }
    let each = |one: &UseOf| one.atoms.iter().map(|atom| (*atom, one.during)).collect::<Vec<_>>();
    let ledger = Ledger {
        used: Times::of(uses.iter().filter(|one| !one.no_show).flat_map(each)),
        had: Times::of(uses.iter().flat_map(each)),
        closed: Times::of(closed.iter().copied()),
        uses,
    };
    plan.rooms.iter().map(|room| of_room(plan, room, &ledger, (from, until))).collect()
}

fn of_room(plan: &Plan, room: &RoomPlan, ledger: &Ledger, (from, until): (Date, Date)) -> RoomUsage {
    let mut months: BTreeMap<Date, Usage> = BTreeMap::new();
    let mut days = Vec::new();
    let mut day = from;
    while day < until {
        if let Some(of_day) = could_be_used(plan, room, day) {
            let month = months.entry(first_of_month(day)).or_default();
            add(month, room, ledger, &of_day);
            days.push(of_day);
        }
        let Some(next) = day.next_day() else { break };
        day = next;
    }
    let within = Span::of_days((from, until));
    let used = within.map(|within| ledger.used.at_once(&room.atoms, within)).unwrap_or_default();
    for span in &used {
        for (first, month) in &mut months {
            month.minutes += month_of(*first).and_then(|whole| span.common(whole)).map_or(0, Span::minutes);
        }
    }
    let total = months.values().fold(Usage::default(), |sum, month| Usage {
        days: plus(sum.days, month.days),
        blocks: plus(sum.blocks, month.blocks),
        minutes: sum.minutes + month.minutes,
    });
    RoomUsage {
        room: room.room.id,
        code: room.room.code.clone(),
        name: room.room.name.clone(),
        total,
        months: months.into_iter().collect(),
        purposes: purposes(room, ledger, &used, &days),
    }
}

/// What a room was used for when all of it was: of parts that were let for several purposes at once, for each of them.
fn purposes(room: &RoomPlan, ledger: &Ledger, used: &[Span], days: &[DayOf]) -> Vec<UsedFor> {
    let mut spans: BTreeMap<&Purpose, BTreeSet<Span>> = BTreeMap::new();
    let own = |one: &&UseOf| !one.no_show && room.atoms.iter().any(|atom| one.atoms.contains(atom));
    for one in ledger.uses.iter().filter(own) {
        let of_use = over(used, one.during);
        if !of_use.is_empty() {
            spans.entry(&one.purpose).or_default().extend(of_use);
        }
    }
    let counted = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let used_for = |(purpose, spans): (&Purpose, BTreeSet<Span>)| {
        let spans: Vec<Span> = spans.into_iter().collect();
        let touched = |of: &&Span| !over(&spans, **of).is_empty();
        UsedFor {
            purpose: purpose.clone(),
            days: counted(days.iter().filter(|day| day.spans.iter().any(|span| touched(&span))).count()),
            blocks: counted(days.iter().flat_map(|day| &day.blocks).filter(touched).count()),
            minutes: spans.iter().map(|span| span.minutes()).sum(),
        }
    };
    spans.into_iter().map(used_for).collect()
}

/// When a room could be used on a day by the calendar; nothing when the house is closed or the room is not in force.
fn could_be_used(plan: &Plan, room: &RoomPlan, day: Date) -> Option<DayOf> {
    let open = plan.opening.day(room.room.id, day).open;
    if !room.is_there(day) || open.as_ref().is_some_and(Vec::is_empty) {
        return None;
    }
    let slots = room.slots(day).iter().filter_map(|slot| on(slot, day));
    let blocks: Vec<Span> = slots.filter(|span| open.is_none() || plan.opening.covers(room.room.id, *span)).collect();
    let by_slots = room.room.time_unit == "slots";
    if by_slots && blocks.is_empty() {
        return None;
    }
    let spans = match open {
        _ if by_slots => blocks.clone(),
        Some(open) => open,
        None => Span::of_day(day).into_iter().collect(),
    };
    Some(DayOf { spans, blocks })
}

fn add(usage: &mut Usage, room: &RoomPlan, ledger: &Ledger, of_day: &DayOf) {
    let (atoms, blocks) = (&room.atoms, of_day.blocks.as_slice());
    for block in blocks {
        let blocked = ledger.closed.any(atoms, *block);
        tally(&mut usage.blocks, blocked, atoms, ledger, std::slice::from_ref(block));
    }
    let closed = |span: &Span| {
        atoms.iter().any(|atom| span.without(ledger.closed.over(*atom, *span).iter().copied()).is_empty())
    };
    let blocked = match blocks {
        [] => of_day.spans.iter().all(closed),
        blocks => blocks.iter().all(|block| ledger.closed.any(atoms, *block)),
    };
    tally(&mut usage.days, blocked, atoms, ledger, &of_day.spans);
}

fn tally(counts: &mut Counts, blocked: bool, atoms: &[AtomId], ledger: &Ledger, spans: &[Span]) {
    if blocked {
        counts.blocked += 1;
        return;
    }
    counts.open += 1;
    if ledger.used.all(atoms, spans) {
        counts.used += 1;
    } else if ledger.had.all(atoms, spans) {
        counts.no_show += 1;
    }
}

const fn plus(one: Counts, other: Counts) -> Counts {
    Counts {
        open: one.open + other.open,
        used: one.used + other.used,
        no_show: one.no_show + other.no_show,
        blocked: one.blocked + other.blocked,
    }
}

fn first_of_month(day: Date) -> Date {
    day.replace_day(1).unwrap_or(day)
}

/// The month that begins with a day.
fn month_of(first: Date) -> Option<Span> {
    Span::of_days((first, first_of_month(first.saturating_add(Duration::days(31)))))
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn all_of_a_hall_is_used_when_all_of_its_parts_are_at_the_same_time() {
        let part = |n: u128| AtomId::from_uuid(Uuid::from_u128(n));
        let hours = |from: u8, until: u8| {
            let at = |hour| datetime!(2026-12-15 0:00 +9).replace_hour(hour).unwrap();
            Span::new(at(from), at(until)).unwrap()
        };
        let times = Times::of([
            (part(1), hours(9, 12)),
            (part(1), hours(13, 17)),
            (part(2), hours(10, 15)),
            (part(3), hours(9, 11)),
            (part(3), hours(14, 18)),
            (part(4), hours(9, 20)),
            (part(5), hours(15, 20)),
        ]);
        let at_once =
            |parts: &[u128], within: Span| times.at_once(&parts.iter().map(|n| part(*n)).collect::<Vec<_>>(), within);
        let day = hours(0, 23);
        assert_eq!(at_once(&[1], day), [hours(9, 12), hours(13, 17)]);
        assert_eq!(at_once(&[1, 2], day), [hours(10, 12), hours(13, 15)]);
        assert_eq!(at_once(&[3, 2, 1], day), [hours(10, 11), hours(14, 15)]);
        assert_eq!(at_once(&[1, 2, 3], hours(11, 14)), []);
        assert!(!times.all(&[part(4), part(2), part(5)], &[day]), "two of them are, and then two others");
        assert_eq!(at_once(&[], day), []);
    }

    #[test]
    fn what_goes_on_over_the_end_of_a_month_has_its_minutes_in_both() {
        let night = Span::new(datetime!(2026-12-31 22:00 +9), datetime!(2027-01-01 1:00 +9)).unwrap();
        let minutes = |first: Date| night.common(month_of(first).unwrap()).map_or(0, Span::minutes);
        assert_eq!([date!(2026 - 12 - 01), date!(2027 - 01 - 01), date!(2027 - 02 - 01)].map(minutes), [120, 60, 0]);
        let february = month_of(date!(2027 - 02 - 01)).unwrap();
        assert_eq!(february.until(), datetime!(2027-03-01 0:00 +9));
    }
}
