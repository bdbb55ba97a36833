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
use tariff::hire::{ChargeShare, ManualCharge, MeterUse};
use time::Date;

use crate::{
    equipment::EquipmentClaim,
    hire_quote::{PlannedItem, PlannedUse},
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
    /// What of its charge is not asked for now, yen: the house took back another hire, and this one is dearer by itself; or the house
    /// moved it to where it is dearer.
    pub waived: i64,
    /// What is kept of what came in for it, yen, since it was given up beside others: what is left on its lines beyond that pays for the
    /// others. Absent: all of it is kept.
    pub kept: Option<i64>,
    /// What is kept beyond what was left on its lines, yen: what came in for the others paid it.
    pub kept_elsewhere: i64,
    /// What was waived at most, yen, and of how much.
    pub waived_most: i64,
    pub waived_of: i64,
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
    /// What was metered; absent: as agreed. What is left out of it was not on.
    #[serde(default, rename = "metered", alias = "meters", skip_serializing_if = "Option::is_none")]
    pub meters: Option<Vec<MeterUse>>,
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
            waived_most: 0,
            waived_of: 0,
        }
    }

    /// What of a charge of so much for the same use is not asked for, in whole yen, rounded down. It is waived as a 減免 is, as a part of
    /// the charge: of what costs less the same part, so that nothing is free by it. Of what costs more it is as many yen as at first,
    /// since nobody said that the house does without more than that.
    pub(crate) fn waived_at(&self, charge: Yen) -> Yen {
        let part = i128::from(charge.0) * i128::from(self.waived_most) / i128::from(self.waived_of.max(1));
        Yen(i64::try_from(part).unwrap_or(i64::MAX).min(self.waived_most))
    }

    /// The same hire when its charge is so much, and so much more of that is waived than before.
    pub(crate) fn waiving(&self, charge: Yen, more: Yen) -> Self {
        let before = self.waived_at(charge);
        if more <= Yen::ZERO {
            return Self { waived: before.0, ..self.clone() };
        }
        let waived = (before + more).min(charge).0;
        Self { waived, waived_most: waived, waived_of: charge.0.max(1), ..self.clone() }
    }

    /// The same hire when it moves or takes other equipment along, or another of its application does, and it costs `is` instead of `was`.
    /// Whoever moves pays the price of where they go: what the room becomes cheaper by is no more waived, and nothing else is.
    pub(crate) fn moved(&self, was: ChargeShare, is: ChargeShare) -> Self {
        if self.waived_of == 0 {
            return self.clone();
        }
        let cheaper = (was.room - is.room).max(Yen::ZERO);
        let left = (Yen(self.waived) - cheaper).max(Yen::ZERO).min(is.sum()).0;
        Self { waived: left, waived_most: left, waived_of: is.sum().0.max(1), ..self.clone() }
    }

    /// How it was used, if that was recorded.
    pub fn record(&self) -> Option<UseRecord> {
        let mut used = self.used.clone()?;
        // under this name an empty list says nothing: what is as agreed was written so
        if used.get("meters").and_then(serde_json::Value::as_array).is_some_and(Vec::is_empty)
            && let Some(fields) = used.as_object_mut()
        {
            fields.remove("meters");
        }
        serde_json::from_value(used).ok()
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

/// The changed ones in their places among all.
pub(crate) fn put(hires: &mut [Hire], changed: Vec<Hire>) {
    for one in changed {
        if let Some(place) = hires.iter_mut().find(|hire| hire.id == one.id) {
            *place = one;
        }
    }
}

pub(crate) fn span_of(planned: &PlannedUse) -> Option<String> {
    (!planned.slots.is_empty()).then(|| planned.slots.join("+"))
}

/// What hires take of equipment.
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
            waived_most: 0,
            waived_of: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn hire() -> Hire {
        Hire::example(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 12:00 +9))
    }

    #[test]
    fn what_is_waived_is_a_part_of_the_charge_and_never_more_yen_than_at_first() {
        let one = hire().waiving(Yen(10_000), Yen(1_000));
        let asked = |charge: i64| charge - one.waiving(Yen(charge), Yen(0)).waived;
        assert_eq!((asked(10_000), asked(5_000), asked(500)), (9_000, 4_500, 450), "a tenth of what costs less");
        assert_eq!((asked(20_000), asked(0)), (19_000, 0));
        // it is reduced nearly to nothing, and the reduction is taken back
        let back = one.waiving(Yen(500), Yen(0)).waiving(Yen(10_000), Yen(0));
        assert_eq!(back, one);
        // another tenth is waived of what it costs then
        let more = one.waiving(Yen(5_000), Yen(500));
        assert_eq!((more.waived, more.waived_most, more.waived_of), (1_000, 1_000, 5_000));
    }

    #[test]
    fn an_empty_list_of_meters_says_that_nothing_was_on_only_under_the_name_that_tells_it_from_as_agreed() {
        let read = |name: &str, meters: serde_json::Value| {
            let during = Span::new(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 12:00 +9)).unwrap();
            let during = serde_json::to_value(during).unwrap();
            let mut used = serde_json::json!({ "during": during, "no_show": false });
            used[name] = meters;
            let one = Hire { used: Some(used), ..hire() };
            one.record().unwrap().meters
        };
        let none = || serde_json::json!([]);
        assert_eq!((read("meters", none()), read("metered", none())), (None, Some(Vec::new())));
        let some = serde_json::json!([{ "meter": "cooling", "minutes": [30] }]);
        let cooling = Some(vec![MeterUse { meter: "cooling".to_owned(), minutes: vec![30] }]);
        assert_eq!((read("meters", some.clone()), read("metered", some)), (cooling.clone(), cooling));
    }

    #[test]
    fn whoever_moves_pays_the_price_of_where_they_go_and_no_more_for_what_stays() {
        let share = |room: i64, equipment: i64| ChargeShare { room: Yen(room), equipment: Yen(equipment) };
        let (one, was) = (hire().waiving(Yen(15_000), Yen(1_000)), share(10_000, 5_000));
        let asked = |room: i64, equipment: i64| room + equipment - one.moved(was, share(room, equipment)).waived;
        assert_eq!((asked(500, 0), asked(9_000, 0), asked(9_400, 0)), (500, 9_000, 9_000), "it agreed to pay 9,000");
        assert_eq!((asked(10_000, 0), asked(10_000, 7_000)), (9_000, 16_000), "only the piano changes");
        assert_eq!(asked(12_000, 5_000), 16_000);
        assert_eq!(hire().moved(was, share(1, 1)), hire(), "where nothing is waived");
    }

    proptest! {
        #[test]
        fn however_often_something_is_waived_it_is_never_more_than_the_charge(
            steps in prop::collection::vec((0i64..2_000_000, 0i64..50_000, any::<bool>()), 1..6),
        ) {
            let (mut one, mut was) = (hire(), 0);
            for (charge, more, moves) in steps {
                let share = |room: i64| ChargeShare { room: Yen(room), equipment: Yen(0) };
                one = if moves { one.moved(share(was), share(charge)) } else { one.waiving(Yen(charge), Yen(more)) };
                was = charge;
                prop_assert!((0..=charge).contains(&one.waived));
                prop_assert!(one.waived <= one.waived_most);
                prop_assert!(one.waived_most <= one.waived_of);
            }
        }
    }
}
