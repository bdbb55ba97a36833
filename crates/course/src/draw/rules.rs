//! Between a class and the one draw that all services share.

use ::draw::{CapacityRules, Entry, Frozen, GroupPolicy, Mode, Outcome, Proof, Reserved, Rules};
use db::Fault;
use kernel::Instant;

use super::{Announcement, Draw, sql::WindowOf};
use crate::{
    application::Application,
    class::{ClassWithPlaces, CourseClass},
};

/// An entry is known by its number, which everybody finds on their receipt: six digits or more.
pub fn name_of(draw_number: i64) -> String {
    format!("{draw_number:06}")
}

/// Why a draw does not count whose window is decided otherwise now. Everybody reads it.
pub const ADMISSION_CHANGED: &str = "申込期間が抽選によらない方法に変更されたため";

/// Why a draw does not count whose class does not take place. Everybody reads it.
pub const CLASS_CANCELLED: &str = "クラスが中止となったため";

/// Since when people could apply in a window; absent: nobody can yet, for the class is a draft.
pub fn opened_at(window: &WindowOf, class: &CourseClass) -> Option<Instant> {
    class.published_at.map(|published| published.max(window.opens_at).max(window.created_at))
}

/// The rules by which a class draws: the places that are free at the freeze, the tiers with what they reserve, and how many stand
/// by. `late`: people could apply already.
pub fn announced(found: &ClassWithPlaces, asked: Announcement, late: bool) -> Rules {
    let rules = found.class.class_rules();
    let reserved = rules.tiers.iter().zip(0_u32..);
    let reserved = reserved.filter_map(|(one, tier)| one.reserved.map(|seats| Reserved { tier, seats })).collect();
    let group_policy = match found.class.group_policy.as_str() {
        "strict_head" => GroupPolicy::StrictHead,
        _ => GroupPolicy::SkipIfNotFit,
    };
    let may_wait = found.places.waiting_capacity.and_then(|most| u32::try_from(most).ok());
    let standby = asked.standby.or(rules.standby).or(may_wait);
    let draw =
        Mode::Capacity(CapacityRules { capacity: None, reserved, group_policy, seats_per_applicant: None, standby });
    Rules { beacon: asked.beacon, late, draw }
}

/// The capacity that is fixed at the freeze; none where the rules say it.
pub const fn capacity_at_freeze(rules: &Rules, free: u32) -> Option<u32> {
    match &rules.draw {
        Mode::Capacity(CapacityRules { capacity: None, .. }) => Some(free),
        _ => None,
    }
}

/// How many places the entries can take: nobody else gets them before the results are out.
pub fn promised(rules: &Rules, frozen: &Frozen) -> i32 {
    let announced = match &rules.draw {
        Mode::Capacity(rules) => rules.capacity,
        _ => None,
    };
    let asked = frozen.entries.iter().filter_map(|entry| entry.units).fold(0_u32, u32::saturating_add);
    let most = frozen.capacity.or(announced).unwrap_or_default();
    i32::try_from(asked.min(most)).unwrap_or(i32::MAX)
}

/// Who entered, without names.
pub fn entries(entered: Vec<Application>) -> Vec<Entry> {
    let numbered = entered.into_iter().filter_map(|one| Some((one.draw_number?, one)));
    let entry = |(number, one): (i64, Application)| Entry {
        applicant: one.party_id.to_string(),
        id: name_of(number),
        tier: u32::try_from(one.tier).unwrap_or_default(),
        wishes: Vec::new(),
        units: u32::try_from(one.units).ok(),
        splittable: false,
    };
    numbered.map(entry).collect()
}

/// Who entered, as it was fixed.
pub fn frozen(draw: &Draw) -> Result<Frozen, Fault> {
    let kept = draw.entries.clone().ok_or(Fault::Unexpected("a frozen draw has entries"))?;
    let entries = serde_json::from_value(kept).map_err(|_| Fault::Unexpected("the entries of a draw can be read"))?;
    Ok(Frozen { capacity: draw.capacity.and_then(|capacity| u32::try_from(capacity).ok()), entries })
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
