//! Counting.

use std::collections::BTreeSet;

use time::Date;

use super::{LedgerLine, Utilisation};
use crate::{
    plan::{Plan, RoomPlan},
    slot_set::rules::on,
    span::Span,
};

/// Whether an application in this state is sure to be used.
pub fn is_certain(state: &str) -> bool {
    matches!(state, "confirmed" | "settled")
}

/// A room is used by its own hires; by those of rooms that share a part with it the parts are, not the room.
pub(super) fn utilisation(plan: &Plan, lines: &[LedgerLine], (from, until): (Date, Date)) -> Vec<Utilisation> {
    let of_room = |one: &RoomPlan| {
        let room = &one.room;
        let own = || lines.iter().filter(|line| line.room == room.id && is_certain(&line.state));
        let (mut days_open, mut blocks_open) = (0, 0);
        let mut day = from;
        while day < until {
            let in_force = room.effective_from <= day && room.effective_until.is_none_or(|end| day < end);
            let opening = plan.opening.day(room.id, day);
            if in_force && opening.open.as_ref().is_none_or(|open| !open.is_empty()) {
                days_open += 1;
                let open = |span: &Span| opening.open.is_none() || plan.opening.covers(room.id, *span);
                let blocks = one.slots(day).iter().filter_map(|slot| on(slot, day)).filter(open).count();
                blocks_open += i64::try_from(blocks).unwrap_or(0);
            }
            let Some(next) = day.next_day() else { break };
            day = next;
        }
        let blocks = |line: &LedgerLine| line.span.as_deref().map_or(0, |span| span.split('+').count());
        let used: BTreeSet<Date> = own().map(|line| line.day).collect();
        Utilisation {
            room: room.id,
            code: room.code.clone(),
            name: room.name.clone(),
            days_open,
            days_used: i64::try_from(used.len()).unwrap_or(0),
            blocks_open,
            blocks_used: own().map(|line| i64::try_from(blocks(line)).unwrap_or(0)).sum(),
            minutes_used: own().map(|line| (line.ends_at - line.starts_at).whole_minutes()).sum(),
        }
    };
    plan.rooms.iter().map(of_room).collect()
}
