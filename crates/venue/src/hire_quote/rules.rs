//! From what is asked to what is priced.

use db::Fault;
use kernel::{
    Instant,
    ids::{EquipmentId, HireApplicationId, HireQuoteId, PatronId, RoomId},
};
use tariff::hire::{Charge, ENGINE, EquipmentUse, ExtensionUse, HireAsk, RoomUse, SlotUse};
use time::Date;

use super::{HireQuote, PlannedItem, PlannedUse, QuoteAsk, QuoteError, STANDS_FOR, UseAsk};
use crate::{
    equipment::Equipment,
    plan::{Plan, RoomPlan, Use},
    tariff_version::TariffVersion,
};

/// What a quote is about, beside its price.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// `offer`, `reduction`, `change` or `settlement`.
    pub kind: &'static str,
    pub application: Option<HireApplicationId>,
    pub patron: Option<PatronId>,
}

/// Every use as the house lets it, and as the tariff reads it.
pub(super) fn check(
    ask: &QuoteAsk,
    plan: &Plan,
    items: &[Equipment],
    beside: &[PlannedUse],
    applied_on: Date,
    now: Instant,
) -> Result<(Vec<PlannedUse>, HireAsk), QuoteError> {
    let (mut uses, mut rooms) = (Vec::new(), Vec::new());
    for (at, wanted) in ask.uses.iter().enumerate() {
        let room = plan.room(wanted.room).ok_or(QuoteError::NoSuchRoom { at })?;
        let when = room.at(&plan.opening, &wanted.time, now).map_err(|error| QuoteError::Time { at, error })?;
        let allowed = wanted.purpose.as_ref().is_some_and(|purpose| room.purposes.contains(purpose));
        if !room.purposes.is_empty() && !allowed {
            return Err(QuoteError::Purpose { at, purposes: room.purposes.clone() });
        }
        let equipment = equipment(at, wanted, items, when.day)?;
        rooms.push(room_use(at, wanted, room, &when, &equipment));
        uses.push(PlannedUse {
            room: room.room.id,
            name: room.room.name.clone(),
            day: when.day,
            slots: when.slots.into_iter().map(|(code, _)| code).collect(),
            during: when.during,
            occupied: when.occupied,
            equipment,
            automatic: room.room.approval == "automatic",
        });
    }
    expect_attached(plan, &uses, beside)?;
    let asked = HireAsk {
        applied_on,
        user_class: ask.user_class.clone(),
        resident: ask.resident,
        channel: ask.channel.clone(),
        uses: rooms,
        grants: Vec::new(),
    };
    Ok((uses, asked))
}

/// Every room that is never hired without another has it, at its time.
fn expect_attached(plan: &Plan, uses: &[PlannedUse], beside: &[PlannedUse]) -> Result<(), QuoteError> {
    for (at, one) in uses.iter().chain(beside).enumerate() {
        let required = plan.room(one.room).map(|room| room.required.as_slice()).unwrap_or_default();
        let there = |room: &RoomId| {
            uses.iter().chain(beside).any(|other| other.room == *room && other.during.covers(one.during))
        };
        if let Some(required) = required.iter().find(|room| !there(room)) {
            return Err(QuoteError::Attached { at, required: *required });
        }
    }
    Ok(())
}

fn equipment(at: usize, wanted: &UseAsk, items: &[Equipment], day: Date) -> Result<Vec<PlannedItem>, QuoteError> {
    let planned = |(item, quantity): &(EquipmentId, i32)| {
        let in_force = |one: &&Equipment| {
            one.id == *item && one.effective_from <= day && one.effective_until.is_none_or(|until| day < until)
        };
        let refused = |most| QuoteError::Equipment { at, item: *item, most };
        let known = items.iter().find(in_force).ok_or_else(|| refused(None))?;
        let most = known.max_per_hire.unwrap_or(known.capacity).min(known.capacity);
        if *quantity > most {
            return Err(refused(Some(most)));
        }
        Ok(PlannedItem { item: *item, code: known.code.clone(), name: known.name.clone(), quantity: *quantity })
    };
    wanted.equipment.iter().map(planned).collect()
}

fn room_use(at: usize, wanted: &UseAsk, room: &RoomPlan, when: &Use, equipment: &[PlannedItem]) -> RoomUse {
    RoomUse {
        hire: u32::try_from(at).unwrap_or(u32::MAX),
        space: room.room.code.clone(),
        date: when.day,
        day_class: when.class,
        slots: when.slots.iter().map(|(code, minutes)| SlotUse { code: code.clone(), minutes: *minutes }).collect(),
        minutes: when.during.minutes(),
        purpose: wanted.purpose.clone(),
        commercial: wanted.commercial,
        admission: wanted.admission,
        goods_sale: wanted.goods_sale,
        alcohol: wanted.alcohol,
        use_kind: wanted.use_kind.clone(),
        heads: wanted.heads,
        extensions: when
            .gaps
            .iter()
            .map(|(from, minutes)| ExtensionUse { from: from.clone(), minutes: *minutes })
            .collect(),
        meters: wanted.meters.clone(),
        equipment: equipment
            .iter()
            .map(|one| EquipmentUse { item: one.code.clone(), quantity: one.quantity.into() })
            .collect(),
    }
}

/// What is kept of a computed charge.
pub(super) fn quote(
    version: &TariffVersion,
    asked: &HireAsk,
    uses: &[PlannedUse],
    charge: &Charge,
    about: About,
    now: Instant,
) -> Result<HireQuote, Fault> {
    let unwritten = |_| Fault::Unexpected("a quote can be written as JSON");
    Ok(HireQuote {
        id: HireQuoteId::new(now),
        facility_id: version.facility_id,
        tariff_version_id: version.id,
        kind: about.kind.to_owned(),
        application_id: about.application,
        patron_id: about.patron,
        ask: serde_json::to_string(asked).map_err(unwritten)?,
        inputs_hash: charge.inputs_hash.clone(),
        uses: serde_json::to_value(uses).map_err(unwritten)?,
        lines: serde_json::to_value(&charge.lines).map_err(unwritten)?,
        tax: serde_json::to_value(charge.tax).map_err(unwritten)?,
        total: charge.total.0,
        engine: i32::from(ENGINE),
        expires_at: now.saturating_add(STANDS_FOR),
        created_at: now,
    })
}
