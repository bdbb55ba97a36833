//! Between the wire and hall hire: plain translations.

pub mod feeds;
pub mod hires;
pub mod opening;
pub mod quotes;
pub mod reports;

use ::venue::{
    calendar,
    closure::{self, ClosureDraft},
    equipment::{self, EquipmentChange, EquipmentDraft},
    facility::{self, FacilityChange, FacilityDraft},
    opening::DayPlan,
    room::{self, RoomChange, RoomDraft, RoomOfParts},
    slot_set::{SetOfSlots, SlotDraft, SlotSetDraft},
    span::Span,
};
use contract::venue::{
    calendar::{OpenHours, RoomBusy, RoomCalendar, RoomDay, RoomSlot, RoomState},
    closure::{Closure, ClosureRequest, Collision, CollisionKind},
    equipment::{Equipment, EquipmentRequest, EquipmentUpdate},
    facility::{Facility, FacilityRequest, FacilityUpdate},
    room::{AttachedRoom, GapMode, Room, RoomApproval, RoomRequest, RoomUpdate, RoomVisibility, TimeUnit},
    slot_set::{Slot, SlotGapPolicy, SlotSeason, SlotSet, SlotSetRequest},
};
use contract::{Ref, Word};
use kernel::ids::{PurposeId, kind};
use poem_openapi::types::MaybeUndefined;

use crate::params::patched;

pub(super) fn day(given: &MaybeUndefined<contract::Date>) -> Option<Option<time::Date>> {
    patched(given).map(|day| day.map(|day| day.0))
}

pub fn facility(one: &facility::Facility) -> Facility {
    Facility {
        id: one.id.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        name_en: one.name_en.clone(),
        address: one.address.clone(),
        effective_from: one.effective_from.into(),
        effective_until: one.effective_until.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn facility_draft(ask: &FacilityRequest) -> FacilityDraft {
    FacilityDraft {
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        address: ask.address.clone(),
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
    }
}

pub fn facility_change(ask: &FacilityUpdate) -> FacilityChange {
    FacilityChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        address: patched(&ask.address),
        effective_until: day(&ask.effective_until),
    }
}

const fn approval(given: RoomApproval) -> &'static str {
    match given {
        RoomApproval::Automatic => "automatic",
        RoomApproval::Staff => "staff",
    }
}

const fn visibility(given: RoomVisibility) -> &'static str {
    match given {
        RoomVisibility::Hidden => "hidden",
        RoomVisibility::Shown => "shown",
        RoomVisibility::Bookable => "bookable",
    }
}

pub fn room(one: &RoomOfParts) -> Room {
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
        ordinal: room.ordinal,
        effective_from: room.effective_from.into(),
        effective_until: room.effective_until.map(Into::into),
        created_at: room.created_at.into(),
        updated_at: room.updated_at.into(),
        version: room.version,
    }
}

pub fn room_draft(ask: &RoomRequest) -> RoomDraft {
    RoomDraft {
        facility: ask.facility.0,
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        capacity: ask.capacity,
        time_unit: match ask.time_unit {
            TimeUnit::Slots => "slots",
            TimeUnit::Grid => "grid",
            TimeUnit::Day => "day",
        },
        grid_minutes: ask.grid_minutes,
        gap_before_minutes: ask.gap_before_minutes.unwrap_or(0),
        gap_after_minutes: ask.gap_after_minutes.unwrap_or(0),
        gap_mode: if ask.gap_mode == Some(GapMode::Sum) { "sum" } else { "max" },
        min_minutes: ask.min_minutes,
        max_minutes: ask.max_minutes,
        approval: approval(ask.approval),
        visibility: visibility(ask.visibility),
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
        ordinal: ask.ordinal,
        effective_until: day(&ask.effective_until),
        purposes: ask.purposes.as_deref().map(purposes),
        attached: ask.attached.as_deref().map(attachments),
    }
}

/// `26:00` → 1560; the contract lets nothing else through.
pub(super) fn minutes(text: &str) -> i32 {
    let parts = text.split_once(':').and_then(|(hours, minutes)| Some((hours.parse().ok()?, minutes.parse().ok()?)));
    parts.map_or(0, |(hours, minutes): (i32, i32)| hours * 60 + minutes)
}

pub(super) fn clock(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `11-01` → 1101.
pub(super) fn month_day(text: &str) -> i32 {
    text.replace('-', "").parse().unwrap_or(0)
}

pub fn slot_set(one: &SetOfSlots) -> SlotSet {
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
    }
}

