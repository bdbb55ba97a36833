//! Rooms.

use ::venue::{
    room::{self, RoomChange, RoomDraft, RoomOfParts},
    succession::{From, RoomSuccession as Succession},
};
use contract::{
    Ref, Word,
    venue::room::{
        AttachedRoom, GapMode, Room, RoomApproval, RoomOpenTo, RoomRequest, RoomSuccession, RoomUpdate, RoomVisibility,
        TimeUnit,
    },
};
use kernel::ids::{PurposeId, kind};

use super::day;
use crate::params::patched;

const fn approval(given: RoomApproval) -> &'static str {
    match given {
        RoomApproval::Automatic => "automatic",
        RoomApproval::Staff => "staff",
    }
}

const fn time_unit(given: TimeUnit) -> &'static str {
    match given {
        TimeUnit::Slots => "slots",
        TimeUnit::Grid => "grid",
        TimeUnit::Day => "day",
    }
}

const fn gap_mode(given: GapMode) -> &'static str {
    match given {
        GapMode::Max => "max",
        GapMode::Sum => "sum",
    }
}

const fn visibility(given: RoomVisibility) -> &'static str {
    match given {
        RoomVisibility::Hidden => "hidden",
        RoomVisibility::Shown => "shown",
        RoomVisibility::Bookable => "bookable",
    }
}

const fn open_to(given: RoomOpenTo) -> &'static str {
    match given {
        RoomOpenTo::Everybody => "everybody",
        RoomOpenTo::Registered => "registered",
    }
}

/// `house`: whether the house itself reads it, and so its own words.
pub fn room(one: &RoomOfParts, house: bool) -> Room {
    let (room, parts) = (&one.room, one.parts.clone());
    Room {
        id: room.id.into(),
        facility: room.facility_id.into(),
        code: room.code.clone(),
        name: room.name.clone(),
        name_en: room.name_en.clone(),
        capacity: room.capacity,
        parts,
        purposes: one.purposes.iter().map(|purpose| (*purpose).into()).collect(),
        attached: one.attached.iter().map(attached).collect(),
        time_unit: match room.time_unit.as_str() {
            "slots" => TimeUnit::Slots,
            "grid" => TimeUnit::Grid,
            _ => TimeUnit::Day,
        },
        grid_minutes: room.grid_minutes,
        gap_before_minutes: room.gap_before_minutes,
        gap_after_minutes: room.gap_after_minutes,
        gap_mode: if room.gap_mode == "sum" { GapMode::Sum } else { GapMode::Max },
        min_minutes: room.min_minutes,
        max_minutes: room.max_minutes,
        approval: if room.approval == "staff" { RoomApproval::Staff } else { RoomApproval::Automatic },
        visibility: match room.visibility.as_str() {
            "hidden" => RoomVisibility::Hidden,
            "shown" => RoomVisibility::Shown,
            _ => RoomVisibility::Bookable,
        },
        open_to: if room.open_to == "registered" { RoomOpenTo::Registered } else { RoomOpenTo::Everybody },
        ordinal: room.ordinal,
        effective_from: room.effective_from.into(),
        effective_until: room.effective_until.map(Into::into),
        created_at: room.created_at.into(),
        updated_at: room.updated_at.into(),
        version: room.version,
        ended_despite: room.ended_despite.clone().filter(|_| house),
    }
}

pub fn room_draft(ask: &RoomRequest) -> RoomDraft {
    RoomDraft {
        facility: ask.facility.0,
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        capacity: ask.capacity,
        time_unit: time_unit(ask.time_unit),
        grid_minutes: ask.grid_minutes,
        gap_before_minutes: ask.gap_before_minutes.unwrap_or(0),
        gap_after_minutes: ask.gap_after_minutes.unwrap_or(0),
        gap_mode: ask.gap_mode.map_or("max", gap_mode),
        min_minutes: ask.min_minutes,
        max_minutes: ask.max_minutes,
        approval: approval(ask.approval),
        visibility: visibility(ask.visibility),
        open_to: ask.open_to.map_or("everybody", open_to),
        ordinal: ask.ordinal.unwrap_or(0),
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
        parts: Word::texts(&ask.parts),
        purposes: ask.purposes.as_deref().map(purposes).unwrap_or_default(),
        attached: ask.attached.as_deref().map(attachments).unwrap_or_default(),
    }
}

fn attached(one: &room::Attached) -> AttachedRoom {
    AttachedRoom { room: one.room.into(), required: one.required }
}

fn attachments(asked: &[AttachedRoom]) -> Vec<room::Attached> {
    asked.iter().map(|one| room::Attached { room: one.room.0, required: one.required }).collect()
}

fn purposes(asked: &[Ref<kind::Purpose>]) -> Vec<PurposeId> {
    asked.iter().map(|one| one.0).collect()
}

pub fn room_change(ask: &RoomUpdate) -> RoomChange {
    RoomChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        capacity: patched(&ask.capacity),
        min_minutes: patched(&ask.min_minutes),
        max_minutes: patched(&ask.max_minutes),
        approval: ask.approval.map(approval),
        visibility: ask.visibility.map(visibility),
        open_to: ask.open_to.map(open_to),
        ordinal: ask.ordinal,
        effective_until: day(&ask.effective_until),
        despite: ask.despite.clone(),
        purposes: ask.purposes.as_deref().map(purposes),
        attached: ask.attached.as_deref().map(attachments),
    }
}

pub fn room_succession(ask: &RoomSuccession) -> Succession {
    Succession {
        from: From { day: ask.effective_from.0, despite: ask.despite.clone() },
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        capacity: patched(&ask.capacity),
        parts: ask.parts.as_deref().map(Word::texts),
        time_unit: ask.time_unit.map(time_unit),
        grid_minutes: patched(&ask.grid_minutes),
        gap_before_minutes: ask.gap_before_minutes,
        gap_after_minutes: ask.gap_after_minutes,
        gap_mode: ask.gap_mode.map(gap_mode),
        min_minutes: patched(&ask.min_minutes),
        max_minutes: patched(&ask.max_minutes),
        approval: ask.approval.map(approval),
        visibility: ask.visibility.map(visibility),
        open_to: ask.open_to.map(open_to),
        ordinal: ask.ordinal,
        purposes: ask.purposes.as_deref().map(purposes),
        attached: ask.attached.as_deref().map(attachments),
    }
}
