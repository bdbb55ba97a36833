//! From what is asked to what is priced.

use audit::canonical;
use db::Fault;
use kernel::{
    Instant,
    clock::civil_day,
    ids::{EquipmentId, FacilityId, HireApplicationId, HireQuoteId, PatronId, RoomId, TariffVersionId},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tariff::hire::{
    Charge, ChargeError, DayClass, ENGINE, EquipmentUse, ExtensionUse, HireAsk, HireTariff, RoomUse, SlotUse,
};
use time::{Date, Duration};

use super::{
    Agreed, HireQuote, House, MissingRoom, PlannedItem, PlannedUse, Priced, Proposal, QuoteAsk, QuoteError, STANDS_FOR,
    UseAsk,
};
use crate::{
    catalogue::in_force,
    equipment::Equipment,
    opening::Opening,
    plan::{Plan, RoomPlan, Use},
    purpose::Purpose,
    tariff_version::hex,
};

/// How many rooms are proposed.
const MOST_PROPOSALS: usize = 20;

/// What a quote is about, beside its price.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// `offer`, `reduction`, `change` or `settlement`.
    pub kind: &'static str,
    pub application: Option<HireApplicationId>,
    pub patron: Option<PatronId>,
    /// Of an offer, how often what it was checked against had changed by then.
    pub house_changes: Option<i64>,
}

/// Every use as the house lets it, and as the tariff reads it.
pub(crate) fn check(
    ask: &QuoteAsk,
    House { plan, items, purposes }: &House,
    agreed: Agreed<'_>,
    applied_on: Date,
    now: Instant,
) -> Result<(Vec<PlannedUse>, HireAsk), QuoteError> {
    let (mut uses, mut rooms) = (Vec::new(), Vec::new());
    expect_company(ask, plan, agreed.stays)?;
    for (at, wanted) in ask.uses.iter().enumerate() {
        let room = plan.room(wanted.room).ok_or(QuoteError::NoSuchRoom { at })?;
        let when = ask.at(plan, room, &wanted.time, now).map_err(|error| QuoteError::Time { at, error })?;
        expect_purpose(at, wanted, room, purposes, when.day)?;
        let equipment = equipment(at, wanted, items)?;
        rooms.push(room_use(at, wanted, (room, &plan.opening), &when, &equipment));
        uses.push(PlannedUse {
            room: room.room.id,
            name: room.room.name.clone(),
            day: when.day,
            slots: when.slots.into_iter().map(|(code, _)| code).collect(),
            extension: when.extension,
            during: when.during,
            occupied: when.occupied,
            equipment,
            automatic: room.room.approval == "automatic",
            registered: room.room.open_to == "registered",
            purpose: wanted.purpose.clone(),
        });
    }
    expect_apart(plan, &uses)?;
    expect_attached(plan, &uses, agreed)?;
    if !ask.hidden {
        expect_company_then(plan, &uses, agreed)?;
    }
    let asked = HireAsk {
        applied_on,
        user_class: ask.user_class.clone(),
        resident: ask.resident,
        organiser_kind: ask.organiser_kind.clone(),
        channel: ask.channel.clone(),
        uses: rooms,
        grants: Vec::new(),
    };
    Ok((uses, asked))
}

/// What it is for is something the house knows on that day, and lets the room for.
fn expect_purpose(
    at: usize,
    wanted: &UseAsk,
    room: &RoomPlan,
    purposes: &[Purpose],
    day: Date,
) -> Result<(), QuoteError> {
    let known = |one: &&Purpose| in_force(one.effective_from, one.effective_until, day);
    let let_for = |one: &&Purpose| room.purposes.is_empty() || room.purposes.contains(&one.code);
    let mut offered = purposes.iter().filter(known).filter(let_for).map(|one| one.code.as_str());
    let allowed = match &wanted.purpose {
        Some(purpose) => offered.clone().any(|code| code == purpose),
        None => room.purposes.is_empty(),
    };
    if allowed {
        Ok(())
    } else {
        Err(QuoteError::Purpose { at, purposes: offered.by_ref().map(str::to_owned).collect() })
    }
}

