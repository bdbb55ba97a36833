//! Counting.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{
    clock::{civil_day, start_of_day},
    ids::{AtomId, RoomId},
};
use time::Date;

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
        let all = self.0.get(&atom).map(Vec::as_slice).unwrap_or_default();
        let from = all.partition_point(|one| one.until() <= span.from());
        let until = all.partition_point(|one| one.from() < span.until());
        all.get(from..until).unwrap_or_default()
    }

    /// Whether somewhere in these spans all parts are somebody's at once.
    fn all(&self, atoms: &[AtomId], spans: &[Span]) -> bool {
        let [first, others @ ..] = atoms else { return false };
        let at_once = |within: Span| others.iter().all(|atom| !self.over(*atom, within).is_empty());
        let of_first =
            spans.iter().flat_map(|span| self.over(*first, *span).iter().filter_map(|one| one.common(*span)));
        of_first.into_iter().any(at_once)
    }

    fn any(&self, atoms: &[AtomId], span: Span) -> bool {
        atoms.iter().any(|atom| !self.over(*atom, span).is_empty())
    }
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
    let own = |one: &&UseOf| !one.no_show && room.atoms.iter().all(|atom| one.atoms.contains(atom));
    let mut purposes: BTreeMap<Purpose, UsedFor> = BTreeMap::new();
    let within = Span::new(start_of_day(from), start_of_day(until));
    for one in ledger.uses.iter().filter(own) {
        let Some(during) = within.and_then(|within| one.during.common(within)) else { continue };
        if let Some(month) = months.get_mut(&first_of_month(civil_day(during.from()))) {
            month.minutes += during.minutes();
        }
        let purpose = one.purpose.clone();
        let entry = purposes.entry(purpose.clone());
        entry.or_insert(UsedFor { purpose, days: 0, blocks: 0, minutes: 0 }).minutes += during.minutes();
    }
    for (purpose, entry) in &mut purposes {
        let spans = ledger.uses.iter().filter(own).filter(|one| one.purpose == *purpose).map(|one| one.during);
        let spans: BTreeSet<Span> = spans.collect();
        let touched = |of: &Span| spans.iter().any(|span| span.overlaps(*of));
        let counted = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        entry.days = counted(days.iter().filter(|day| day.spans.iter().any(touched)).count());
        entry.blocks = counted(days.iter().flat_map(|day| &day.blocks).filter(|block| touched(block)).count());
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
        purposes: purposes.into_values().collect(),
    }
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
