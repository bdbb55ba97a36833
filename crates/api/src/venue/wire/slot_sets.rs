//! Slots.

use ::venue::{
    slot_set::{SetOfSlots, SlotDraft, SlotSetDraft},
    succession::{From, SlotSetSuccession as Succession},
};
use contract::venue::slot_set::{Slot, SlotGapPolicy, SlotSeason, SlotSet, SlotSetRequest, SlotSetSuccession};

use super::{clock, minutes, month_day};

/// `house`: whether the house itself reads it, and so its own words.
pub fn slot_set(one: &SetOfSlots, house: bool) -> SlotSet {
    let set = &one.set;
    let month_day = |key: i32| format!("{:02}-{:02}", key / 100, key % 100);
    let season = set.season_from.zip(set.season_until);
    SlotSet {
        id: set.id.into(),
        room: set.room_id.into(),
        name: set.name.clone(),
        gap_policy: match set.gap_policy.as_str() {
            "free_if_both" => SlotGapPolicy::FreeIfBoth,
            "closed" => SlotGapPolicy::Closed,
            _ => SlotGapPolicy::BillableExtension,
        },
        effective_from: set.effective_from.into(),
        effective_until: set.effective_until.map(Into::into),
        season: season.map(|(from, until)| SlotSeason { from: month_day(from), until: month_day(until) }),
        slots: one
            .slots
            .iter()
            .map(|slot| Slot {
                code: slot.code.clone(),
                name: slot.name.clone(),
                starts: clock(slot.starts_minute),
                ends: clock(slot.ends_minute),
            })
            .collect(),
        created_at: set.created_at.into(),
        updated_at: set.updated_at.into(),
        version: set.version,
        ended_despite: set.ended_despite.clone().filter(|_| house),
    }
}

pub fn slot_set_draft(ask: &SlotSetRequest) -> SlotSetDraft {
    SlotSetDraft {
        room: ask.room.0,
        name: ask.name.clone(),
        gap_policy: gap_policy(ask.gap_policy),
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
        season: ask.season.as_ref().map(|season| (month_day(&season.from), month_day(&season.until))),
        slots: ask.slots.iter().map(slot_draft).collect(),
    }
}

const fn gap_policy(given: SlotGapPolicy) -> &'static str {
    match given {
        SlotGapPolicy::FreeIfBoth => "free_if_both",
        SlotGapPolicy::Closed => "closed",
        SlotGapPolicy::BillableExtension => "billable_extension",
    }
}

fn slot_draft(slot: &Slot) -> SlotDraft {
    SlotDraft {
        code: slot.code.clone(),
        name: slot.name.clone(),
        starts_minute: minutes(&slot.starts),
        ends_minute: minutes(&slot.ends),
    }
}

pub fn slot_set_succession(ask: &SlotSetSuccession) -> Succession {
    Succession {
        from: From { day: ask.effective_from.0, despite: ask.despite.clone() },
        name: ask.name.clone(),
        gap_policy: ask.gap_policy.map(gap_policy),
        slots: ask.slots.as_ref().map(|slots| slots.iter().map(slot_draft).collect()),
    }
}