/// No two uses want the same part at the same time, what is kept free beside them included.
fn expect_apart(plan: &Plan, uses: &[PlannedUse]) -> Result<(), QuoteError> {
    for (other, use_) in uses.iter().enumerate() {
        if let Some(one) = uses
            .iter()
            .take(other)
            .position(|earlier| earlier.occupied.overlaps(use_.occupied) && plan.share(earlier.room, use_.room))
        {
            return Err(QuoteError::Overlap { one, other });
        }
    }
    Ok(())
}

/// Every room that is never hired without another has it, at its time, as long as there is that other. A room that stays where and when
/// it was let, and had lost that other before, or never had it since the rule came later, goes on without.
pub(crate) fn expect_attached(plan: &Plan, uses: &[PlannedUse], agreed: Agreed<'_>) -> Result<(), QuoteError> {
    let all = || uses.iter().chain(agreed.stays);
    for (at, one) in all().enumerate() {
        let attached = plan.room(one.room).map(|room| room.attached.as_slice()).unwrap_or_default();
        let mut needed = attached.iter().filter(|with| with.required).filter_map(|with| plan.room(with.room));
        let has = |room: RoomId, other: &PlannedUse| other.room == room && other.during.covers(one.during);
        let there = |room: RoomId| all().any(|other| has(room, other));
        let stood = |had: &PlannedUse| had.room == one.room && had.during == one.during;
        let moves = at < uses.len() && !agreed.goes.iter().any(stood);
        let lost = |room: RoomId| moves || agreed.goes.iter().any(|other| has(room, other));
        let lacks = |room: &&RoomPlan| room.is_there(one.day) && !there(room.room.id) && lost(room.room.id);
        if let Some(missing) = needed.find(lacks) {
            return Err(QuoteError::Attached(Box::new(MissingRoom {
                at: (at < uses.len()).then_some(at),
                room: one.room,
                during: one.during,
                required: missing.room.id,
                time_unit: missing.room.time_unit.clone(),
            })));
        }
    }
    Ok(())
}

/// Every room that is not hired out by itself is asked for beside one that is never hired without it, unless the house asks.
fn expect_company(ask: &QuoteAsk, plan: &Plan, beside: &[PlannedUse]) -> Result<(), QuoteError> {
    let all = || ask.uses.iter().map(|one| one.room).chain(beside.iter().map(|one| one.room));
    for (at, wanted) in ask.uses.iter().enumerate().filter(|_| !ask.hidden) {
        let alone = |room: &&RoomPlan| !by_itself(room) && !all().any(|other| plan.requires(other, wanted.room));
        if let Some(room) = plan.room(wanted.room).filter(alone) {
            return Err(not_alone(at, room));
        }
    }
    Ok(())
}

/// It has that all through a use of it, and what stays does not lose that. What had lost it before goes on without.
pub(super) fn expect_company_then(plan: &Plan, uses: &[PlannedUse], agreed: Agreed<'_>) -> Result<(), QuoteError> {
    let with =
        |one: &PlannedUse, other: &PlannedUse| plan.requires(other.room, one.room) && one.during.covers(other.during);
    let has = |one: &PlannedUse| uses.iter().chain(agreed.stays).any(|other| with(one, other));
    for (at, one) in uses.iter().enumerate() {
        let alone = |room: &&RoomPlan| !by_itself(room) && !has(one);
        if let Some(room) = plan.room(one.room).filter(alone) {
            return Err(not_alone(at, room));
        }
    }
    for one in agreed.stays {
        let stands = plan.room(one.room).is_none_or(by_itself) || has(one);
        if !stands && agreed.goes.iter().any(|had| with(one, had)) {
            return Err(QuoteError::LeftAlone { room: one.room, during: one.during });
        }
    }
    Ok(())
}

