//! 利用: one room at one time. Its hold or its application says how it stands; what it takes is in the occupancy under its id.

pub(crate) mod sql;

use std::collections::BTreeMap;

use db::Fault;
use diesel::prelude::*;
use kernel::{
    Instant, SealKey, Yen,
    ids::{HireApplicationId, HireHoldId, HireId, RoomId, TenantId},
};
use serde::{Deserialize, Serialize};
use tariff::hire::{ManualCharge, MeterUse};
use time::Date;

use crate::{
    equipment::EquipmentClaim,
    hire_quote::{PlannedItem, PlannedUse},
    occupancy::Claim,
    schema::hires,
    span::Span,
    usage::words,
};

/// A hire.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = hires)]
pub struct Hire {
    pub id: HireId,
    pub hold_id: HireHoldId,
    pub application_id: Option<HireApplicationId>,
    /// Its place in the quote, from 0.
    pub place: i32,
    pub room_id: RoomId,
    pub day: Date,
    /// Codes of slots joined by `+`.
    pub span: Option<String>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// `open`, `released`, `used` or `no_show`.
    pub state: String,
    pub used: Option<serde_json::Value>,
    /// The code of what it is for.
    pub purpose: Option<String>,
    /// What of its charge is not asked for, yen: the house took back another hire, and this one is dearer by itself.
    pub waived: i64,
    /// What is kept of what came in for it, yen, since it was given up beside others: what is left on its lines beyond that pays for the
    /// others. Absent: all of it is kept.
    pub kept: Option<i64>,
    /// What is kept beyond what was left on its lines, yen: what came in for the others paid it.
    pub kept_elsewhere: i64,
}

/// 利用実績: how a hire was really used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseRecord {
    /// From when until when people were in the room.
    pub during: Span,
    /// How many people came; absent when nobody counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<i64>,
    /// How many of each kind; empty: as agreed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headcount: BTreeMap<String, i64>,
    pub meters: Vec<MeterUse>,
    /// What equipment was used; absent: as agreed. What is left out of it was not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<Vec<UsedItem>>,
    /// What is charged beside the tariff; why, sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ManualCharge>,
    /// Nobody came.
    pub no_show: bool,
}

/// So many of an item as were used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedItem {
    pub item: PlannedItem,
    /// How many were agreed; fewer than that, or none, where more were used.
    pub agreed: i32,
}

impl Hire {
    /// A hire of a planned use.
    pub(crate) fn of(planned: &PlannedUse, hold: HireHoldId, place: usize, now: Instant) -> Self {
        Self {
            id: HireId::new(now),
            hold_id: hold,
            application_id: None,
            place: i32::try_from(place).unwrap_or(i32::MAX),
            room_id: planned.room,
            day: planned.day,
            span: span_of(planned),
            starts_at: planned.during.from(),
            ends_at: planned.during.until(),
            state: "open".to_owned(),
            used: None,
            purpose: planned.purpose.clone(),
            waived: 0,
            kept: None,
            kept_elsewhere: 0,
        }
    }

    /// How it was used, if that was recorded.
    pub fn record(&self) -> Option<UseRecord> {
        self.used.clone().and_then(|used| serde_json::from_value(used).ok())
    }

    /// The same, with why something is charged beside the tariff in the words of who recorded it.
    ///
    /// # Errors
    /// A [`Fault`] when what is kept does not open in its place.
    pub fn opened_record(&self, key: &SealKey, tenant: TenantId) -> Result<Option<UseRecord>, Fault> {
        let (Some(mut record), Some(of)) = (self.record(), self.application_id) else { return Ok(None) };
        for charge in &mut record.charges {
            charge.reason = words::told(key, tenant, of, &charge.reason)?;
        }
        Ok(Some(record))
    }
}

/// Those that were not given up: of them, one by one, is what the quote of their application says.
pub(crate) fn live(hires: &[Hire]) -> Vec<Hire> {
    hires.iter().filter(|one| one.state != "released").cloned().collect()
}

/// What of their charges is not asked for.
pub(crate) fn waived(hires: &[Hire]) -> Yen {
    hires.iter().map(|one| Yen(one.waived)).sum()
}

pub(crate) fn span_of(planned: &PlannedUse) -> Option<String> {
    (!planned.slots.is_empty()).then(|| planned.slots.join("+"))
}

/// What hires take of rooms.
pub(crate) fn claims(
    hires: &[Hire],
    planned: &[PlannedUse],
    atoms: &[(RoomId, Vec<kernel::ids::AtomId>)],
) -> Vec<Claim> {
    let claim = |(hire, one): (&Hire, &PlannedUse)| Claim {
        source: hire.id.uuid(),
        room: Some(hire.room_id),
        atoms: atoms.iter().find(|(room, _)| *room == hire.room_id).map(|(_, atoms)| atoms.clone()).unwrap_or_default(),
        during: one.occupied,
    };
    hires.iter().zip(planned).map(claim).collect()
}

/// What they take of equipment.
pub(crate) fn equipment_claims(hires: &[Hire], planned: &[PlannedUse]) -> Vec<EquipmentClaim> {
    let of_hire = |(hire, one): (&Hire, &PlannedUse)| {
        let (source, during) = (hire.id.uuid(), one.during);
        let claim =
            move |item: &PlannedItem| EquipmentClaim { source, item: item.item, quantity: item.quantity, during };
        one.equipment.iter().map(claim).collect::<Vec<_>>()
    };
    hires.iter().zip(planned).flat_map(of_hire).collect()
}

#[cfg(test)]
impl Hire {
    /// One that is open and nobody's, of a room at a time.
    pub(crate) fn example(starts_at: Instant, ends_at: Instant) -> Self {
        use uuid::Uuid;
        Self {
            id: HireId::from_uuid(Uuid::nil()),
            hold_id: HireHoldId::from_uuid(Uuid::nil()),
            application_id: None,
            place: 0,
            room_id: RoomId::from_uuid(Uuid::nil()),
            day: kernel::clock::civil_day(starts_at),
            span: None,
            starts_at,
            ends_at,
            state: "open".to_owned(),
            used: None,
            purpose: None,
            waived: 0,
            kept: None,
            kept_elsewhere: 0,
        }
    }
}
