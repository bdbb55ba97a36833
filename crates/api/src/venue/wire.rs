//! Between the wire and hall hire: plain translations.

pub mod calendar;
pub mod closures;
pub mod feeds;
pub mod hires;
pub mod opening;
pub mod quotes;
pub mod reductions;
pub mod reports;
pub mod rooms;
pub mod slot_sets;
pub mod usage;
pub mod utilisation;

use ::venue::{
    equipment::{self, EquipmentChange, EquipmentDraft},
    facility::{self, FacilityChange, FacilityDraft},
    succession::{EquipmentSuccession as Succession, From},
};
use contract::venue::{
    equipment::{
        Equipment, EquipmentAvailability, EquipmentRequest, EquipmentStep, EquipmentSuccession, EquipmentUpdate,
    },
    facility::{Facility, FacilityRequest, FacilityUpdate},
};
use kernel::ids::EquipmentId;
use poem_openapi::types::MaybeUndefined;

use crate::params::patched;

pub(super) fn day(given: &MaybeUndefined<contract::Date>) -> Option<Option<time::Date>> {
    patched(given).map(|day| day.map(|day| day.0))
}

/// `house`: whether the house itself reads it, and so its own words.
pub fn facility(one: &facility::Facility, house: bool) -> Facility {
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
        ended_despite: one.ended_despite.clone().filter(|_| house),
        mend_days: one.mend_days,
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
        mend_days: ask.mend_days,
    }
}

pub fn facility_change(ask: &FacilityUpdate) -> FacilityChange {
    FacilityChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        address: patched(&ask.address),
        mend_days: patched(&ask.mend_days),
        effective_until: day(&ask.effective_until),
        despite: ask.despite.clone(),
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

/// `house`: whether the house itself reads it, and so its own words.
pub fn equipment(one: &equipment::Equipment, house: bool) -> Equipment {
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
        ended_despite: one.ended_despite.clone().filter(|_| house),
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
        despite: ask.despite.clone(),
    }
}

pub fn equipment_succession(ask: &EquipmentSuccession) -> Succession {
    Succession {
        from: From { day: ask.effective_from.0, despite: ask.despite.clone() },
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        unit: ask.unit.clone(),
        capacity: ask.capacity,
        gap_before_minutes: ask.gap_before_minutes,
        gap_after_minutes: ask.gap_after_minutes,
        max_per_hire: patched(&ask.max_per_hire),
    }
}

pub fn equipment_availability(
    id: EquipmentId,
    (from, until): (time::Date, time::Date),
    steps: &[equipment::Available],
) -> EquipmentAvailability {
    let step = |one: &equipment::Available| EquipmentStep {
        starts_at: one.during.from().into(),
        ends_at: one.during.until().into(),
        free: one.free,
    };
    EquipmentAvailability {
        equipment: id.into(),
        from: from.into(),
        until: until.into(),
        steps: steps.iter().map(step).collect(),
    }
}