/// Whether everybody hires it, whatever else they hire.
fn by_itself(room: &RoomPlan) -> bool {
    room.room.visibility == "bookable"
}

/// Of what is hidden nobody hears that it is there.
fn not_alone(at: usize, room: &RoomPlan) -> QuoteError {
    if room.room.visibility == "hidden" { QuoteError::NoSuchRoom { at } } else { QuoteError::Counter { at } }
}

/// Every item that is asked for is there from the first day of the use until the last.
fn equipment(at: usize, wanted: &UseAsk, items: &[Equipment]) -> Result<Vec<PlannedItem>, QuoteError> {
    let days = [wanted.time.day(), wanted.time.last_day()];
    for (place, (item, _)) in wanted.equipment.iter().enumerate() {
        if wanted.equipment.iter().take(place).any(|(earlier, _)| earlier == item) {
            return Err(QuoteError::EquipmentTwice { at, item: *item });
        }
    }
    let planned = |(item, quantity): &(EquipmentId, i32)| {
        let there = |one: &&Equipment| {
            one.id == *item && days.iter().all(|day| in_force(one.effective_from, one.effective_until, *day))
        };
        let refused = |most| QuoteError::Equipment { at, item: *item, most };
        let known = items.iter().find(there).ok_or_else(|| refused(None))?;
        let most = known.max_per_hire.unwrap_or(known.capacity).min(known.capacity);
        if *quantity > most {
            return Err(refused(Some(most)));
        }
        Ok(PlannedItem { item: *item, code: known.code.clone(), name: known.name.clone(), quantity: *quantity })
    };
    wanted.equipment.iter().map(planned).collect()
}

/// What sort of day each day of a use over several is.
fn classes(opening: &Opening, room: RoomId, when: &Use) -> Vec<DayClass> {
    let several = if when.days > 1 { when.days } else { 0 };
    let days = (0..several).map_while(|more| when.day.checked_add(Duration::days(more)));
    days.map(|day| opening.day(room, day).class).collect()
}

fn room_use(
    at: usize,
    wanted: &UseAsk,
    (room, opening): (&RoomPlan, &Opening),
    when: &Use,
    equipment: &[PlannedItem],
) -> RoomUse {
    RoomUse {
        hire: u32::try_from(at).unwrap_or(u32::MAX),
        space: room.room.code.clone(),
        date: when.day,
        day_class: when.class,
        slots: when.slots.iter().map(|(code, minutes)| SlotUse { code: code.clone(), minutes: *minutes }).collect(),
        minutes: when.minutes(),
        minutes_in_use: Some(when.during.minutes()).filter(|all| *all != when.minutes()),
        days: Some(when.days).filter(|days| *days > 1),
        day_classes: classes(opening, room.room.id, when),
        days_in_use: None,
        purpose: wanted.purpose.clone(),
        commercial: wanted.commercial,
        admission: wanted.admission,
        goods_sale: wanted.goods_sale,
        alcohol: wanted.alcohol,
        use_kind: wanted.use_kind.clone(),
        heads: wanted.heads,
        headcount: wanted.headcount.clone(),
        extensions: when
            .extensions
            .iter()
            .map(|(from, minutes)| ExtensionUse { from: from.clone(), minutes: *minutes })
            .collect(),
        meters: wanted.meters.clone(),
        equipment: equipment
            .iter()
            .map(|one| EquipmentUse { item: one.code.clone(), quantity: one.quantity.into() })
            .collect(),
        charges: Vec::new(),
    }
}

/// What is priced with other uses in these of its places; nothing when it does not have them.
pub(crate) fn with_uses(mut whole: HireAsk, places: &[usize], uses: Vec<RoomUse>) -> Option<HireAsk> {
    for (place, mut use_) in places.iter().zip(uses) {
        use_.hire = u32::try_from(*place).unwrap_or(u32::MAX);
        *whole.uses.get_mut(*place)? = use_;
    }
    Some(whole)
}

