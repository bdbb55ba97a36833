//! Between a class and the one draw that all services share.

use ::draw::{CapacityRules, Entry, GroupPolicy, Mode, Outcome, Proof, Reserved, Rules};
use db::Fault;

use super::{Draw, DrawError};
use crate::{application::Application, class::ClassWithPlaces};

/// An entry is known by its number, which everybody finds on their receipt: six digits or more.
pub fn name_of(draw_number: i64) -> String {
    format!("{draw_number:06}")
}

/// The rules by which a class draws: the places that are free as it is announced, and the tiers with what they reserve.
pub fn announced(found: &ClassWithPlaces, beacon: Option<String>) -> Result<Rules, DrawError> {
    let places = &found.places;
    let free = places.capacity.saturating_sub(places.held_back).saturating_sub(places.taken);
    let capacity = u32::try_from(free).unwrap_or_default();
    let tiers = found.class.class_rules().tiers;
    let reserved = tiers.iter().zip(0_u32..);
    let reserved: Vec<_> =
        reserved.filter_map(|(one, tier)| one.reserved.map(|seats| Reserved { tier, seats })).collect();
    let asked = reserved.iter().fold(0_u32, |sum, one| sum.saturating_add(one.seats));
    if asked > capacity {
        return Err(DrawError::Reserved);
    }
    let group_policy = match found.class.group_policy.as_str() {
        "strict_head" => GroupPolicy::StrictHead,
        _ => GroupPolicy::SkipIfNotFit,
    };
    let draw = Mode::Capacity(CapacityRules { capacity, reserved, group_policy, seats_per_applicant: None });
    Ok(Rules { beacon, draw })
}

/// Who entered, without names.
pub fn entries(entered: Vec<Application>) -> Vec<Entry> {
    let numbered = entered.into_iter().filter_map(|one| Some((one.draw_number?, one)));
    let entry = |(number, one): (i64, Application)| Entry {
        applicant: one.party_id.to_string(),
        id: name_of(number),
        tier: one.tier(),
        wishes: Vec::new(),
        units: u32::try_from(one.units).ok(),
        splittable: false,
    };
    numbered.map(entry).collect()
}

/// Who entered, as it was fixed.
pub fn frozen(draw: &Draw) -> Result<Vec<Entry>, Fault> {
    let kept = draw.entries.clone().ok_or(Fault::Unexpected("a frozen draw has entries"))?;
    serde_json::from_value(kept).map_err(|_| Fault::Unexpected("the entries of a draw can be read"))
}

/// The numbers of who was drawn, and of who stands by, in order.
pub struct Numbers {
    pub seated: Vec<String>,
    pub standby: Vec<String>,
}

pub fn outcome(proof: &Proof) -> Result<Numbers, Fault> {
    let Outcome::Capacity(result) = &proof.result else {
        return Err(Fault::Unexpected("a class is drawn for its capacity"));
    };
    Ok(Numbers {
        seated: result.seated.iter().map(|one| one.entry.clone()).collect(),
        standby: result.standby.iter().map(|one| one.entry.clone()).collect(),
    })
}