pub fn slot_set_draft(ask: &SlotSetRequest) -> SlotSetDraft {
    SlotSetDraft {
        room: ask.room.0,
        name: ask.name.clone(),
        gap_policy: match ask.gap_policy {
            SlotGapPolicy::FreeIfBoth => "free_if_both",
            SlotGapPolicy::Closed => "closed",
            SlotGapPolicy::BillableExtension => "billable_extension",
        },
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
        season: ask.season.as_ref().map(|season| (month_day(&season.from), month_day(&season.until))),
        slots: ask
            .slots
            .iter()
            .map(|slot| SlotDraft {
                code: slot.code.clone(),
                name: slot.name.clone(),
                starts_minute: minutes(&slot.starts),
                ends_minute: minutes(&slot.ends),
            })
            .collect(),
    }
}

pub fn equipment(one: &equipment::Equipment) -> Equipment {
    Equipment {
        id: one.id.into(),
        facility: one.facility_id.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        name_en: one.name_en.clone(),
        unit: one.unit.clone(),
        capacity: one.capacity,
        gap_before_minutes: one.gap_before_minutes,
        gap_after_minutes: one.gap_after_minutes,
        max_per_hire: one.max_per_hire,
        effective_from: one.effective_from.into(),
        effective_until: one.effective_until.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn equipment_draft(ask: &EquipmentRequest) -> EquipmentDraft {
    EquipmentDraft {
        facility: ask.facility.0,
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        unit: ask.unit.clone(),
        capacity: ask.capacity,
        gap_before_minutes: ask.gap_before_minutes.unwrap_or(0),
        gap_after_minutes: ask.gap_after_minutes.unwrap_or(0),
        max_per_hire: ask.max_per_hire,
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
    }
}

pub fn equipment_change(ask: &EquipmentUpdate) -> EquipmentChange {
    EquipmentChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        capacity: ask.capacity,
        max_per_hire: patched(&ask.max_per_hire),
        effective_until: day(&ask.effective_until),
    }
}

pub fn closure(one: &closure::Closure) -> Closure {
    Closure {
        id: one.id.into(),
        facility: one.facility_id.into(),
        reason: one.reason.clone(),
        public_label: one.public_label.clone(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        lifted_at: one.lifted_at.map(Into::into),
        created_at: one.created_at.into(),
    }
}

pub fn closure_draft(ask: &ClosureRequest) -> ClosureDraft {
    ClosureDraft {
        facility: ask.facility.0,
        rooms: ask.rooms.iter().flatten().map(|room| room.0).collect(),
        reason: ask.reason.clone(),
        public_label: ask.public_label.clone(),
        starts_at: ask.starts_at.0,
        ends_at: ask.ends_at.0,
    }
}

pub fn collision(one: &closure::Collision) -> Collision {
    Collision {
        kind: match one.kind.as_str() {
            "hire" => CollisionKind::Hire,
            "closure" => CollisionKind::Closure,
            _ => CollisionKind::Session,
        },
        id: one.id.clone(),
        room: one.room.map(Into::into),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
    }
}

const fn state(state: calendar::State) -> RoomState {
    match state {
        calendar::State::Free => RoomState::Free,
        calendar::State::Held => RoomState::Held,
        calendar::State::Booked => RoomState::Booked,
        calendar::State::Closed => RoomState::Closed,
    }
}

pub fn room_calendar(one: calendar::RoomCalendar) -> RoomCalendar {
    let slot = |slot: calendar::SlotOnDay| RoomSlot {
        date: slot.day.into(),
        code: slot.code,
        name: slot.name,
        starts_at: slot.during.from().into(),
        ends_at: slot.during.until().into(),
        state: state(slot.state),
    };
    let busy = |busy: calendar::Busy| RoomBusy {
        starts_at: busy.during.from().into(),
        ends_at: busy.during.until().into(),
        state: state(busy.state),
        label: busy.label,
    };
    let day = |day: DayPlan| RoomDay {
        date: day.day.into(),
        day_class: opening::day_class(day.class),
        open: day.open.map(|spans| {
            let hours = |one: &Span| OpenHours { starts_at: one.from().into(), ends_at: one.until().into() };
            spans.iter().map(hours).collect()
        }),
        why: day.why,
    };
    RoomCalendar {
        days: one.days.into_iter().map(day).collect(),
        room: one.room.id.into(),
        code: one.room.code,
        name: one.room.name,
        slots: one.slots.into_iter().map(slot).collect(),
        busy: one.busy.into_iter().map(busy).collect(),
    }
}