/// Rooms that come with those that are asked for, at the same time, as far as the house would let them; with what they would cost.
pub(super) fn proposals(ask: &QuoteAsk, house: &House, priced: &Priced, now: Instant) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (of_use, wanted) in ask.uses.iter().enumerate() {
        let attached = house.plan.room(wanted.room).map(|room| room.attached.as_slice()).unwrap_or_default();
        for with in attached.iter().filter(|with| ask.uses.iter().all(|one| one.room != with.room)) {
            let Some(room) = house.plan.room(with.room) else { continue };
            let mut more = ask.clone();
            let (meters, equipment) = (Vec::new(), Vec::new());
            more.uses.push(UseAsk { room: with.room, meters, equipment, ..wanted.clone() });
            let Ok((_, asked)) = check(&more, house, Agreed::default(), civil_day(now), now) else { continue };
            let charge = tariff::hire::quote(&priced.tariff, &asked).ok();
            let amount = charge.map(|charge| charge.total - priced.charge.total);
            found.push(Proposal { of_use, room: with.room, name: room.room.name.clone(), amount });
            if found.len() == MOST_PROPOSALS {
                return found;
            }
        }
    }
    found
}

/// The first use that has no price by itself either, and for the same reason.
pub(super) fn unpriced(tariff: &HireTariff, asked: &HireAsk, error: &ChargeError) -> Option<usize> {
    asked.uses.iter().position(|one| {
        let alone = HireAsk { uses: vec![one.clone()], ..asked.clone() };
        tariff::hire::quote(tariff, &alone).err().as_ref() == Some(error)
    })
}

/// What was kept of an ask.
pub(super) fn read<T: DeserializeOwned>(ask: &str) -> Result<T, Fault> {
    serde_json::from_str(ask).map_err(|_| Fault::Unexpected("a stored ask can be read"))
}

/// What a price is computed from, as it is kept, and the hash of that text.
pub(super) fn hashed(inputs: &Value) -> (String, String) {
    let text = canonical::text(inputs);
    let hash = hex(&text);
    (text, hash)
}

/// Why something is charged beside the tariff, in what a price was computed from.
pub(super) fn reasons(inputs: &mut Value) -> impl Iterator<Item = &mut String> {
    let uses = inputs.get_mut("uses").and_then(Value::as_array_mut).into_iter().flatten();
    let charges = uses.filter_map(|room| room.get_mut("charges")?.as_array_mut()).flatten();
    charges.filter_map(|charge| text(charge, "reason"))
}

/// Why each line of a price is there.
pub(super) fn whys(lines: &mut Value) -> impl Iterator<Item = &mut String> {
    lines.as_array_mut().into_iter().flatten().filter_map(|line| text(line, "why"))
}

fn text<'a>(of: &'a mut Value, name: &str) -> Option<&'a mut String> {
    match of.get_mut(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// What is kept of a charge that was computed by a version of a facility's tariff.
pub(super) fn quote(
    (facility_id, tariff_version_id): (FacilityId, TariffVersionId),
    asked: &HireAsk,
    uses: &[PlannedUse],
    charge: &Charge,
    about: About,
    now: Instant,
) -> Result<HireQuote, Fault> {
    let unwritten = |_| Fault::Unexpected("a quote can be written as JSON");
    let (ask, inputs_hash) = hashed(&serde_json::to_value(asked).map_err(unwritten)?);
    Ok(HireQuote {
        id: HireQuoteId::new(now),
        facility_id,
        tariff_version_id,
        kind: about.kind.to_owned(),
        application_id: about.application,
        patron_id: about.patron,
        ask,
        inputs_hash,
        uses: serde_json::to_value(uses).map_err(unwritten)?,
        lines: serde_json::to_value(&charge.lines).map_err(unwritten)?,
        tax: serde_json::to_value(charge.tax).map_err(unwritten)?,
        total: charge.total.0,
        engine: i32::from(ENGINE),
        expires_at: now.saturating_add(STANDS_FOR),
        created_at: now,
        shares: None,
        house_changes: about.house_changes,
    })
}
